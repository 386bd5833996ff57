import { type TextRange, wordRanges } from '@attune/data';
import { type EntityMode, entitiesOf, type TagScheme } from '@attune/metrics';
import type { ModelConfig } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';
import type { TaggedWords } from '../../tasks/token/examples';
import { type Decoding, tagDecoder } from '../../tasks/token/tags';
import { type WordWindow, wordWindows } from '../../tasks/token/windows';
import type { Logits } from '../model/logits';
import { type TagEvaluation, tagEvaluation, tagProbabilities } from './evaluate';

/** How a tagger reads sentences and writes tags; a run's config.json holds it. */
export interface TaggerSettings {
  readonly scheme: TagScheme | 'none';
  readonly mode: EntityMode;
  readonly decoding: Decoding;
  /** Tokens that two windows onto a long sentence share. */
  readonly stride: number;
  /** Most tokens a window. */
  readonly maxLength: number;
}

/** The tags of a sentence's words, and the probability of each. */
export interface SentenceTags {
  readonly tags: readonly string[];
  readonly scores: readonly number[];
}

/** A trained tagger, ready for texts of any length. */
export interface Tagger extends TaggerSettings {
  readonly config: ModelConfig;
  readonly labels: readonly string[];
  /** The entities of each text, whose words are runs of letters, digits and marks, and single other characters (`wordRanges`). */
  tag(texts: readonly string[]): Promise<TaggedEntity[][]>;
  /** A tag for every word of sentences that are words already. */
  tagWords(sentences: readonly (readonly string[])[]): Promise<SentenceTags[]>;
  /** As `tagWords`, with metrics beside the true tags. */
  evaluate(sentences: readonly TaggedWords[]): Promise<TagEvaluation>;
  close(): Promise<void>;
}

interface Parts extends TaggerSettings {
  readonly logits: Pick<Logits<Pick<WordWindow, 'ids' | 'reads'>, Float32Array[]>, 'of'>;
  readonly tokenizer: Tokenizer;
  readonly config: ModelConfig;
}

/** The tagger around a model that gives logits of words. */
export function taggerOf({ logits, tokenizer, config, ...settings }: Parts): Omit<Tagger, 'close'> {
  const { labels } = config;
  const decode = tagDecoder(labels, settings);

  const rowsOf = async (sentences: readonly (readonly string[])[]) => {
    const windows = sentences.map((words) => wordWindows(words, { tokenizer, ...settings }));
    const all = await logits.of(windows.flat());
    let at = 0;
    return sentences.map((words, i) => {
      const own = windows[i].map((window) => ({ window, logits: all[at++] }));
      return sentenceRows(words.length, own, labels);
    });
  };
  const tagsOf = (rows: Float32Array): SentenceTags => {
    const ids = decode(rows);
    return { tags: Array.from(ids, (id) => labels[id]), scores: tagProbabilities(rows, ids, labels.length) };
  };
  const tagWords = async (sentences: readonly (readonly string[])[]) =>
    (await rowsOf(sentences)).map((rows) => tagsOf(rows.logits));

  return {
    config,
    labels,
    ...settings,
    tagWords,
    async tag(texts) {
      const ranges = texts.map(wordRanges);
      const tagged = await tagWords(texts.map((text, i) => ranges[i].map(({ start, end }) => text.slice(start, end))));
      return texts.map((text, i) => entitiesIn({ text, ranges: ranges[i], ...tagged[i] }, settings));
    },
    async evaluate(sentences) {
      const rows = await rowsOf(sentences.map(({ words }) => words));
      const predicted = rows.map(({ logits: own }) => tagsOf(own));
      return tagEvaluation({ sentences, rows, predicted, labels }, settings);
    },
  };
}

/** An entity in a text. */
export interface TaggedEntity extends TextRange {
  readonly label: string;
  /** The piece itself: `text.slice(start, end)`. */
  readonly text: string;
  /** The mean probability of its words' tags. */
  readonly score: number;
}

/** The words of a text as they were tagged. */
export interface TaggedText {
  readonly text: string;
  /** Where the words lie, in UTF-16 units. */
  readonly ranges: readonly TextRange[];
  readonly tags: readonly string[];
  /** Probability of each tag. */
  readonly scores: readonly number[];
}

export interface TagReading {
  readonly scheme: TagScheme | 'none';
  readonly mode: EntityMode;
}

/**
 * The entities of a tagged text: the same that precision and recall count. Where labels stand for themselves, each word whose tag is
 * not `O` is one.
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
  /** False for a word that the tokenizer drops: it is certainly `O`, or where there is no `O`, anything. */
  readonly isRead: readonly boolean[];
}

/** Joins the logits that were read off a sentence's windows. */
function sentenceRows(
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
