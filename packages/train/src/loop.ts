import { AttuneError, type Engine, type HostTensor, type HostTensors, int32, type Training } from '@attune/engine';
import type { Model, Sequence } from '@attune/models';
import type { TrainingArguments } from './arguments';
import { packedBatches, rowLengthFor } from './batches';
import type { EvaluationEvent, EventListener } from './events';
import { forwardAll } from './forward';
import { adamw } from './optimizers/adamw';
import { shuffledOrder } from './sampler';
import { linearSchedule, warmupStepsOf } from './schedules/linear';
import { type Stopwatch, startStopwatch } from './stopwatch';
import { sequenceMetrics, type TargetedSequences, targetTensors } from './tasks/sequence';

export type Dataset = TargetedSequences<Sequence>;

export interface TrainOptions {
  readonly engine: Engine;
  readonly model: Model;
  /** Where training starts from; not changed. */
  readonly parameters: HostTensors;
  readonly data: { readonly train: Dataset; readonly validation?: Dataset };
  readonly arguments: TrainingArguments;
  readonly onEvent?: EventListener;
  /** Aborting ends training after the step at hand, with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface TrainResult {
  /** The parameters of the best epoch: lowest evaluation loss, or the last epoch's without evaluation data. */
  readonly parameters: Record<string, HostTensor>;
  readonly bestEpoch: number;
  readonly evaluations: readonly EvaluationEvent[];
  readonly steps: number;
  /** Wall time of training and evaluation. */
  readonly seconds: number;
  /** Real tokens trained on a second, evaluation's time left out. */
  readonly tokensPerSecond: number;
}

/**
 * Trains a sequence classifier: shuffle, batch, step, log; evaluate after each epoch and keep the best.
 *
 * @throws AttuneError TRAINING_DIVERGED when the loss or a gradient is not finite; nothing is kept of that step
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { engine, model, parameters, arguments: args } = options;
  const training = await engine.openTraining(engine.compile(model.program), parameters, adamw(args));
  try {
    return await runEpochs(training, options);
  } finally {
    await training.close();
  }
}

async function runEpochs(training: Training, options: TrainOptions): Promise<TrainResult> {
  const { arguments: args, data, onEvent } = options;
  const watch = startStopwatch();
  const evaluations: EvaluationEvent[] = [];
  const evaluate = evaluator(training, options);
  let best = { loss: Number.POSITIVE_INFINITY, epoch: 0, parameters: {} as Record<string, HostTensor> };
  let tokens = 0;
  for (let epoch = 1; epoch <= args.numTrainEpochs; epoch++) {
    const trained = await runEpoch(training, options, { epoch, watch, tokens });
    tokens += trained.tokens;
    watch.pause();
    const evaluation = { type: 'eval', step: trained.step, epoch, ...trained.figures, ...(await evaluate()) } as const;
    const event: EvaluationEvent = { ...evaluation, time: watch.total() };
    watch.resume();
    evaluations.push(event);
    onEvent?.(event);
    const isBest = !data.validation || event.loss! < best.loss;
    if (isBest) best = { loss: event.loss ?? 0, epoch, parameters: await training.readParameters() };
  }
  const steps = evaluations.at(-1)!.step;
  const { epoch: bestEpoch } = best;
  const speed = { seconds: watch.total(), tokensPerSecond: tokens / watch.running() };
  return { parameters: best.parameters, bestEpoch, evaluations, steps, ...speed };
}

interface EpochState {
  readonly epoch: number;
  readonly watch: Stopwatch;
  /** Trained on before this epoch. */
  readonly tokens: number;
}

async function runEpoch(training: Training, options: TrainOptions, { epoch, watch, tokens: before }: EpochState) {
  const { model, data, arguments: args, onEvent, signal } = options;
  const { sequences, targets } = data.train;
  const { perDeviceTrainBatchSize: batchSize, numTrainEpochs, seed, loggingSteps } = args;
  const stepsPerEpoch = Math.ceil(sequences.length / batchSize);
  const totalSteps = stepsPerEpoch * numTrainEpochs;
  const schedule = linearSchedule({ totalSteps, warmupSteps: warmupStepsOf(totalSteps, args.warmupRatio) });
  const shape = { batchSize, rowLength: rowLengthFor(sequences), padTokenId: model.config.padTokenId };
  const width = model.config.labels.length;
  const logits = new Float32Array(sequences.length * width);
  let [step, tokens, epochLoss, loggedLoss] = [(epoch - 1) * stepsPerEpoch, 0, 0, 0];

  for (const batch of packedBatches(sequences, shuffledOrder(sequences.length, { seed, epoch }), shape)) {
    signal?.throwIfAborted();
    const learningRate = args.learningRate * schedule(step);
    const own = targetTensors(
      Array.from(batch.examples, (i) => targets[i]),
      batchSize,
      model.config,
    );
    const inputs = { ...batch.tensors, ...own, seed: int32([seed, step]) };
    const { loss, outputs } = await training.gradients(inputs);
    checkLoss(loss, step);
    const { gradientNorm } = await training.update({ learningRate });
    step += 1;
    tokens += batch.tokens;
    epochLoss += loss * batch.examples.length;
    loggedLoss += loss;
    batch.examples.forEach((example, i) =>
      logits.set((outputs.logits.data as Float32Array).subarray(i * width, (i + 1) * width), example * width),
    );
    const tokensPerSecond = (before + tokens) / watch.running();
    const secondsLeft = ((totalSteps - step) * watch.running()) / step;
    onEvent?.({ type: 'step', step, totalSteps, epoch, loss, tokensPerSecond, secondsLeft });
    if (step % loggingSteps === 0) {
      const passed = { step, epoch: step / stepsPerEpoch, loss: loggedLoss / loggingSteps, time: watch.total() };
      onEvent?.({ type: 'train', ...passed, learningRate, gradNorm: gradientNorm, tokensPerSecond });
      loggedLoss = 0;
    }
  }
  const { accuracy: trainAccuracy } = sequenceMetrics(logits, targets, model.config);
  return { step, tokens, figures: { trainLoss: epochLoss / sequences.length, trainAccuracy } };
}

/** Loss and metrics on the evaluation data with the parameters at hand; nothing without data. */
function evaluator(training: Training, { engine, model, data: { validation }, arguments: args }: TrainOptions) {
  if (!validation) return async () => ({});
  const program = engine.compile(model.program);
  const { sequences, targets } = validation;
  return async () => {
    const settings = { model, targets, batchSize: args.perDeviceEvalBatchSize };
    const { logits, loss } = await forwardAll((batch) => training.run(program, batch), sequences, settings);
    return { loss, ...sequenceMetrics(logits, targets, model.config) };
  };
}

function checkLoss(loss: number, step: number): void {
  if (Number.isFinite(loss)) return;
  throw new AttuneError(
    'TRAINING_DIVERGED',
    `train: the loss is ${loss} at step ${step + 1}; training stopped before the update. ` +
      'Lower the learning rate, warm up longer (warmupRatio), or check the checkpoint for values that are not finite',
  );
}
