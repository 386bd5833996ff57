import type { Training } from '@attune/engine';
import { AttuneError, checkOptions, type TableOf, whileHeld } from '@attune/internal';
import { argumentTable, checkArgumentValues, defaultArguments, type TrainingArguments } from '../arguments/arguments';
import { metricNamed } from '../arguments/metric-name';
import { optimizerConfig } from '../arguments/optimizer';
import { eventLoopTurn } from './event-loop-turn';
import { planTraining, type TrainingPlan } from './plan';
import { openProgress, type Progress } from './progress';
import { takeStep, withLastSave } from './step';
import type { Examples } from './task';
import type { TrainOptions, TrainResult } from './train-options';
import { productsOf, trainedParameters, trainedProgram } from './trained';

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

/** The arguments, the metric under its own name. */
function withMetricOf<Data extends Examples>(options: TrainOptions<Data>): TrainingArguments {
  const { task, evaluationTask = task, data, arguments: args } = options;
  const { metricNames: names } = evaluationTask;
  if (!names || !data.validation || args.evalStrategy === 'no') return args;
  return { ...args, metricForBestModel: metricNamed(args.metricForBestModel, names) };
}
