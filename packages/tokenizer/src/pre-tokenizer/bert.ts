import { isPunctuation, isWhitespace } from '../unicode/categories';
import { unitsOf } from '../unicode/well-formed';
import type { PreTokenizer } from './pre-tokenizer';

/** Cuts at whitespace, and makes every punctuation character a word (`BertPreTokenizer` of Hugging Face tokenizers). */
export const bertPreTokenizer: PreTokenizer = (source, start, end, onWord) => {
  const { text } = source;
  let wordStart = start;
  let position = start;
  while (position < end) {
    const codePoint = text.codePointAt(position) as number;
    const next = position + unitsOf(codePoint);
    const punctuation = isPunctuation(codePoint);
    if (punctuation || isWhitespace(codePoint)) {
      if (wordStart < position) onWord(source, wordStart, position);
      if (punctuation) onWord(source, position, next);
      wordStart = next;
    }
    position = next;
  }
  if (wordStart < position) onWord(source, wordStart, position);
};
