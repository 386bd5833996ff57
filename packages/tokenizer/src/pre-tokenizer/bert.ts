import { isPunctuation, isWhitespace } from '../unicode/categories';
import { unitsOf } from '../unicode/well-formed';
import type { PreTokenizer } from './pre-tokenizer';

/** Cuts at whitespace, and makes every punctuation character a word (`BertPreTokenizer` of Hugging Face tokenizers). */
export const bertPreTokenizer: PreTokenizer = (text, onWord) => {
  let wordStart = 0;
  let position = 0;
  while (position < text.length) {
    const codePoint = text.codePointAt(position) as number;
    const next = position + unitsOf(codePoint);
    const punctuation = isPunctuation(codePoint);
    if (punctuation || isWhitespace(codePoint)) {
      if (wordStart < position) onWord(wordStart, position);
      if (punctuation) onWord(position, next);
      wordStart = next;
    }
    position = next;
  }
  if (wordStart < position) onWord(wordStart, position);
};
