/** Pre-tokenizers that mark the start of words with a space: `ByteLevel` and `Metaspace`. */

import { part, prepended } from '../normalizer/aligned-text';
import type { Matcher } from '../pattern/matcher';
import { unitReplacer } from '../unicode/code-points';
import { type PreTokenizer, splitter, wholeText } from './pre-tokenizer';

/**
 * Puts a space before the text (with `prefixSpace`) and splits it into `words`, GPT-2's words.
 *
 * Representing the words as bytes is left to the model, so this must be the last pre-tokenizer.
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

export interface MetaspaceOptions {
  /** Character that represents a space, one UTF-16 unit: `▁`. */
  readonly replacement: string;
  /**
   * Where to put a replacement before a part that does not begin with one: before every part, only at the start of the
   * text (which needs alignment), or nowhere.
   */
  readonly prepend: 'always' | 'first' | 'never';
  /** Whether to split before each replacement. */
  readonly split: boolean;
}

/** Replaces spaces by `▁` at the start of words, as SentencePiece does. */
export function metaspace({ replacement, prepend, split }: MetaspaceOptions): PreTokenizer {
  const withReplacement = unitReplacer(' ', replacement);
  const cut = split ? cutBefore(replacement) : wholeText;
  return (source, start, end, onWord) => {
    const { starts, ends, text } = part(source, start, end);
    const spaced = { text: withReplacement(text), starts, ends };
    const prefixed = prepend === 'always' || (prepend === 'first' && starts[0] === 0);
    const replaced = prefixed && !spaced.text.startsWith(replacement) ? prepended(spaced, replacement) : spaced;
    cut(replaced, 0, replaced.text.length, onWord);
  };
}

/** Splits before each occurrence of a character, like `Split` with `MergedWithNext`, without lists of spans. */
function cutBefore(character: string): PreTokenizer {
  return (source, start, end, onWord) => {
    let from = start;
    while (from < end) {
      const next = source.text.indexOf(character, from + 1);
      const to = next < 0 || next > end ? end : next;
      onWord(source, from, to);
      from = to;
    }
  };
}
