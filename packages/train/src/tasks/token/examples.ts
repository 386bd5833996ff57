import { didYouMean } from '@attune/data';
import { AttuneError } from '@attune/internal';
import { ignoredLabel } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';
import type { TokenExamples } from './task';
import { type WordWindow, wordWindows } from './windows';

/** The words of a sentence and their tags, as from `readConll` of @attune/data. */
export interface TaggedWords {
  /** The words, in order. */
  readonly words: readonly string[];
  /** The tag of each word. */
  readonly tags: readonly string[];
  /**
   * Whether each word follows the previous one without a space, as from `joinedWords` of @attune/data: models that mark spaces (RoBERTa,
   * XLM-R) then read the original text. Default a space before every word.
   */
  readonly joined?: readonly boolean[];
  /** Its line in its file, for error messages. */
  readonly line?: number;
  /** The line of each word; default consecutive from `line`. */
  readonly lines?: readonly number[];
}

/** The line of a word in its file, if known. */
export const lineOfWord = ({ line, lines }: TaggedWords, at: number): number | undefined =>
  lines?.[at] ?? (line === undefined ? undefined : line + at);

/** Options of `tokenExamples`. */
export interface TokenExamplesOptions {
  /** The model's tokenizer. */
  readonly tokenizer: Tokenizer;
  /** The tags, by their ids. */
  readonly labels: readonly string[];
  /** Most tokens per example, special tokens included. */
  readonly maxLength: number;
  /**
   * Tokens that two windows onto a longer sentence share. The sentence is then several examples, and each word is labeled only in the one in
   * which it has the most context. By default a longer sentence is cut.
   */
  readonly stride?: number;
  /**
   * Whether to label all pieces of a word, those after the first with the `I-…` of a `B-…`. With false only the first piece has a label. Default false.
   */
  readonly labelAllTokens?: boolean;
}

/** Tagged sentences as token ids and label ids. */
export interface EncodedSentences extends TokenExamples {
  /** The sentence of each example. Sentences without a labeled token are dropped. */
  readonly sentences: Int32Array;
  /** Number of sentences that were cut at `maxLength`. */
  readonly cut: number;
  /** Number of sentences that are several examples. */
  readonly windowed: number;
  /** Number of words without a label: cut off, or made of characters that the tokenizer drops. */
  readonly lostWords: number;
}

/**
 * Sentences of tagged words as examples for `tokenTask`: each word's tag is the label of its first token, −100 the label of other
 * pieces and of special tokens.
 *
 * @throws AttuneError DATA_LABEL_UNKNOWN for a tag that is not in `labels`; RangeError for different numbers of tags and words
 * @example
 * const sentences = await readConll('train.conll');
 * const { labels } = labelEncoder(sentences.flatMap(({ tags }) => tags));
 * const data = tokenExamples(sentences, { tokenizer, labels, maxLength: 128 });
 * @see transformers' run_ner.py, `tokenize_and_align_labels`
 */
export function tokenExamples(sentences: readonly TaggedWords[], options: TokenExamplesOptions): EncodedSentences {
  const { tokenizer, labels, maxLength, stride, labelAllTokens = false } = options;
  const ids = new Map(labels.map((label, id) => [label, id]));
  let [cut, windowed] = [0, 0];
  const encoded = sentences.flatMap((sentence, i) => {
    const wordLabels = wordLabelsOf(sentence, i, ids);
    const inner = labelAllTokens ? wordLabels.map((id) => insideOf(id, labels, ids)) : undefined;
    const windows = wordWindows(sentence.words, { tokenizer, maxLength, stride: stride ?? 0, joined: sentence.joined });
    if (windows.length > 1 && stride === undefined) cut++;
    if (windows.length > 1 && stride !== undefined) windowed++;
    const kept = stride === undefined ? windows.slice(0, 1) : windows;
    return kept.map((window) => ({ sentence: i, window, labels: tokenLabels(window, wordLabels, inner) }));
  });
  const kept = encoded.filter(({ window }) => window.reads.length > 0);
  const words = sentences.reduce((sum, sentence) => sum + sentence.words.length, 0);
  return {
    sequences: kept.map(({ window: { ids: own } }) => ({ ids: own })),
    labels: kept.map((example) => example.labels),
    sentences: Int32Array.from(kept, ({ sentence }) => sentence),
    cut,
    windowed,
    lostWords: words - kept.reduce((sum, { window }) => sum + window.reads.length, 0),
  };
}

function wordLabelsOf({ words, tags, line }: TaggedWords, i: number, ids: ReadonlyMap<string, number>): number[] {
  const where = `tokenExamples: sentence ${i}${line === undefined ? '' : ` (line ${line})`}`;
  if (tags.length !== words.length)
    throw new RangeError(`${where}: expected ${words.length} tags, one per word, got ${tags.length}`);
  return tags.map((tag) => {
    const id = ids.get(tag);
    if (id !== undefined) return id;
    const known = [...ids.keys()];
    const shown = known.slice(0, 8).join(', ') + (known.length > 8 ? ', …' : '');
    throw new AttuneError(
      'DATA_LABEL_UNKNOWN',
      `${where}: expected one of the labels ${shown}, got ${JSON.stringify(tag)}${didYouMean(tag, known) || '; correct the tag'}`,
    );
  });
}

/** The label of a word's other pieces: `I-x` for a `B-x`, if that is a label, else the word's own. */
function insideOf(id: number, labels: readonly string[], ids: ReadonlyMap<string, number>): number {
  return (labels[id].startsWith('B-') ? ids.get(`I-${labels[id].slice(2)}`) : undefined) ?? id;
}

/** @param inner labels of the words' other pieces; default no label */
function tokenLabels(
  { wordIds, reads }: WordWindow,
  words: readonly number[],
  inner: readonly number[] | undefined,
): Int32Array {
  const labels = new Int32Array(wordIds.length).fill(ignoredLabel);
  for (const read of reads) {
    const word = wordIds[read];
    labels[read] = words[word];
    if (inner) for (let i = read + 1; wordIds[i] === word; i++) labels[i] = inner[word];
  }
  return labels;
}
