import { join } from 'node:path';
import type { HostTensor } from '@attune/engine';
import { measureEngine } from '@attune/engine/node';
import { whileHeld } from '@attune/internal';
import { withDirectoryLock } from '@attune/internal/node';
import { isLoraModel, type LoraModel, type Model } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';
import { version } from '../../../package.json';
import type { TrainingArguments } from '../../arguments/arguments';
import { noteEstimate } from '../../estimate/note';
import { type EvaluationEvent, type EventListener, isLogged, type LossEvent } from '../../loop/events';
import type { Examples, TrainingTask } from '../../loop/task';
import { productsOf, type TrainResult, train } from '../../loop/train';
import { type FinishedModel, finishedModel, mergesAdapter } from '../model/finished-model';
import { tokenizerOfLength } from '../model/max-length';
import { type ModelOrigin, type ModelSource, originOf } from '../model/origin';
import { dataHash, modelHash, type RunHashes, resumeFrom, savesInto, spareCheckpoint } from './checkpoints';
import { type ArtifactDirectory, openRunDirectory, type RunDirectory, withoutDecision } from './directory';
import { extendRun } from './extend';
import { endCheckpoints, refuseFinished } from './finished';
import { endHints, startHints } from './hints';
import type { RunOptions } from './options';
import { givenLora } from './recorded';
import { noteShare, type TrainableShare, trainableShare } from './share';

/** A prepared fit of any task: everything is checked, and nothing is written yet. */
export interface PreparedFit<Data extends Examples, Results extends TaskResults> {
  /** All arguments, `maxLength` included. */
  readonly args: TrainingArguments & {
    /** Most tokens per example, special tokens included. */
    readonly maxLength: number;
  };
  /** The model to train, with its head and any adapters. */
  readonly model: Model;
  /** Its parameters, by name. */
  readonly parameters: Readonly<Record<string, HostTensor>>;
  /** The model's tokenizer, which is saved with it. */
  readonly tokenizer: Tokenizer;
  /** How examples become batches, and how they are measured. */
  readonly task: TrainingTask<Data>;
  /** The task of evaluations, where it differs, such as one without class weights. */
  readonly evaluationTask?: TrainingTask<Data>;
  /** The examples, ready for training. */
  readonly data: {
    /** Examples to learn. */
    readonly train: Data;
    /** Examples of evaluations during training; absent for none. */
    readonly validation?: Data;
  };
  /** The test part, which must not change before the run is resumed; absent for none. */
  readonly test?: Data;
  /** The origin of the model, for the run's `config.json`. */
  readonly origin?: ModelSource;
  /** Settings of the task in addition to the arguments, for the run's `config.json`, such as a tagger's scheme. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Further files of `model/` by name, in place of the tokenizer's of that name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Peak bytes of other work after training, such as a baseline. Default 0. */
  readonly besideBytes?: number;
  /** SHA-256 of the teachers' targets, which must not change before the run is resumed. Absent without a teacher. */
  readonly teacherHash?: string;
  /** Measures the published model on the reported part. */
  results(finished: FinishedModel): Promise<Results>;
  /** Tunes the decision of the trained model before it is written, and measures in place of `results`. */
  decide?(finished: FinishedModel): Promise<Decided<Results>>;
}

/** The changes of tuning to a trained model. */
export interface Decided<Results extends TaskResults> {
  /** Parameters in place of the trained ones in `model/` and `adapter/`, by name; checkpoints keep the trained ones. */
  readonly replaced: Readonly<Record<string, HostTensor>>;
  /** Measures the published model on the reported part. */
  results(finished: FinishedModel): Promise<Results>;
}

/** The results of a task; `metrics` go into the summary. */
export interface TaskResults {
  /** The first entries of `summary.json`. */
  readonly metrics: Readonly<Record<string, unknown>>;
  /** The entry `decision` of `attune.json`; of `config.json` too, where other programs have to apply it. */
  readonly decision?: Readonly<Record<string, unknown>> & {
    /** Whether the model's own last layer applies it. */
    readonly applied: boolean;
  };
  /** The one answer for the whole reported part, for a hint: `"farm" is predicted for all 30 test texts`. */
  readonly sameAnswer?: string;
}

/** Facts of a training, in every summary. */
export interface TrainingFacts extends TrainableShare {
  /** The epochs of the arguments. */
  readonly epochs: number;
  /** Passes over the data in fact, with a fraction: fewer after early stopping, or the number that `maxSteps` gives. */
  readonly epochsDone: number;
  /** Passes over the data before the best evaluation, with a fraction. */
  readonly bestEpoch: number;
  /** Optimizer steps before the best evaluation. */
  readonly bestStep: number;
  /** Number of optimizer steps. */
  readonly steps: number;
  /** Wall time of training, including evaluations. */
  readonly seconds: number;
  /** Real tokens per second of training, without evaluations. */
  readonly tokensPerSecond: number;
  /** Name of the engine of training. */
  readonly engine: string;
}

/** The result of `fitRun`. */
export interface FittedRun<Results extends TaskResults> {
  /** The metrics and facts of `summary.json`. */
  readonly summary: Results['metrics'] & TrainingFacts;
  /** The settings of the run, as in `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The lines of `metrics.jsonl`. */
  readonly history: readonly (LossEvent | EvaluationEvent)[];
  /** The results of the task, including those that are not in `summary.json`. */
  readonly results: Results;
}

/**
 * Trains a prepared fit and writes the run directory: `config.json`, `metrics.jsonl`, checkpoints, `model/` (the best by
 * `metricForBestModel`; not with separate adapters), `adapter/` with `lora`, and `summary.json`. After that the
 * checkpoints are removed, unless `keepCheckpoints` keeps them.
 *
 * The directory is locked during the run, and before the preparation where `preparing` is a function.
 *
 * @param preparing called and awaited here, so that callbacks are closed even where preparing fails
 * @throws AttuneError OUTPUT_LOCKED for a directory that another process is writing; OUTPUT_HOLDS_INPUT where `overwrite` would remove the model;
 * RUN_FINISHED for `resume` of a run that has ended and kept no checkpoint
 * @example
 * const { summary } = await fitRun(options, () => prepareMyTask(options));
 */
export async function fitRun<Data extends Examples, Results extends TaskResults>(
  options: RunOptions,
  preparing: Preparing<PreparedFit<Data, Results>>,
): Promise<FittedRun<Results>> {
  const { callbacks = [] } = options;
  try {
    const fitted = await withDirectoryLock(options.out, () => fitLocked(options, preparing));
    for (const callback of callbacks) await callback.close?.();
    return fitted;
  } catch (error) {
    for (const callback of callbacks) await callback.close?.(error);
    throw error;
  }
}

/** A prepared fit, a promise of one, or a function that prepares it. */
type Preparing<Fit> = Fit | Promise<Fit> | (() => Fit | Promise<Fit>);

async function fitLocked<Data extends Examples, Results extends TaskResults>(
  given: RunOptions,
  preparing: Preparing<PreparedFit<Data, Results>>,
): Promise<FittedRun<Results>> {
  const { engine, onNote = () => {}, signal } = given;
  if (given.resume) await refuseFinished(given.out);
  const prepared = await (typeof preparing === 'function' ? preparing() : preparing);
  const { model, args, data } = prepared;
  const options = { ...given, lora: await givenLora(given) };
  const share = trainableShare(model, args);
  engine.compile(model.program, productsOf(args)); // refuses an unsupported model before anything is written

  const directory = await openRunDirectory(options.out, options);
  const origin = prepared.origin ? await originOf(prepared.origin, options.out) : {};
  const config = configOf(options, prepared, origin);
  if (!options.resume) await directory.writeConfig(config);
  noteShare(share, onNote);
  const onHint = options.hints === false ? () => {} : onNote;
  if (!options.resume) for (const hint of startHints({ args, lora: options.lora })) onHint(hint);
  const checkpoints = { directory, engine, hashes: hashesOf(options, prepared), limit: args.saveTotalLimit };
  const resume = options.resume ? await resumeFrom(checkpoints, onNote) : undefined;
  if (resume) {
    const { padTokenId } = model.config;
    await extendRun({
      directory,
      args,
      data: data.train,
      padTokenId,
      resume,
      options: options.provenance?.options,
      onNote,
    });
  }
  const log = await openLog(directory, options);
  await noteRunEstimate(options, prepared);

  const { parameters, task, evaluationTask } = prepared;
  const start = { engine, model, parameters, task, evaluationTask, data, arguments: args, resume, signal };
  const spare = spareCheckpoint(checkpoints);
  const saving = { save: savesInto(checkpoints), ...(prepared.decide && { saveLast: spare.save }) };
  const trained = await train({ ...start, onEvent: log.onEvent, ...saving });
  const { finished, artifact, decided } = await whileHeld(signal, async () => {
    await log.settled();
    const asTrained = finishedModel({ model, parameters: trained.parameters }, options);
    const decided: Decided<Results> = (await prepared.decide?.(asTrained)) ?? { ...prepared, replaced: {} };
    const withReplaced = (own: Readonly<Record<string, HostTensor>>) => ({ ...own, ...decided.replaced });
    const finished = { ...asTrained, parameters: withReplaced(asTrained.parameters) };
    const parameters = withReplaced(trained.parameters);
    const artifact = await writeTrained(directory, finished, { options, prepared, origin, parameters });
    await spare.remove();
    return { finished, artifact, decided };
  });
  signal?.throwIfAborted();
  const results = await decided.results(finished);
  const { decision, sameAnswer } = results;
  const { lora, keepCheckpoints, model: source } = options;
  const ended = {
    ...trained,
    args,
    history: log.history,
    startLoss: log.startLoss(),
    sameAnswer,
    metrics: results.metrics,
  };
  const begun = { lora, isNew: source === 'new', keepsCheckpoints: keepCheckpoints === true };
  for (const hint of endHints({ ...ended, ...begun })) onHint(hint);
  const summary = { ...results.metrics, ...factsOf(trained, args.numTrainEpochs, engine.name), ...share };
  if (decision && !decision.applied) await directory.writeDecision(artifact, decision);
  await directory.writeProvenance(artifact, { ...config, ...(decision && { decision }), summary });
  await directory.writeSummary(summary);
  if (!options.keepCheckpoints) await endCheckpoints(options.out, onNote);
  return { summary, config, history: log.history, results };
}

/** Digests of the inputs that must not change before the run is resumed. A new model depends only on data and seed. */
function hashesOf<Data extends Examples>(
  { model }: RunOptions,
  { data, test, parameters, teacherHash }: PreparedFit<Data, TaskResults>,
): RunHashes {
  return {
    dataHash: dataHash(data.train),
    ...(data.validation && { evaluationHash: dataHash(data.validation) }),
    ...(test && { testHash: dataHash(test) }),
    ...(model !== 'new' && { modelHash: modelHash(parameters) }),
    ...(teacherHash !== undefined && { teacherHash }),
  };
}

/**
 * Sends events to listener, callbacks and `metrics.jsonl`; `history` continues the existing lines. `startLoss` is the loss of the
 * first step; undefined in a resumed run.
 */
async function openLog(directory: RunDirectory, { onEvent, callbacks = [] }: RunOptions) {
  const history = [...(await directory.readLog())] as (LossEvent | EvaluationEvent)[];
  let pending: Promise<unknown> = Promise.resolve();
  let startLoss: number | undefined;
  const listener: EventListener = (event) => {
    if (event.type === 'step' && event.step === 1) startLoss = event.loss;
    onEvent?.(event);
    for (const callback of callbacks) pending = Promise.all([pending, callback.onEvent(event)]);
    pending.catch(() => {}); // thrown by `settled`
    if (!isLogged(event)) return;
    history.push(event);
    directory.log(event);
  };
  return { history, onEvent: listener, settled: () => pending, startLoss: () => startLoss };
}

async function noteRunEstimate<Data extends Examples>(
  options: RunOptions,
  { model, parameters, task, data, args, besideBytes }: PreparedFit<Data, TaskResults>,
): Promise<void> {
  const { engine, onNote = () => {} } = options;
  const gflops = await measureEngine(engine);
  const training = { model, parameters, task, data: data.train, arguments: args, engine };
  noteEstimate({ ...training, mergesAdapters: mergesAdapter(options) }, onNote, { gflops, besideBytes });
}

interface Written {
  readonly options: RunOptions;
  readonly prepared: Pick<PreparedFit<Examples, TaskResults>, 'args' | 'model' | 'tokenizer' | 'files'>;
  readonly origin: ModelOrigin;
  /** The trained ones. */
  readonly parameters: Record<string, HostTensor>;
}

/** Writes the trained model or adapters; returns the directory from which the run is loaded. */
async function writeTrained(
  directory: RunDirectory,
  finished: FinishedModel,
  { options, prepared: { args, model, files, ...prepared }, origin, parameters }: Written,
): Promise<ArtifactDirectory> {
  const tokenizer = tokenizerOfLength(prepared.tokenizer, args.maxLength);
  // Python takes a missing relative path for a hub id.
  const { absolute: baseModel = options.model } = origin.modelDirectory ?? {};
  const adapter = isLoraModel(model) && { model, parameters, baseModel };
  if (adapter && isLoraModel(finished.model)) {
    await directory.writeAdapter(adapter, { tokenizer, files, model: model.config });
    options.onNote?.(besideNote(options, adapter.model));
    return 'adapter';
  }
  if (adapter) await directory.writeAdapter(adapter);
  const { task } = model;
  const config = withoutDecision(model.config);
  await directory.writeModel({ config, task, parameters: finished.parameters }, tokenizer, files);
  return 'model';
}

function besideNote({ out, model, quantize }: RunOptions, { adapted }: Pick<LoraModel, 'adapted'>): string {
  const beside = `${join(out, 'adapter')} holds the trained adapters, and no model/ is written: loading ${out} also reads the base ${model}`;
  const bits = quantize ? `, in ${quantize}` : '';
  const isMergeable = adapted.every(({ name, weight }) => weight === `${name}.weight`); // a tied head's is the embeddings'
  return `${beside}${bits}${isMergeable ? '; with mergeAdapter (--merge-adapter) the whole model is also written, in float32' : ''}`;
}

function factsOf(trained: TrainResult, epochs: number, engine: string): Omit<TrainingFacts, keyof TrainableShare> {
  const { epochs: epochsDone, bestEpoch, bestStep, steps, seconds, tokensPerSecond } = trained;
  return { epochs, epochsDone, bestEpoch, bestStep, steps, seconds, tokensPerSecond, engine };
}

/** The content of `config.json`: everything that decided the run. */
function configOf(
  { model: source, revision, engine, provenance, lora, quantize, mergeAdapter }: RunOptions,
  { args, model, settings }: Pick<PreparedFit<Examples, TaskResults>, 'args' | 'model' | 'settings'>,
  origin: ModelOrigin,
): Record<string, unknown> {
  const { original: _, ...architecture } = model.config;
  return {
    task: model.task,
    model: source,
    ...(revision && { revision }),
    ...origin,
    ...provenance,
    ...settings,
    ...(lora && { lora }),
    ...(quantize && { quantize }),
    ...(mergeAdapter !== undefined && { mergeAdapter }),
    arguments: args,
    engine: engine.name,
    architecture,
    node: process.version,
    attune: version,
  };
}
