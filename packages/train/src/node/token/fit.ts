import { agreed, checkOptions, counted } from '@attune/internal';
import { trainingArguments } from '../../arguments/arguments';
import type { Forward } from '../../loop/evaluate';
import type { EvaluationEvent, LossEvent } from '../../loop/events';
import { type EncodedSentences, type TaggedWords, tokenExamples } from '../../tasks/token/examples';
import { tagDecoder } from '../../tasks/token/tags';
import { tokenTask } from '../../tasks/token/task';
import { defaultStride, type WordWindow } from '../../tasks/token/windows';
import { checkTaggedParts } from '../border/data';
import { tokenFitTable } from '../border/tables';
import { distillingOf, noteOtherLayers, withAskedModels } from '../distill/options';
import { checkResumedTeachers } from '../distill/resumed';
import type { DistillationFacts, SideBySide } from '../distill/side-by-side';
import { checkUntagged, type TagDistilling, tagLessonOf } from '../distill/tag-lesson';
import { openTagTeacher } from '../distill/tags';
import { closeAll, labelsOfTeacher, openAll } from '../distill/teacher';
import { prepareModel } from '../model/prepare';
import { forWords } from '../model/tokenizer-for-words';
import { checkRunDirectory } from '../run/check-directory';
import { noteUnused, refuseArguments, withBestMetric, withMaxLength } from '../run/checks';
import { fitRun } from '../run/fit';
import { sameAnswer } from '../run/hints';
import type { PreparedFit, TrainingFacts } from '../run/prepared-fit';
import { givenArguments } from '../run/recorded';
import type { TagEvaluation } from './evaluate';
import { programLogits } from './logits';
import type { TaggerSettings, TokenFitOptions } from './options';
import { type CheckedParts, checkedParts } from './parts';
import type { SentenceTags } from './sentence';
import { taggerOf } from './tagger';

/** The summary of a run of token classification. */
export type TokenRunSummary = TokenMetrics & TrainingFacts;

/** The result of `fitTokenClassifier`. */
export interface TokenFitResult {
  /** The metrics and facts of `summary.json`. */
  readonly summary: TokenRunSummary;
  /** The settings of the run, as in `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The lines of `metrics.jsonl`. */
  readonly history: readonly (LossEvent | EvaluationEvent)[];
  /** All tags, in the order of their ids. */
  readonly labels: readonly string[];
  /** The reported part, and its predicted tags. */
  readonly test: {
    /** The sentences with their true tags. */
    readonly sentences: readonly TaggedWords[];
    /** The model's tags of each sentence. */
    readonly predicted: readonly SentenceTags[];
  };
}

/**
 * Fine-tunes a tagger on sentences of tagged words and writes the run directory, as `fitSequenceClassifier` does. The best
 * model is that of the highest `metricForBestModel`, by default the `f1` of entities (`accuracy` with the scheme `none`).
 *
 * A sentence longer than `maxLength` is read in overlapping windows. Each word is learned, measured and tagged only in the window in which it has
 * the most context. Faults in the input are found before anything is written.
 * @throws AttuneError naming the fault and the fix
 * @example
 * const [train, validation] = await Promise.all(['train.conll', 'dev.conll'].map((path) => readConll(path)));
 * await fitTokenClassifier({ data: { train, validation }, model: 'models/minilm', engine, out: 'runs/skills' });
 */
export async function fitTokenClassifier(options: TokenFitOptions): Promise<TokenFitResult> {
  checkOptions('fitTokenClassifier', options, tokenFitTable);
  const { results, ...run } = await fitRun(withAskedModels(options), () => prepareTokenFit(withAskedModels(options)));
  return { ...run, labels: results.labels, test: results.test };
}

/** The results of a run of token classification. */
interface TokenResults {
  readonly metrics: TokenMetrics;
  readonly sameAnswer?: string;
  readonly labels: readonly string[];
  /** The reported part, and its predicted tags. */
  readonly test: { readonly sentences: readonly TaggedWords[]; readonly predicted: readonly SentenceTags[] };
}

/** The metrics of a run of token classification. A type: an interface is not assignable to a record. */
export type TokenMetrics = Omit<TagEvaluation, 'predicted'> & {
  /** Number of training sentences. */
  readonly trainExamples: number;
  /** Number of measured sentences. */
  readonly testExamples: number;
  /** The measured part. */
  readonly evaluatedOn: 'test' | 'validation';
  /** The distillation of the run; absent without a teacher. */
  readonly distillation?: DistillationFacts;
  /** The comparison of the student, its teachers and other models; absent without any of these. */
  readonly sideBySide?: readonly SideBySide[];
};

/** Checks the options of distillation, opens the teachers until their outputs are computed, and prepares the student. */
async function prepareTokenFit(options: TokenFitOptions): Promise<PreparedFit<EncodedSentences, TokenResults>> {
  const distilling = distillingOf(options);
  if (options.unlabeled) checkUntagged(options.unlabeled);
  const { engine, onNote = () => {} } = options;
  const teachers = await openAll(distilling?.teachers ?? [], (source) => openTagTeacher(source, { engine, onNote }));
  try {
    await checkResumedTeachers(teachers, options);
    return await prepareStudent(options, distilling && { ...distilling, teachers });
  } finally {
    await closeAll(teachers);
  }
}

/** A prepared run of token classification. */
async function prepareStudent(
  options: TokenFitOptions,
  distilling: TagDistilling | undefined,
): Promise<PreparedFit<EncodedSentences, TokenResults>> {
  const { onNote = () => {}, engine, scheme = 'IOB2', mode = 'strict', decoding = 'argmax' } = options;
  checkTaggedParts('fitTokenClassifier', options.data);
  const resolved = trainingArguments(
    withBestMetric(await givenArguments(options), { task: 'token-classification', scheme }),
  );
  refuseArguments(resolved, ['classWeights'], 'token classification');
  await checkRunDirectory(options.out, options);
  await noteOtherLayers(options);
  noteUnused(options);
  const reading = { scheme, mode, decoding };
  tagDecoder([], reading); // refuses what the scheme does not allow, before the data are read
  const own = new Set(options.data.train.flatMap(({ tags }) => tags));
  const labelList = options.labelList ?? (distilling && labelsOfTeacher(distilling.teachers[0], own, onNote));
  const parts = checkedParts(options.data, { scheme, mode, labelList, onNote });
  const { labels } = parts;
  const task = tokenTask(labels, reading);
  const { labelSmoothingFactor: labelSmoothing, focalGamma } = resolved;
  const prepared = await prepareModel(options.model, {
    ...options,
    task: 'token-classification',
    labels,
    texts: [...parts.train, ...(options.unlabeled ?? [])].map(({ words }) => words.join(' ')),
    seed: resolved.seed,
    loss: {
      ...{ labelSmoothing, focalGamma },
      ...(distilling && distilling.alpha > 0 && { distillTemperature: distilling.temperature }),
    },
  });
  const { model, parameters, origin } = prepared;
  const tokenizer = forWords(prepared.tokenizer);
  const args = withMaxLength(resolved, { model, tokenizer, onNote });
  const settings = { ...reading, maxLength: args.maxLength, stride: options.stride ?? defaultStride(args.maxLength) };
  const encoding = { ...settings, tokenizer, labels };
  const encoded = (sentences: readonly TaggedWords[]) => tokenExamples(sentences, encoding);
  const train = encoded(parts.train);
  noteWindows(train, settings, onNote);
  const lesson = await tagLessonOf({ parts, train, task }, { ...options, distilling, settings, encoding, onNote });
  return {
    args,
    model,
    parameters,
    tokenizer,
    origin,
    task: lesson.task,
    evaluationTask: task,
    data: { train: lesson.train, validation: parts.validation && encoded(parts.validation) },
    ...(lesson.hash !== undefined && { teacherHash: lesson.hash }),
    test: parts.evaluatedOn === 'test' ? encoded(parts.reported) : undefined,
    settings: {
      ...{ ...reading, stride: settings.stride, ...lesson.settings },
      ...(options.studentLayers && { studentLayers: options.studentLayers }),
    },
    async results(finished, onProgress) {
      const { model, parameters: trained } = finished;
      const program = engine.compile(model.program);
      const forward: Forward = (batch) => program.run(batch, trained);
      const batchSize = args.perDeviceEvalBatchSize;
      const logits = {
        of: (windows: readonly Pick<WordWindow, 'ids' | 'reads'>[]) =>
          programLogits(model, forward, { inputs: windows, batchSize, onProgress }),
      };
      const results = await resultsOf(parts, taggerOf({ ...settings, logits, tokenizer, config: model.config }));
      const learned = await lesson.facts({ finished, predicted: results.test.predicted, seed: args.seed });
      return { ...results, metrics: { ...results.metrics, ...learned } };
    },
  };
}

function noteWindows(
  { windowed, lostWords }: EncodedSentences,
  { maxLength, stride }: TaggerSettings,
  onNote: (note: string) => void,
): void {
  if (windowed > 0)
    onNote(
      `${counted(windowed, 'training sentence')} ${agreed(windowed, 'exceeds', 'exceed')} ${maxLength} tokens and ${agreed(windowed, 'is', 'are')} read in windows that share ${stride}`,
    );
  if (lostWords > 0)
    onNote(
      `${counted(lostWords, 'training word')} ${agreed(lostWords, 'consists', 'consist')} of characters that the tokenizer drops, and ${agreed(lostWords, 'is', 'are')} not learned`,
    );
}

async function resultsOf(parts: CheckedParts, tagger: Pick<ReturnType<typeof taggerOf>, 'evaluate'>) {
  const { predicted, ...metrics } = await tagger.evaluate(parts.reported);
  const counts = { trainExamples: parts.train.length, testExamples: parts.reported.length };
  const answers = {
    truth: parts.reported.flatMap(({ tags }) => tags),
    predicted: predicted.flatMap(({ tags }) => tags),
  };
  return {
    sameAnswer: sameAnswer({ ...answers, of: `words of the ${parts.evaluatedOn} sentences` }),
    metrics: { ...metrics, ...counts, evaluatedOn: parts.evaluatedOn },
    labels: parts.labels,
    test: { sentences: parts.reported, predicted },
  };
}
