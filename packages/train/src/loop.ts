import { AttuneError, type Engine, type HostTensor, type HostTensors, int32, type Training } from '@attune/engine';
import type { Model } from '@attune/models';
import type { TrainingArguments } from './arguments';
import { type Batch, packedBatches } from './batches';
import { bestModel } from './best-model';
import type { Dataset } from './dataset';
import { epochFigures } from './epoch-figures';
import { eventLoopTurn } from './event-loop-turn';
import type { EvaluationEvent, EventListener } from './events';
import { forwardAll } from './forward';
import { lossLog } from './loss-log';
import { adamw } from './optimizers/adamw';
import { planTraining } from './plan';
import { shuffledOrder } from './sampler';
import { startStopwatch } from './stopwatch';
import { sequenceMetrics, targetTensors } from './tasks/sequence';

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
  /** Of the best epoch by `metricForBestModel`; of the last one without evaluation data. */
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
 * @throws AttuneError TRAINING_DIVERGED when the loss or a gradient is not finite; the step is not taken
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
  const { model, data, arguments: args, onEvent = () => {}, signal } = options;
  const plan = planTraining(data.train, args, model.config.padTokenId);
  const watch = startStopwatch();
  const log = lossLog(plan, { loggingSteps: args.loggingSteps, watch, onEvent });
  const evaluate = evaluator(training, options);
  const best = bestModel(args.metricForBestModel);
  const evaluations: EvaluationEvent[] = [];
  let step = 0;
  for (let epoch = 1; epoch <= args.numTrainEpochs; epoch++) {
    const figures = epochFigures(data.train, model.config);
    const order = shuffledOrder(data.train.sequences.length, { seed: args.seed, epoch });
    for (const batch of packedBatches(data.train.sequences, order, plan.shape)) {
      await eventLoopTurn();
      signal?.throwIfAborted();
      const learningRate = plan.learningRate(step);
      const { loss, logits, gradNorm } = await takeStep(training, options, { batch, step, learningRate });
      step += 1;
      figures.add(batch, loss, logits);
      log.step({ step, epoch, loss, learningRate, gradNorm, tokens: batch.tokens });
    }
    watch.pause();
    const evaluated = { ...figures.result(), ...(await evaluate()) };
    const event: EvaluationEvent = { type: 'eval', step, epoch, ...evaluated, time: watch.total() };
    onEvent(event);
    evaluations.push(event);
    await best.offer(event, () => training.readParameters());
    watch.resume();
  }
  const { epoch: bestEpoch, parameters } = best.get();
  const speed = { seconds: watch.total(), tokensPerSecond: log.tokensPerSecond() };
  return { parameters, bestEpoch, evaluations, steps: step, ...speed };
}

interface StepInputs {
  readonly batch: Batch;
  /** Steps taken before this one. */
  readonly step: number;
  readonly learningRate: number;
}

async function takeStep(
  training: Training,
  { model, data, arguments: { seed } }: TrainOptions,
  { batch, step, learningRate }: StepInputs,
) {
  const targets = Array.from(batch.examples, (i) => data.train.targets[i]);
  const inputs = {
    ...batch.tensors,
    ...targetTensors(targets, batch.tensors.reads.data.length, model.config),
    seed: int32([seed, step]),
  };
  const { loss, outputs } = await training.gradients(inputs);
  checkLoss(loss, step);
  const { gradientNorm: gradNorm } = await training.update({ learningRate });
  return { loss, gradNorm, logits: outputs.logits };
}

function checkLoss(loss: number, step: number): void {
  if (Number.isFinite(loss)) return;
  throw new AttuneError(
    'TRAINING_DIVERGED',
    `train: the loss is ${loss} at step ${step + 1}; training stopped before the update. ` +
      'Lower the learning rate, warm up longer (warmupRatio), or check the checkpoint for values that are not finite',
  );
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
