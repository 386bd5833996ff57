import type { AlignedText } from '../normalizer/aligned-text';

/** Takes a word: the part `[start, end)` of a text, which may be another than the one that was to be cut. */
export type OnWord = (source: AlignedText, start: number, end: number) => void;

/**
 * Cuts the part `[start, end)` of a normalized text into words, in order, none of them empty.
 *
 * A text without alignment (no `starts`) is fine where only the words count.
 */
export type PreTokenizer = (source: AlignedText, start: number, end: number, onWord: OnWord) => void;

/** The whole text as one word: what `"pre_tokenizer": null` means. */
export const wholeText: PreTokenizer = (source, start, end, onWord) => {
  if (start < end) onWord(source, start, end);
};

/** One after the other: each cuts what the one before it made. */
export function preTokenizerSequence(preTokenizers: readonly PreTokenizer[]): PreTokenizer {
  return preTokenizers.reduceRight<PreTokenizer>(
    (next, each) => (source, start, end, onWord) =>
      each(source, start, end, (piece, from, to) => next(piece, from, to, onWord)),
    wholeText,
  );
}

/** A part of a text, as a text of its own. */
export function part(source: AlignedText, start: number, end: number): AlignedText {
  if (start === 0 && end === source.text.length) return source;
  const slice = (values: ArrayLike<number>) => Array.prototype.slice.call(values, start, end) as number[];
  return { text: source.text.slice(start, end), starts: slice(source.starts), ends: slice(source.ends) };
}
