import type { Engine } from '@attune/engine';
import { version } from '../../package.json';
import { classWeights } from '../class-weights';
import type { EvaluationEvent, EventListener, LossEvent } from '../events';
import { forwardAll } from '../forward';
import { type TrainResult, train } from '../loop';
import { scoresOf } from '../tasks/sequence';
import { sequenceTask } from '../tasks/sequence-task';
import { dataHash } from './checkpoints/data-hash';
import { resumeFrom, savesInto } from './checkpoints/run-checkpoints';
import type { FitOptions } from './fit-options';
import { type PreparedRun, prepareRun } from './prepare-run';
import { baselinePredictions, figuresOf, type Predictions, predictionsOf } from './results';
import { openRunDirectory, type RunDirectory } from './run-directory';

export interface RunSummary {
  readonly accuracy: number;
  readonly macroF1: number;
  readonly loss: number;
  readonly baseline?: { readonly accuracy: number; readonly macroF1: number };
  readonly trainExamples: number;
  readonly testExamples: number;
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly bestStep: number;
  readonly steps: number;
  /** The part the figures are of. */
  readonly evaluatedOn: 'test' | 'validation';
  /** Wall time of training, its evaluations included. */
  readonly seconds: number;
  readonly tokensPerSecond: number;
  readonly engine: string;
}

export interface FitResult {
  readonly summary: RunSummary;
  readonly config: Readonly<Record<string, unknown>>;
  /** The lines of `metrics.jsonl`. */
  readonly history: readonly (LossEvent | EvaluationEvent)[];
  readonly labels: readonly string[];
  readonly test: Predictions;
  readonly baseline?: Predictions;
}

/**
 * Fine-tunes a single-label classifier on labelled texts and writes the run directory: `config.json`,
 * `metrics.jsonl`, `model/` (the best epoch by `metricForBestModel`) and `summary.json`, the baseline's figures beside.
 *
 * Whatever is wrong with the input is found before anything is written.
 * @throws AttuneError naming what is wrong and what to do
 */
export async function fitSequenceClassifier(options: FitOptions): Promise<FitResult> {
  const { callbacks = [] } = options;
  try {
    const result = await fitAndWrite(options);
    for (const callback of callbacks) await callback.close?.();
    return result;
  } catch (error) {
    for (const callback of callbacks) await callback.close?.(error);
    throw error;
  }
}

async function fitAndWrite(options: FitOptions): Promise<FitResult> {
  const prepared = await prepareRun(options);
  const { model, parts } = prepared;
  const { labels } = parts.encoder;
  const directory = await openRunDirectory(options.out, options);
  const config = configOf(options, prepared);
  if (!options.resume) await directory.writeConfig(config);
  const { trained, history } = await trainLogged(options, prepared, directory);
  await directory.writeModel({ config: model.config, parameters: trained.parameters }, prepared.tokenizer);
  const { loss, test } = await predictReported(options.engine, prepared, trained);
  const baseline = baselinePredictions(parts.train, test, { labels, onNote: options.onNote ?? (() => {}) });
  const summary: RunSummary = {
    ...figuresOf(test),
    loss,
    ...(baseline && { baseline: figuresOf(baseline) }),
    trainExamples: parts.train.texts.length,
    testExamples: test.texts.length,
    epochs: prepared.args.numTrainEpochs,
    bestEpoch: trained.bestEpoch,
    bestStep: trained.bestStep,
    steps: trained.steps,
    evaluatedOn: parts.evaluatedOn,
    seconds: trained.seconds,
    tokensPerSecond: trained.tokensPerSecond,
    engine: options.engine.name,
  };
  await directory.writeProvenance({ ...config, summary });
  await directory.writeSummary(summary);
  return { summary, config, history, labels, test, baseline };
}

/** What `config.json` records: everything that decided the run. */
function configOf({ model, revision, engine, provenance }: FitOptions, { args, model: { config } }: PreparedRun) {
  const { original: _, ...architecture } = config;
  return {
    task: 'sequence-classification',
    model,
    ...(revision && { revision }),
    ...provenance,
    arguments: args,
    engine: engine.name,
    architecture,
    node: process.version,
    attune: version,
  };
}

async function trainLogged(options: FitOptions, prepared: PreparedRun, directory: RunDirectory) {
  const { engine, onEvent, callbacks = [], onNote = () => {}, signal } = options;
  const { model, parameters, data, args } = prepared;
  const checkpoints = { directory, engine, dataHash: dataHash(data.train), limit: args.saveTotalLimit };
  const resume = options.resume ? await resumeFrom(checkpoints, onNote) : undefined;
  const history = [...(await directory.readLog())] as (LossEvent | EvaluationEvent)[];
  let told: Promise<unknown> = Promise.resolve();
  const listener: EventListener = (event) => {
    onEvent?.(event);
    for (const callback of callbacks) told = Promise.all([told, callback.onEvent(event)]);
    told.catch(() => {}); // thrown below
    if (event.type === 'step') return;
    history.push(event);
    directory.log(event);
  };
  const plainTask = sequenceTask(model.config);
  const { classWeights: wanted } = args;
  const weights = wanted && classWeights(wanted, data.train.targets, model.config.labels);
  const task = weights ? sequenceTask(model.config, { classWeights: weights }) : plainTask;
  const save = savesInto(checkpoints);
  const run = {
    engine,
    model,
    parameters,
    task,
    evaluationTask: plainTask,
    data,
    arguments: args,
    onEvent: listener,
    save,
    resume,
    signal,
  };
  const trained = await train(run);
  await told;
  return { trained, history };
}

/** The trained model on the part that results are reported on. */
async function predictReported(engine: Engine, { model, parts, data, args }: PreparedRun, { parameters }: TrainResult) {
  const program = engine.compile(model.program);
  const { sequences, targets } = data.reported;
  const settings = { model, targets, batchSize: args.perDeviceEvalBatchSize };
  const { logits, loss } = await forwardAll((batch) => program.run(batch, parameters), sequences, settings);
  const truth = { texts: parts.reported.texts, yTrue: Int32Array.from(targets as readonly number[]) };
  return { loss, test: predictionsOf(truth, scoresOf(logits, model.config)) };
}
