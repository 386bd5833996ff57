import type { Engine } from '@attune/engine';
import { checkItems, type Items, type StopSignal, texts } from '@attune/internal';
import { entitiesOf, pairedBootstrap } from '@attune/metrics';
import type { TrainingTask } from '../../loop/task';
import { taughtTask } from '../../tasks/distillation';
import type { EncodedSentences, TaggedWords, TokenExamplesOptions } from '../../tasks/token/examples';
import type { TagReading } from '../../tasks/token/scheme-of-labels';
import { tagDecoder } from '../../tasks/token/tags';
import { tagMetrics } from '../../tasks/token/task';
import { wordWindows } from '../../tasks/token/windows';
import type { FinishedModel } from '../model/finished-model';
import { taughtHash } from '../run/run-hashes';
import type { Difference } from '../sequence/comparison';
import { windowLogits } from '../token/logits';
import type { TaggerSettings, TokenFitOptions } from '../token/options';
import type { CheckedParts } from '../token/parts';
import type { SentenceTags } from '../token/sentence';
import type { Distilling, DistillOptions } from './options';
import { asLogits } from './sequence';
import { askedBeside, askedTeachers, distillationFacts, leaksIn, type SideBySide, sizeAndRates } from './side-by-side';
import {
  askedWords,
  joinedExamples,
  openTagTeacher,
  type Sentence,
  saidOfWords,
  type TagTeacher,
  taughtWords,
  untaggedExamples,
} from './tags';
import { cacheBeside } from './teacher';

// The targets that a tagger learns from its teachers, and the comparison with them.

/** Open teachers, and the settings of distillation. */
export type TagDistilling = Omit<Distilling, 'teachers'> & { readonly teachers: readonly TagTeacher[] };

const sentenceItems: Items = {
  expected: 'a sentence { words }',
  holds: (item) =>
    typeof item === 'object' && item !== null && 'words' in item && Array.isArray((item as Sentence).words),
  advice: (item) => (typeof item === 'string' ? 'give its words: { words: text.split(" ") }' : undefined),
};

/** @throws AttuneError ARGUMENT_INVALID for anything but sentences of words */
export function checkUntagged(sentences: readonly Sentence[]): void {
  const where = 'fitTokenClassifier';
  checkItems(where, { unlabeled: sentences }, sentenceItems);
  sentences.forEach(({ words }, i) => {
    checkItems(where, { [`unlabeled[${i}].words`]: words }, { ...texts, expected: 'a word' });
  });
}

interface LessonOptions
  extends Pick<DistillOptions, 'teacherCache' | 'beside' | 'leakyTeachers'>,
    Pick<TokenFitOptions, 'unlabeled'> {
  readonly distilling: TagDistilling | undefined;
  readonly settings: TaggerSettings;
  readonly encoding: TokenExamplesOptions;
  readonly engine: Engine;
  readonly out: string;
  readonly onNote: (note: string) => void;
  readonly signal?: StopSignal;
}

interface Learning {
  readonly parts: CheckedParts;
  readonly train: EncodedSentences;
  readonly task: TrainingTask<EncodedSentences>;
}

interface Measured {
  readonly finished: FinishedModel;
  readonly predicted: readonly SentenceTags[];
  readonly seed: number;
}

/** Computes the teachers' outputs on the training sentences and the reported ones, and measures the compared models. */
export async function tagLessonOf({ parts, train, task }: Learning, options: LessonOptions) {
  const { distilling, settings, encoding, engine, out, beside = [], onNote, signal } = options;
  const { labels } = parts;
  const asking = { labels, cache: options.teacherCache ?? cacheBeside(out), onNote, signal };
  const untagged = (options.unlabeled ?? []).filter(({ words }) => words.length > 0);
  const isTaught = distilling !== undefined && distilling.alpha > 0;
  const whole = isTaught && untagged.length > 0 ? withUntagged(train, untagged, { parts, encoding }) : train;
  const sentences = [...parts.train, ...untagged];
  const taught =
    isTaught &&
    taughtWords(sentences, await saidOfWords(distilling.teachers, sentences, { ...asking, ...distilling }), {
      ...{ labels, alpha: distilling.alpha, encoding, onNote },
      labeled: train.sequences.length,
    });
  const decode = decoderOf(labels, settings);
  const openBeside = (source: string, more = onNote) =>
    openTagTeacher(source, { engine, onNote: more, role: 'beside' });
  const tagsOf = async (models: readonly TagTeacher[]) =>
    (await saidOfWords(models, parts.reported, { ...asking, temperature: 1 })).map(decode);
  const others = [
    ...(await askedTeachers(distilling?.teachers ?? [], tagsOf)),
    ...(await askedBeside(beside, openBeside, tagsOf)),
  ];
  const [measured, unlabeled] = [parts.reported, untagged].map((own) => own.map(({ words }) => words.join(' ')));
  const leaks = leaksIn({ measured, unlabeled, leakyTeachers: options.leakyTeachers, onNote });
  const facts = distilling && distillationFacts(distilling, { unlabeledExamples: untagged.length, leaks });
  return {
    train: whole,
    task: taught ? taughtTask(task, whole, taught) : task,
    hash: taught ? taughtHash(taught, distilling!.temperature) : undefined,
    settings: facts ? { distillation: facts } : {},
    async facts({ finished, predicted, seed }: Measured) {
      if (others.length === 0) return {};
      const { student, rates } = await sizeAndRates(finished, {
        ...{ engine, reading: windowLogits, items: parts.reported, others, ask: askedWords },
        open: (source) => openBeside(source, () => {}), // its notes are out already
        encode: (some) => some.flatMap(({ words, joined }) => wordWindows(words, { ...encoding, ...settings, joined })),
      });
      const truth = parts.reported.map(({ tags }) => tags);
      const own = predicted.map(({ tags }) => tags);
      const metricsOf = (tags: readonly (readonly string[])[]) => tagMetrics(truth, tags, settings);
      const rows = others.map(
        ({ said, ...other }, i): SideBySide => ({
          ...other,
          textsPerSecond: rates[i],
          metrics: metricsOf(said),
          difference: tagDifferences(parts.reported, [own, said], { reading: settings, seed }),
        }),
      );
      const first: SideBySide = { role: 'student', source: out, metrics: metricsOf(own), ...student };
      return { ...(facts && { distillation: facts }), sideBySide: [first, ...rows] };
    },
  };
}

function withUntagged(
  train: EncodedSentences,
  untagged: readonly Sentence[],
  { parts, encoding }: { readonly parts: CheckedParts; readonly encoding: TokenExamplesOptions },
): EncodedSentences {
  return joinedExamples(train, untaggedExamples(untagged, encoding), parts.train.length);
}

/** Tags of a sentence from probabilities; a word that was not read gets `O`, if that is a label. */
function decoderOf(labels: readonly string[], settings: TaggerSettings): (said: Float32Array) => readonly string[] {
  const decode = tagDecoder(labels, settings);
  const outside = Math.max(0, labels.indexOf('O'));
  return (said) => {
    const logits = asLogits(said, 'single_label_classification');
    const rows = logits.map((x, i) => {
      if (!Number.isNaN(x)) return x;
      return i % labels.length === outside ? 0 : -1e9;
    });
    return Array.from(decode(rows), (id) => labels[id]);
  };
}

interface DifferenceOptions {
  readonly reading: TagReading;
  readonly seed: number;
}

/** F1 and accuracy of one model's tags minus another's: paired bootstrap over sentences, 1,000 draws, shifted to the difference. */
export function tagDifferences(
  sentences: readonly TaggedWords[],
  [own, other]: readonly [readonly (readonly string[])[], readonly (readonly string[])[]],
  { reading, seed }: DifferenceOptions,
): Readonly<Record<string, Difference>> {
  const [a, b] = [own, other].map((tags) => sentences.map((sentence, i) => countsOf(sentence.tags, tags[i], reading)));
  const difference = (metric: (drawn: Uint32Array, counts: readonly Counts[]) => number): Difference => {
    const of = (counts: readonly Counts[]) => (drawn: Uint32Array) => metric(drawn, counts);
    const options = { samples: 1000, method: 'percentile', seed } as const;
    const { difference: estimate, low, high } = pairedBootstrap(sentences.length, of(a), of(b), options);
    return { estimate, low, high };
  };
  return { ...(reading.scheme !== 'none' && { f1: difference(f1) }), accuracy: difference(accuracy) };
}

/** Counts of a sentence: found, predicted and true entities, right words and all words. */
type Counts = readonly [found: number, predicted: number, truth: number, right: number, words: number];

function countsOf(truth: readonly string[], tags: readonly string[], { scheme, mode }: TagReading): Counts {
  const right = truth.filter((tag, i) => tag === tags[i]).length;
  if (scheme === 'none') return [0, 0, 0, right, truth.length];
  const keys = (own: readonly string[]) =>
    entitiesOf(own, { scheme, mode }).map((entity) => Object.values(entity).join());
  const [expected, predicted] = [truth, tags].map(keys);
  const known = new Set(expected);
  return [predicted.filter((key) => known.has(key)).length, predicted.length, expected.length, right, truth.length];
}

const total = (drawn: Uint32Array, counts: readonly Counts[], at: number) =>
  drawn.reduce((sum, i) => sum + counts[i][at], 0);

function f1(drawn: Uint32Array, counts: readonly Counts[]): number {
  const [found, predicted, truth] = [0, 1, 2].map((at) => total(drawn, counts, at));
  return predicted + truth === 0 ? 0 : (2 * found) / (predicted + truth);
}

const accuracy = (drawn: Uint32Array, counts: readonly Counts[]) => total(drawn, counts, 3) / total(drawn, counts, 4);
