import { didYouMean } from '@attune/data';
import { AttuneError } from '@attune/internal';
import { ignoredLabel } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';
import type { TokenExamples } from './task';
import { type WordWindow, wordWindows } from './windows';

/** The words of a sentence and the tag of each, as `readConll` of @attune/data gives them. */
export interface TaggedWords {
  /** The words, in order. */
  readonly words: readonly string[];
  /** The tag of each word. */
  readonly tags: readonly string[];
  /**
   * Which words follow the one before them without a space, as `joinedWords` of @attune/data gives them: models that mark spaces (RoBERTa,
   * XLM-R) read the text as it was. Default: a space stands before every word.
   */
  readonly joined?: readonly boolean[];
  /** Where it stands in its file, for error messages. */
  readonly line?: number;
  /** The line of each word; by default one after another from `line`. */
  readonly lines?: readonly number[];
}

/** The line of a word in its file, where that is known. */
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
   * Tokens that two windows onto a longer sentence share: it is then several examples, each word labeled in one of them alone, the one in
   * which it has the most context. By default a longer sentence is cut.
   */
  readonly stride?: number;
  /**
   * Label all pieces of a word, the first alone with `B-…` where there is such an `I-…`. Else only the first piece has a label. Default false.
   */
  readonly labelAllTokens?: boolean;
}

/** Tagged sentences as token ids and label ids. */
export interface EncodedSentences extends TokenExamples {
  /** Which sentence each example is of: one in which no token has a label is left out. */
  readonly sentences: Int32Array;
  /** Sentences that were cut at `maxLength`. */
  readonly cut: number;
  /** Sentences that are several examples. */
  readonly windowed: number;
  /** Words without a label: cut off, or made of characters that the tokenizer drops. */
  readonly lostWords: number;
}

/**
 * Sentences of tagged words as what `tokenTask` learns from: each word's tag is its first token's label, −100 that of other
 * pieces and of special tokens.
 *
 * @throws AttuneError DATA_LABEL_UNKNOWN for a tag that is not in `labels`; RangeError for another number of tags than words
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
    throw new RangeError(`${where}: expected ${words.length} tags, one a word, got ${tags.length}`);
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

/** The label of a word's other pieces: `I-x` for a `B-x`, where there is one, else the word's own. */
function insideOf(id: number, labels: readonly string[], ids: ReadonlyMap<string, number>): number {
  return (labels[id].startsWith('B-') ? ids.get(`I-${labels[id].slice(2)}`) : undefined) ?? id;
}

/** @param inner labels of the words' other pieces; without it they have none */
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
