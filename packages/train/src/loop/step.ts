import { type HostTensor, int32, type Training } from '@attune/engine';
import { AttuneError } from '@attune/internal';
import type { TrainingPlan } from './plan';
import type { Examples, TaskBatch, TrainingTask } from './task';

export interface StepOptions<Data extends Examples> {
  readonly plan: TrainingPlan;
  readonly task: TrainingTask<Data>;
  readonly data: Data;
  readonly seed: number;
  /** Receives each batch with its loss and logits. */
  readonly onBatch: (batch: TaskBatch, outputs: { loss: number; logits: HostTensor }) => void;
}

export interface TakenStep {
  /** The mean loss of all batches, each by its weight. */
  readonly loss: number;
  /** Global norm before clipping. */
  readonly gradNorm: number;
  readonly learningRate: number;
  readonly tokens: number;
  /** Whether every example weighs 0, so that nothing was updated. */
  readonly isSkipped: boolean;
}

/**
 * One optimizer step: the gradients of its batches added up as those of one whole batch, then the update.
 *
 * A batch whose examples all weigh 0 has no mean loss (0/0) and is not computed. Where all batches of a step
 * weigh 0, parameters and optimizer do not change, and the loss is 0.
 *
 * @param step steps taken before this one
 * @throws AttuneError TRAINING_DIVERGED when the loss or a gradient is not finite; nothing is updated
 */
export async function takeStep<Data extends Examples>(
  training: Training,
  step: number,
  { plan, task, data, seed, onBatch }: StepOptions<Data>,
): Promise<TakenStep> {
  const random = { seed, epoch: plan.epochOf(step) };
  const batches = plan.batchesOf(step).map((examples, i) => {
    const firstExample = i * plan.shape.batchSize;
    return task.batch(data, examples, { ...plan.shape, firstExample, random });
  });
  const weight = batches.reduce((sum, batch) => sum + batch.weight, 0);
  const learningRate = plan.learningRate(step);
  const tokens = batches.reduce((sum, batch) => sum + batch.tokens, 0);
  const learned = batches.filter((batch) => batch.weight > 0);
  if (learned.length === 0) return { loss: 0, gradNorm: 0, learningRate, tokens, isSkipped: true };
  let loss = 0;
  for (const [i, batch] of learned.entries()) {
    const share = batch.weight / weight;
    const inputs = { ...batch.tensors, seed: int32([seed, step]) };
    const taken = await training.gradients(inputs, { scale: share, add: i > 0 });
    checkLoss(taken.loss, step, batch);
    loss += taken.loss * share;
    onBatch(batch, { loss: taken.loss, logits: taken.outputs.logits });
  }
  const { gradientNorm: gradNorm } = await training.update({ learningRate });
  return { loss, gradNorm, learningRate, tokens, isSkipped: false };
}

function checkLoss(loss: number, step: number, { examples }: TaskBatch): void {
  if (Number.isFinite(loss)) return;
  const some = [...examples.subarray(0, 5)].join(', ') + (examples.length > 5 ? ', …' : '');
  throw new AttuneError(
    'TRAINING_DIVERGED',
    `train: the loss is ${loss} at step ${step + 1}, on training examples ${some} (counted from 0); training stopped before the update. ` +
      'Lower the learning rate, warm up longer (warmupRatio), or check the checkpoint for values that are not finite',
  );
}

/**
 * The error of a failed step; that of a divergence also names the last save and how to continue.
 *
 * The same steps give the same numbers, so that continuing needs other arguments.
 * @param place of the last save; undefined without one
 */
export function withLastSave(error: Error & { code?: string }, place: string | undefined): Error {
  if (error.code !== 'TRAINING_DIVERGED') return error;
  const advice = place
    ? `the last checkpoint before it is ${place}: --resume alone gives the same loss; continue from it in code, with resume: true and ` +
      'a lower learningRate, or train again with a lower --learning-rate'
    : 'no checkpoint was written before it: --save-steps N (saveSteps) writes one every N steps; train again';
  return new AttuneError(error.code, `${error.message}; ${advice}`, { cause: error });
}
