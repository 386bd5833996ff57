import { prepended } from '../normalizer/simple';
import { literalMatcher } from '../pattern/matcher';
import { unitReplacer } from '../unicode/replace-unit';
import { type PreTokenizer, part, wholeText } from './pre-tokenizer';
import { splitter } from './split';

export interface MetaspaceOptions {
  /** What stands for a space: one UTF-16 unit, `▁`. */
  replacement: string;
  /**
   * Whether one is set before a text that begins with none: every part, only the one at the text's beginning (for which the
   * text has to be aligned), or none.
   */
  prepend: 'always' | 'first' | 'never';
  /** Whether to cut before each. */
  split: boolean;
}

/** SentencePiece's way with spaces: they become `▁`, and words begin with one. */
export function metaspace({ replacement, prepend, split }: MetaspaceOptions): PreTokenizer {
  const withReplacement = unitReplacer(' ', replacement);
  const cut = split ? splitter(literalMatcher(replacement), 'MergedWithNext') : wholeText;
  return (source, start, end, onWord) => {
    const { starts, ends, text } = part(source, start, end);
    const spaced = { text: withReplacement(text), starts, ends };
    const wanted = prepend === 'always' || (prepend === 'first' && starts[0] === 0);
    const replaced = wanted && !spaced.text.startsWith(replacement) ? prepended(spaced, replacement) : spaced;
    cut(replaced, 0, replaced.text.length, onWord);
  };
}
