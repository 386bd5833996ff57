import type { TextRange } from '@attune/data';
import { entitiesOf } from '@attune/metrics';
import type { TagReading } from '../../tasks/token/scheme-of-labels';
import type { WordWindow } from '../../tasks/token/windows';

// The tags of one sentence: its logits joined from windows, the probability of each tag, and the entities.

/** The tags of a sentence's words, and the probability of each. */
export interface SentenceTags {
  /** Tag of each word. */
  readonly tags: readonly string[];
  /** Probability of each tag, in [0, 1]. */
  readonly scores: readonly number[];
}

/** An entity in a text. */
export interface TaggedEntity extends TextRange {
  /** The type of the entity, such as `PER`. */
  readonly label: string;
  /** The entity's text: `text.slice(start, end)`. */
  readonly text: string;
  /** The mean probability of its words' tags. */
  readonly score: number;
}

/** The tagged words of a text. */
export interface TaggedText {
  /** The whole text, unchanged. */
  readonly text: string;
  /** The ranges of the words, in UTF-16 units. */
  readonly ranges: readonly TextRange[];
  /** Tag of each word. */
  readonly tags: readonly string[];
  /** Probability of each tag. */
  readonly scores: readonly number[];
}

/**
 * The entities of a tagged text, as precision and recall count them. With the scheme `none`, each word whose tag is
 * not `O` is one.
 *
 * @example
 * const [entity] = entitiesIn({ text: 'Java', ranges: [{ start: 0, end: 4 }], tags: ['B-SKILL'], scores: [0.9] }, { scheme: 'IOB2', mode: 'strict' });
 */
export function entitiesIn({ text, ranges, tags, scores }: TaggedText, reading: TagReading): TaggedEntity[] {
  return runsOf(tags, reading).map(({ type, start: first, end: last }) => {
    const [start, end] = [ranges[first].start, ranges[last - 1].end];
    const own = scores.slice(first, last);
    return {
      label: type,
      start,
      end,
      text: text.slice(start, end),
      score: own.reduce((a, b) => a + b, 0) / own.length,
    };
  });
}

function runsOf(tags: readonly string[], { scheme, mode }: TagReading) {
  if (scheme !== 'none') return entitiesOf(tags, { scheme, mode });
  return tags.flatMap((type, i) => (type === 'O' ? [] : [{ type, start: i, end: i + 1 }]));
}

/** The logits of a sentence's words, [words · labels], and which of them were read. */
export interface SentenceRows {
  readonly logits: Float32Array;
  /** False for a word that the tokenizer drops, which gets `O`, or any tag without an `O`. */
  readonly isRead: readonly boolean[];
}

/** Joins the logits of a sentence's windows. */
export function sentenceRows(
  words: number,
  windows: readonly { readonly window: WordWindow; readonly logits: Float32Array }[],
  labels: readonly string[],
): SentenceRows {
  const width = labels.length;
  const outside = labels.indexOf('O');
  const unread = labels.map((_, id) => (outside < 0 || id === outside ? 0 : Number.NEGATIVE_INFINITY));
  const rows = Float32Array.from({ length: words * width }, (_, i) => unread[i % width]);
  const isRead = new Array<boolean>(words).fill(false);
  for (const { window, logits } of windows)
    window.reads.forEach((place, i) => {
      const word = window.wordIds[place];
      isRead[word] = true;
      rows.set(logits.subarray(i * width, (i + 1) * width), word * width);
    });
  return { logits: rows, isRead };
}

/** The probability of one tag per word, from logits [words · labels]. */
export function tagProbabilities(logits: Float32Array, ids: ArrayLike<number>, width: number): number[] {
  return Array.from(ids, (id, word) => Math.exp(logProbability(logits.subarray(word * width, (word + 1) * width), id)));
}

/** log softmax(logits)[id], in float64. */
export function logProbability(logits: Float32Array, id: number): number {
  const most = logits.reduce((a, b) => Math.max(a, b));
  return logits[id] - most - Math.log(logits.reduce((sum, x) => sum + Math.exp(x - most), 0));
}
