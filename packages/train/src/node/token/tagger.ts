import { wordRanges } from '@attune/data';
import type { EntityMode, TagScheme } from '@attune/metrics';
import type { ModelConfig } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';
import type { TaggedWords } from '../../tasks/token/examples';
import type { TagReading } from '../../tasks/token/scheme-of-labels';
import { type Decoding, tagDecoder } from '../../tasks/token/tags';
import { type WordWindow, wordWindows } from '../../tasks/token/windows';
import type { Logits } from '../model/logits';
import { type TagEvaluation, tagEvaluation } from './evaluate';
import { entitiesIn, type SentenceTags, sentenceRows, type TaggedEntity, tagProbabilities } from './sentence';

/** How a tagger reads sentences and writes tags; a run's config.json holds it. */
export interface TaggerSettings {
  readonly scheme: TagScheme | 'none';
  readonly mode: EntityMode;
  readonly decoding: Decoding;
  /** Tokens that two windows onto a long sentence share. */
  readonly stride: number;
  /** Most tokens per window. */
  readonly maxLength: number;
}

/** A trained tagger, ready for texts of any length. */
export interface Tagger extends TaggerSettings {
  readonly config: ModelConfig;
  readonly labels: readonly string[];
  /** The entities of each text, whose words are runs of letters, digits and marks, and single other characters (`wordRanges`). */
  tag(texts: readonly string[]): Promise<TaggedEntity[][]>;
  /** A tag for every word of sentences that are words already. */
  tagWords(sentences: readonly (readonly string[])[]): Promise<SentenceTags[]>;
  /** As `tagWords`, with metrics beside the true tags; `reading` says how entities are read, by default as the tagger does. */
  evaluate(sentences: readonly TaggedWords[], reading?: TagReading): Promise<TagEvaluation>;
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
    async evaluate(sentences, reading = settings) {
      const rows = await rowsOf(sentences.map(({ words }) => words));
      const predicted = rows.map(({ logits: own }) => tagsOf(own));
      return tagEvaluation({ sentences, rows, predicted, labels }, reading);
    },
  };
}
