import { joinedWords, wordRanges } from '@attune/data';
import { checkItems, checkOptions, type Items, texts as textItems } from '@attune/internal';
import type { ModelConfig } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';
import type { TaggedWords } from '../../tasks/token/examples';
import type { TagReading } from '../../tasks/token/scheme-of-labels';
import { tagDecoder } from '../../tasks/token/tags';
import { type WordWindow, wordWindows } from '../../tasks/token/windows';
import { type Closable, openForEver } from '../border/closable';
import { checkTagged } from '../border/data';
import { readingTable } from '../border/tagging-table';
import type { Logits } from '../model/logits';
import { type TagEvaluation, tagEvaluation } from './evaluate';
import type { TaggerSettings } from './options';
import { entitiesIn, type SentenceTags, sentenceRows, type TaggedEntity, tagProbabilities } from './sentence';

/** A trained tagger, ready for texts of any length. */
export interface Tagger extends TaggerSettings {
  /** Configuration of the model, under one set of names. */
  readonly config: ModelConfig;
  /** All tags, in the order of their ids. */
  readonly labels: readonly string[];
  /** The entities of each text, whose words are runs of letters, digits and marks, and single other characters (`wordRanges`). */
  tag(texts: readonly string[]): Promise<TaggedEntity[][]>;
  /** The entities of one text. */
  tag(text: string): Promise<TaggedEntity[]>;
  /** The entities of one text, or of each text of an array. */
  tag(texts: string | readonly string[]): Promise<TaggedEntity[] | TaggedEntity[][]>;
  /** A tag for every word of sentences that are split already, with a space before each word. */
  tagWords(sentences: readonly (readonly string[])[]): Promise<SentenceTags[]>;
  /** As `tagWords`, with metrics against the true tags; `reading` sets how entities are read, default as the tagger reads them. */
  evaluate(sentences: readonly TaggedWords[], reading?: TagReading): Promise<TagEvaluation>;
  /** Frees the model once, after the pending calls. Later calls are refused. */
  close(): Promise<void>;
}

type Sentence = Pick<TaggedWords, 'words' | 'joined'>;

interface Parts extends TaggerSettings {
  readonly logits: Pick<Logits<Pick<WordWindow, 'ids' | 'reads'>, Float32Array[]>, 'of'>;
  readonly tokenizer: Tokenizer;
  readonly config: ModelConfig;
  /** Default: never closed. */
  readonly state?: Pick<Closable, 'use'>;
}

/** The tagger around a model that gives logits of words. */
export function taggerOf({
  logits,
  tokenizer,
  config,
  state = openForEver,
  ...settings
}: Parts): Omit<Tagger, 'close'> {
  const { labels } = config;
  const decode = tagDecoder(labels, settings);

  const rowsOf = async (sentences: readonly Sentence[]) => {
    const windows = sentences.map(({ words, joined }) => wordWindows(words, { tokenizer, ...settings, joined }));
    const all = await logits.of(windows.flat());
    let at = 0;
    return sentences.map(({ words }, i) => {
      const own = windows[i].map((window) => ({ window, logits: all[at++] }));
      return sentenceRows(words.length, own, labels);
    });
  };
  const tagsOf = (rows: Float32Array): SentenceTags => {
    const ids = decode(rows);
    return { tags: Array.from(ids, (id) => labels[id]), scores: tagProbabilities(rows, ids, labels.length) };
  };
  const tagAll = async (sentences: readonly Sentence[]) => (await rowsOf(sentences)).map((rows) => tagsOf(rows.logits));
  const entitiesOf = async (texts: readonly string[]) => {
    const ranges = texts.map(wordRanges);
    const sentences = texts.map((text, i) => ({
      words: ranges[i].map(({ start, end }) => text.slice(start, end)),
      joined: joinedWords(ranges[i]),
    }));
    const tagged = await tagAll(sentences);
    return texts.map((text, i) => entitiesIn({ text, ranges: ranges[i], ...tagged[i] }, settings));
  };

  async function tag(texts: readonly string[]): Promise<TaggedEntity[][]>;
  async function tag(text: string): Promise<TaggedEntity[]>;
  async function tag(texts: string | readonly string[]): Promise<TaggedEntity[] | TaggedEntity[][]>;
  async function tag(texts: string | readonly string[]): Promise<TaggedEntity[] | TaggedEntity[][]> {
    return state.use('tag', async () => {
      if (typeof texts === 'string') return (await entitiesOf([texts]))[0];
      checkItems('tag', { texts }, { ...textItems, whole: 'a text, or an array of texts', advice: wordsAdvice });
      return entitiesOf(texts);
    });
  }

  return {
    config,
    labels,
    ...settings,
    tag,
    tagWords: (sentences) =>
      state.use('tagWords', async () => {
        checkItems('tagWords', { sentences }, sentenceItems);
        return tagAll(sentences.map((words) => ({ words })));
      }),
    evaluate: (sentences, reading = settings) =>
      state.use('evaluate', async () => {
        checkOptions('evaluate', reading, readingTable, 'reading.', { others: 'allowed' }); // a tagger's settings have more names
        checkTagged('evaluate', 'sentences', sentences);
        const rows = await rowsOf(sentences);
        const predicted = rows.map(({ logits: own }) => tagsOf(own));
        return tagEvaluation({ sentences, rows, predicted, labels }, reading);
      }),
  };
}

const wordsAdvice = (item: unknown) =>
  Array.isArray(item) ? 'for sentences that are split already: tagWords(sentences)' : undefined;

const sentenceItems: Items = {
  expected: 'the words of a sentence, an array of strings',
  holds: (item) => Array.isArray(item) && Array.from(item).every((word) => typeof word === 'string'),
  advice: (item) =>
    typeof item === 'string'
      ? 'for one sentence: tagWords([words]); for texts that are not split: tag(texts)'
      : undefined,
};
