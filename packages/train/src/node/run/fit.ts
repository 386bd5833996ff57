import type { HostTensor } from '@attune/engine';
import { measureEngine } from '@attune/engine/node';
import { whileHeld } from '@attune/internal';
import { withDirectoryLock } from '@attune/internal/node';
import { noteEstimate } from '../../estimate/note';
import type { EvaluationListener } from '../../loop/evaluate';
import { type Callback, type EvaluationEvent, type EventListener, isLogged, type LossEvent } from '../../loop/events';
import type { Examples } from '../../loop/task';
import { train } from '../../loop/train';
import type { TrainResult } from '../../loop/train-options';
import { productsOf } from '../../loop/trained';
import { finishedModel, mergesAdapter } from '../model/finished-model';
import { originOf } from '../model/origin';
import { configOf, writeTrained } from './artifacts';
import { resumeFrom, savesInto, spareCheckpoint } from './checkpoints';
import { openRunDirectory, type RunDirectory } from './directory';
import { extendRun } from './extend';
import { endCheckpoints, refuseFinished } from './finished';
import { endHints, startHints } from './hints';
import type { RunOptions } from './options';
import type { Decided, FittedRun, PreparedFit, TaskResults, TrainingFacts } from './prepared-fit';
import { givenLora } from './recorded';
import { dataHash, modelHash, type RunHashes } from './run-hashes';
import { noteShare, type TrainableShare, trainableShare } from './share';

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
  let fitted: FittedRun<Results>;
  try {
    fitted = await withDirectoryLock(options.out, () => fitLocked(options, preparing));
  } catch (error) {
    await closeAll(callbacks, error);
    throw error;
  }
  const [failure] = await closeAll(callbacks);
  if (failure) throw failure.reason;
  return fitted;
}

/** Closes each callback once; returns the errors of those that failed. */
async function closeAll(callbacks: readonly Callback[], error?: unknown): Promise<PromiseRejectedResult[]> {
  const closing = callbacks.map(async (callback) =>
    error === undefined ? callback.close?.() : callback.close?.(error),
  );
  const settled = await Promise.allSettled(closing);
  return settled.filter((each) => each.status === 'rejected');
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
  const onProgress: EvaluationListener = (examples, totalExamples) =>
    log.onEvent({ type: 'eval-step', step: trained.steps, examples, totalExamples });
  const { finished, artifact, decided } = await whileHeld(signal, async () => {
    const asTrained = finishedModel({ model, parameters: trained.parameters }, options);
    const decided: Decided<Results> = (await prepared.decide?.(asTrained, onProgress)) ?? { ...prepared, replaced: {} };
    const withReplaced = (own: Readonly<Record<string, HostTensor>>) => ({ ...own, ...decided.replaced });
    const finished = { ...asTrained, parameters: withReplaced(asTrained.parameters) };
    const parameters = withReplaced(trained.parameters);
    const artifact = await writeTrained(directory, finished, { options, prepared, origin, parameters });
    await spare.remove();
    await log.settled(); // a callback that fails does not cost the model
    return { finished, artifact, decided };
  });
  signal?.throwIfAborted();
  const results = await decided.results(finished, onProgress);
  await log.settled();
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
  const receivers = [
    ...(onEvent ? [onEvent] : []),
    ...callbacks.map(
      (callback): EventListener =>
        (event) =>
          callback.onEvent(event),
    ),
  ];
  let pending: Promise<unknown> = Promise.resolve();
  const rejected: unknown[] = [];
  let startLoss: number | undefined;
  const listener: EventListener = (event) => {
    if (rejected.length > 0) throw rejected[0];
    if (event.type === 'step' && event.step === 1) startLoss = event.loss;
    for (const receive of receivers) pending = Promise.all([pending, receive(event)]);
    pending.catch((reason) => rejected.push(reason)); // thrown at the next event, or by `settled`
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

function factsOf(trained: TrainResult, epochs: number, engine: string): Omit<TrainingFacts, keyof TrainableShare> {
  const { epochs: epochsDone, bestEpoch, bestStep, steps, seconds, tokensPerSecond } = trained;
  return { epochs, epochsDone, bestEpoch, bestStep, steps, seconds, tokensPerSecond, engine };
}
