import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkOptions } from '@attune/internal';
import { isWithin, withDirectoryLock } from '@attune/internal/node';
import { loadModel } from '@attune/models/node';
import { type TrainingArguments, trainingArguments } from '../../arguments/arguments';
import type { EvaluationEvent, LossEvent } from '../../loop/events';
import { checkTextParts } from '../border/data';
import { adaptTable } from '../border/tables';
import { checkRunDirectory } from '../run/check-directory';
import { openRunDirectory } from '../run/directory';
import { modelSourceOf } from '../run/model-place';
import { evaluateMaskedLm } from './evaluate';
import { fitMaskedLm, type MaskedLmSummary, prepareMaskedLmFit } from './fit';
import type { AdaptOptions, MaskedLmFitOptions } from './options';

/** The result of `adaptMaskedLm`. */
export interface Adaptation {
  /** With an untrained head; absent where the model had a head, or was new itself. */
  readonly newHead?: MaskedLmMetrics;
  /** The original model, with its own head or a new one after warm-up. */
  readonly before: MaskedLmMetrics;
  /** The adapted model. */
  readonly after: MaskedLmMetrics;
  /** Perplexity after ÷ before. */
  readonly ratio: number;
  /** Share of the loss reduction from `newHead` to `after` that is due to the head alone, the reduction to `before`. Absent without `newHead`. */
  readonly headShare?: number;
  /** The learning rate of the adaptation in fact. */
  readonly learningRate: LearningRates;
  /** Summary of the head's warm-up; absent without one. */
  readonly warmUp?: MaskedLmSummary;
  /** Summary of the adaptation. */
  readonly adapted: MaskedLmSummary;
}

/** A new head learns fast, and is done once the validation loss falls by less than a hundredth. */
const warmUpArguments = {
  learningRate: 1e-3,
  lrSchedulerType: 'constant_with_warmup',
  warmupSteps: 10,
  numTrainEpochs: 20,
  evalSteps: 20,
  earlyStoppingPatience: 2,
  earlyStoppingThreshold: 0.01,
} as const satisfies Partial<TrainingArguments>;

/** The whole encoder of any family, with the decoder where it is tied to the embeddings. */
const body = ['*.embeddings.*', '*.layer.*'];

/**
 * Adapts an encoder to texts by masked language modeling, and reports the share of the gain that is due to the encoder.
 *
 * An encoder without the head gets a new one, which is trained alone until the validation loss stops falling. That is _before_:
 * from there the whole model is trained. A `new` model needs no warm-up. Metrics are on the test part, or on the
 * validation part without one. The directories in `out` are `start/` (the model with its untrained head), `warm-up/`, and
 * `adapted/`; the first two only where needed.
 * @throws AttuneError as `fitMaskedLm`
 * @example
 * const { before, after, ratio } = await adaptMaskedLm({ data, model: 'models/minilm', engine, out: 'runs/adapt' });
 * // a classifier begins from runs/adapt/adapted/model
 */
export async function adaptMaskedLm(options: AdaptOptions): Promise<Adaptation> {
  checkOptions('adaptMaskedLm', options, adaptTable);
  checkTextParts('adaptMaskedLm', options.data);
  return withDirectoryLock(options.out, () => adaptLocked(options));
}

async function adaptLocked({ warmUp, ...options }: AdaptOptions): Promise<Adaptation> {
  const { out, arguments: args } = options;
  await checkRunDirectory(out, options);
  const place = (name: string) => ({ out: join(out, name), overwrite: options.overwrite });
  const whole = { ...options, lora: undefined, quantize: undefined, mergeAdapter: undefined }; // a new head is warmed up alone
  const start = await startOf(whole, place('start'));
  const warmed = start.isHeadNew
    ? await fitMaskedLm({
        ...{ ...whole, ...place('warm-up'), model: start.model },
        arguments: { ...sharedBy(args), ...warmUpArguments, ...warmUp, freeze: body },
      })
    : undefined;
  await removeStale(options, new Set([...(warmed ? ['warm-up'] : []), ...(start.isWritten ? ['start'] : [])]));
  const before = warmed?.summary ?? start.metrics;
  const model = warmed ? join(out, 'warm-up', 'model') : start.model;
  const { summary: after, history } = await fitMaskedLm({ ...options, ...place('adapted'), model });
  return {
    ...(warmed && { newHead: metricsOf(start.metrics), headShare: shareOf(start.metrics, before, after) }),
    ...{ before: metricsOf(before), after: metricsOf(after), ratio: after.perplexity / before.perplexity },
    learningRate: learningRatesOf(history, trainingArguments(args).learningRate),
    ...(warmed && { warmUp: warmed.summary }),
    adapted: after,
  };
}

/** Refuses a directory of an earlier run. */
async function removeStale({ model, out }: AdaptOptions, written: ReadonlySet<string>): Promise<void> {
  const stale = ['start', 'warm-up'].map((name) => join(out, name)).filter((path) => !written.has(basename(path)));
  for (const path of stale) if (!(await isWithin(model, path))) await rm(path, { recursive: true, force: true });
}

const metricsOf = ({ loss, perplexity, accuracy }: MaskedLmMetrics): MaskedLmMetrics => ({
  loss,
  perplexity,
  accuracy,
});

const shareOf = (newHead: MaskedLmMetrics, before: MaskedLmMetrics, after: MaskedLmMetrics) =>
  (newHead.loss - before.loss) / (newHead.loss - after.loss);

/** The settings of both stages: the batches, and the seed, which decides the masks. */
function sharedBy({ seed, perDeviceTrainBatchSize, perDeviceEvalBatchSize }: Partial<TrainingArguments> = {}) {
  return { seed, perDeviceTrainBatchSize, perDeviceEvalBatchSize };
}

/** Metrics on one part, under the same masks each time. */
type MaskedLmMetrics = Pick<MaskedLmSummary, 'loss' | 'perplexity' | 'accuracy'>;

interface Start {
  /** The initial model of training. */
  readonly model: string;
  readonly metrics: MaskedLmMetrics;
  /** A trained encoder with an untrained head. */
  readonly isHeadNew: boolean;
  /** Whether it is written to `out`, because its head or the whole model is new. */
  readonly isWritten: boolean;
}

/** The initial model of training, measured; written to `out` if its head or the whole model is new. */
async function startOf(
  options: MaskedLmFitOptions,
  where: Pick<MaskedLmFitOptions, 'out' | 'overwrite'>,
): Promise<Start> {
  if (await hasHead(options)) {
    const metrics = await evaluated(options);
    return { model: modelSourceOf(options.model), metrics: metrics, isHeadNew: false, isWritten: false };
  }
  const { model, parameters, tokenizer, results, args, settings } = await prepareMaskedLmFit({ ...options, ...where });
  const directory = await openRunDirectory(where.out, { model: options.model });
  await directory.writeConfig({ task: model.task, model: options.model, ...settings, arguments: args });
  await directory.writeModel({ config: model.config, task: model.task, parameters }, tokenizer);
  const { metrics: figures } = await results({ model, parameters });
  await directory.writeSummary(figures);
  return { model: modelSourceOf(where.out), metrics: figures, isHeadNew: options.model !== 'new', isWritten: true };
}

async function hasHead({ model, revision, onDownload }: MaskedLmFitOptions): Promise<boolean> {
  if (model === 'new') return false;
  const source = modelSourceOf(model);
  const { initialized } = await loadModel(source, { task: 'masked-lm', revision, onProgress: onDownload });
  return initialized.length === 0;
}

function evaluated({ data, model, arguments: args, ...given }: MaskedLmFitOptions): Promise<MaskedLmMetrics> {
  const { seed, perDeviceEvalBatchSize: batchSize } = trainingArguments(args);
  const { revision, engine, chunkLength, mlmProbability, wholeWord, onNote, onDownload: onProgress } = given;
  const options = { revision, engine, chunkLength, mlmProbability, wholeWord, onNote, onProgress };
  return evaluateMaskedLm(model, data.test ?? data.validation ?? [], { ...options, seed, batchSize });
}

/** The learning rates in fact, which warm-up and decay change from the given one. */
export interface LearningRates {
  /** The given `learningRate`. */
  readonly asked: number;
  /** The highest of the run. */
  readonly reached: number;
  /** The mean over the run. */
  readonly mean: number;
}

/** The learning rates of a run, from the lines of its log: of every step with `loggingSteps: 1`. */
export function learningRatesOf(history: readonly (LossEvent | EvaluationEvent)[], asked: number): LearningRates {
  const rates = history.flatMap((event) => (event.type === 'train' ? [(event as LossEvent).learningRate] : []));
  return { asked, reached: Math.max(0, ...rates), mean: rates.reduce((sum, rate) => sum + rate, 0) / rates.length };
}
