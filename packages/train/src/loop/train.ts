import type { CompileOptions, Engine, HostTensor, HostTensors, OptimizerConfig, Training } from '@attune/engine';
import { AttuneError, checkOptions, type StopSignal, type TableOf, whileHeld } from '@attune/internal';
import { type Model, withGradientCheckpointing } from '@attune/models';
import { argumentTable, checkArgumentValues, defaultArguments, type TrainingArguments } from '../arguments/arguments';
import { metricNamed } from '../arguments/metric-name';
import { optimizerConfig } from '../arguments/optimizer';
import { bestModel } from './best-model';
import { evaluate } from './evaluate';
import { eventLoopTurn } from './event-loop-turn';
import type { EvaluationEvent, EventListener } from './events';
import { planTraining, type TrainingPlan } from './plan';
import type { SavedTraining, SaveTraining } from './saved-training';
import { type TakenStep, takeStep, withLastSave } from './step';
import type { Examples, TrainingTask } from './task';
import { lossLog, startStopwatch, trainingMetrics } from './training-log';

/** Options of `train`. */
export interface TrainOptions<Data extends Examples> {
  /** The open engine: `await openEngine()`. */
  readonly engine: Engine;
  /** The model, with its head. */
  readonly model: Model;
  /** The initial parameters; not changed. */
  readonly parameters: HostTensors;
  /** How examples become batches, and how they are measured: `sequenceTask(model.config)`. */
  readonly task: TrainingTask<Data>;
  /** The task of evaluations, such as one without class weights. Default `task`. */
  readonly evaluationTask?: TrainingTask<Data>;
  /** Examples ready for training, and those of evaluations. */
  readonly data: {
    /** Examples to learn. */
    readonly train: Data;
    /** Examples of evaluations; default none, without evaluations. */
    readonly validation?: Data;
  };
  /** How to train, complete: of `trainingArguments`. */
  readonly arguments: TrainingArguments;
  /** Receives every step, record of the loss and evaluation, as they happen; default none. */
  readonly onEvent?: EventListener;
  /** Called when a save is due, and when training is aborted; may return the place of the save, for messages. Default none: nothing is saved. */
  readonly save?: SaveTraining | ((saved: SavedTraining) => Promise<string>);
  /** Called once training has ended, before long work that follows; skipped where the end is saved already. Default none. */
  readonly saveLast?: SaveTraining;
  /** Resumes a saved training; `path` is its place, for messages. Default none: training starts from step 0. */
  readonly resume?: SavedTraining & {
    /** The place of the saved training. */
    readonly path?: string;
  };
  /** Aborting saves after the current step and ends training with the signal's reason. Held from the first step on. Default none. */
  readonly signal?: StopSignal;
}

/** The result of `train`. */
export interface TrainResult {
  /** Of the best evaluation by `metricForBestModel`; of the last step without evaluation data. */
  readonly parameters: Record<string, HostTensor>;
  /** Optimizer steps before the best evaluation; the last step without evaluation data. */
  readonly bestStep: number;
  /** Passes over the data before it, with a fraction. */
  readonly bestEpoch: number;
  /** Events of this call, without those before a resume. */
  readonly evaluations: readonly EvaluationEvent[];
  /** Optimizer steps, including those before a resume. */
  readonly steps: number;
  /** Passes over the data in these steps, with a fraction. */
  readonly epochs: number;
  /** Wall time of training and evaluation. */
  readonly seconds: number;
  /** Real tokens per second of training, without evaluations. */
  readonly tokensPerSecond: number;
}

/**
 * Trains a model on a task: shuffle, batch, step, log; evaluate and save when due, keep the best.
 *
 * The same options give the same bits; a resumed training gives those of an uninterrupted one.
 * @throws AttuneError TRAINING_DIVERGED when the loss or a gradient is not finite, naming the last save; the step has no effect
 * @example
 * const args = trainingArguments({ learningRate: 1e-3 });
 * const { parameters } = await train({ engine, model, parameters: initial, task: sequenceTask(model.config), data, arguments: args });
 */
export async function train<Data extends Examples>(options: TrainOptions<Data>): Promise<TrainResult> {
  checkTraining(options);
  const { engine, model, parameters, data, resume, signal } = options;
  const args = withMetricOf(options);
  const optimizer = optimizerConfig(args, model);
  const program = engine.compile(trainedProgram(model, args), productsOf(args));
  const training = await engine.openTraining(program, parameters, optimizer);
  try {
    if (resume) await training.write({ ...resume.state, step: resume.state.step - (resume.skipped ?? 0) });
    const plan = planTraining(data.train, args, model.config.padTokenId);
    const given = { ...options, arguments: args };
    const run = openProgress(training, given, { plan, trained: trainedParameters(parameters, optimizer) });
    return await whileHeld(signal, () => takeSteps(training, given, { plan, run }));
  } finally {
    await training.close();
  }
}

const trainTable = {
  engine: 'engine!',
  model: 'object!',
  parameters: 'object!',
  task: 'object!',
  evaluationTask: 'object',
  data: 'object!',
  arguments: 'object!',
  onEvent: 'function',
  save: 'function',
  saveLast: 'function',
  resume: 'object',
  signal: 'signal',
} satisfies TableOf<TrainOptions<Examples>>;

/** @throws AttuneError ARGUMENT_INVALID for an unknown option, and for incomplete arguments */
function checkTraining<Data extends Examples>(options: TrainOptions<Data>): void {
  checkOptions('train', options, trainTable);
  checkOptions('train', options.arguments, argumentTable, 'arguments.');
  checkOptions('train', options.data, { train: 'object!', validation: 'object' }, 'data.');
  const missing = Object.keys(defaultArguments).find(
    (name) => name !== 'saveTotalLimit' && options.arguments[name as keyof TrainingArguments] === undefined,
  );
  if (missing !== undefined)
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `train: arguments expected all that have a default, got no ${missing}; write arguments: trainingArguments({ … })`,
    );
  checkArgumentValues(options.arguments);
}

/** Steps, evaluations and saves until the training has ended or its signal stops it. */
async function takeSteps<Data extends Examples>(
  training: Training,
  { task, data, arguments: { seed }, signal, resume }: TrainOptions<Data>,
  { plan, run }: { readonly plan: TrainingPlan; readonly run: Progress },
): Promise<TrainResult> {
  const settings = { plan, task, data: data.train, seed, onBatch: run.onBatch };
  let step = resume?.state.step ?? 0;
  for (;;) {
    await eventLoopTurn();
    if (signal?.aborted) {
      await run.save();
      signal.throwIfAborted();
    }
    if (step >= plan.totalSteps || run.isStopped()) {
      await run.saveLast(step);
      return run.result(step);
    }
    const taken = await takeStep(training, step, settings).catch((error) => {
      throw withLastSave(error, run.lastSave());
    });
    step += 1;
    run.take(step, taken);
    run.pauseClock();
    if (plan.isDue('evaluation', step)) await run.evaluate(step);
    if (plan.isDue('save', step)) await run.save();
    run.resumeClock();
  }
}

type Progress = ReturnType<typeof openProgress>;

/** The arguments, the metric under its own name. */
function withMetricOf<Data extends Examples>(options: TrainOptions<Data>): TrainingArguments {
  const { task, evaluationTask = task, data, arguments: args } = options;
  const { metricNames: names } = evaluationTask;
  if (!names || !data.validation || args.evalStrategy === 'no') return args;
  return { ...args, metricForBestModel: metricNamed(args.metricForBestModel, names) };
}

/** The progress of a training: its log, evaluations, best model and saves. */
function openProgress<Data extends Examples>(
  training: Training,
  options: TrainOptions<Data>,
  { plan, trained }: { readonly plan: TrainingPlan; readonly trained: TrainedParameters },
) {
  const { task, data, arguments: args, onEvent = () => {}, resume } = options;
  const watch = startStopwatch(resume?.clock);
  const log = lossLog(plan, { loggingSteps: args.loggingSteps, watch, onEvent, saved: resume?.log });
  const metrics = trainingMetrics(task, data.train, resume?.metrics);
  const { metricForBestModel: metric, earlyStoppingThreshold: threshold, earlyStoppingPatience: patience } = args;
  const best = bestModel({ metric, threshold, saved: resume?.best });
  const evaluateNow = evaluator(training, options);
  const evaluations: EvaluationEvent[] = [];
  let lastSave: string | undefined = resume?.path;
  let skipped = resume?.skipped ?? 0;
  let savedStep = resume?.state.step;
  const read = async (): Promise<SavedTraining> => {
    const clock = { total: watch.total(), running: watch.running() };
    const saved = { best: best.get(), log: log.read(), metrics: metrics.read(), clock };
    const { step, parameters, moments } = await training.read();
    const state = { step: step + skipped, parameters: trained.of(parameters), moments };
    return { state, ...(skipped > 0 && { skipped }), ...saved };
  };
  return {
    onBatch: metrics.add,
    take(step: number, taken: TakenStep): void {
      if (taken.isSkipped) skipped += 1;
      log.step(step, taken);
    },
    pauseClock: watch.pause,
    resumeClock: watch.resume,
    lastSave: () => lastSave,
    isStopped: () => patience !== undefined && (best.get()?.since ?? 0) >= patience,
    async evaluate(step: number): Promise<void> {
      const event: EvaluationEvent = {
        type: 'eval',
        step,
        epoch: step / plan.stepsPerEpoch,
        ...metrics.take(),
        ...(await evaluateNow(step)),
        time: watch.total(),
      };
      onEvent(event);
      evaluations.push(event);
      await best.offer(event, async () => trained.of(await training.readParameters()));
    },
    async save(): Promise<void> {
      if (!options.save) return;
      const saved = await read();
      const place = await options.save(saved);
      savedStep = saved.state.step;
      if (typeof place === 'string') lastSave = place;
    },
    async saveLast(step: number): Promise<void> {
      if (savedStep !== step) await options.saveLast?.(await read());
    },
    async result(step: number): Promise<TrainResult> {
      const { step: bestStep = step, epoch: bestEpoch = step / plan.stepsPerEpoch, parameters } = best.get() ?? {};
      return {
        parameters: trained.withFrozen(parameters ?? (await training.readParameters())),
        bestStep,
        bestEpoch,
        evaluations,
        steps: step,
        epochs: step / plan.stepsPerEpoch,
        seconds: watch.total(),
        tokensPerSecond: log.tokensPerSecond(),
      };
    },
  };
}

/** Loss and metrics on the evaluation data with the current parameters; nothing without data. */
function evaluator<Data extends Examples>(training: Training, options: TrainOptions<Data>) {
  const { engine, model, task, evaluationTask = task, data, arguments: args, onEvent } = options;
  const { validation } = data;
  if (!validation) return async () => ({});
  const program = engine.compile(model.program, productsOf(args));
  const { perDeviceEvalBatchSize: batchSize, seed } = args;
  const settings = { task: evaluationTask, batchSize, padTokenId: model.config.padTokenId, seed };
  return (step: number) => {
    const onProgress = (examples: number, totalExamples: number) =>
      onEvent?.({ type: 'eval-step', step, examples, totalExamples });
    return evaluate((batch) => training.run(program, batch), validation, { ...settings, onProgress });
  };
}

/** The program of a training step. */
export function trainedProgram(model: Model, { gradientCheckpointing }: TrainingArguments): Model['program'] {
  return gradientCheckpointing ? withGradientCheckpointing(model).program : model.program;
}

/** The number format of matrix products, in training and its evaluations. */
export const productsOf = ({ bf16 }: TrainingArguments): CompileOptions => ({
  products: bf16 ? 'bfloat16' : 'float32',
});

type Parameters = Record<string, HostTensor>;

/** Takes the trained parameters out of a model's, and puts them back. */
interface TrainedParameters {
  /** Those that are trained. */
  of(parameters: HostTensors): Parameters;
  /** With the frozen ones, unchanged, in the original order. */
  withFrozen(trained: HostTensors): Parameters;
}

/** Frozen parameters are kept once, not again in each checkpoint and best model. */
function trainedParameters(
  initial: HostTensors,
  { isTrainable = () => true }: Pick<OptimizerConfig, 'isTrainable'>,
): TrainedParameters {
  const names = Object.keys(initial);
  const pick = (chosen: readonly string[], from: (name: string) => HostTensor) =>
    Object.fromEntries(chosen.map((name) => [name, from(name)]));
  return {
    of: (parameters) => pick(names.filter(isTrainable), (name) => parameters[name]),
    withFrozen: (trained) => pick(names, (name) => (isTrainable(name) ? trained[name] : initial[name])),
  };
}
