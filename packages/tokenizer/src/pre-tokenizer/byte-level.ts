import { prepended } from '../normalizer/simple';
import type { Matcher } from '../pattern/matcher';
import { type PreTokenizer, part, wholeText } from './pre-tokenizer';
import { splitter } from './split';

/**
 * Sets a space before the text, where it is asked for, and cuts it into GPT-2's words.
 *
 * That each byte then becomes a character of its own is left to the model, so this has to be the last pre-tokenizer.
 */
export function byteLevel({ prefixSpace, words }: { prefixSpace: boolean; words: Matcher | undefined }): PreTokenizer {
  const split = words === undefined ? wholeText : splitter(words, 'Isolated');
  if (!prefixSpace) return split;
  return (source, start, end, onWord) => {
    if (start === end || source.text.charCodeAt(start) === 32) return split(source, start, end, onWord);
    const spaced = prepended(part(source, start, end), ' ');
    split(spaced, 0, spaced.text.length, onWord);
  };
}
