import type { TrainingArguments } from './arguments';
import { type BatchOptions, rowLengthFor } from './batches';
import type { Dataset } from './dataset';
import { linearSchedule, type Schedule, warmupStepsOf } from './schedules/linear';

/** What is settled before the first step. */
export interface TrainingPlan {
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  /** The learning rate of a step, counted from 0. */
  readonly learningRate: Schedule;
  readonly shape: BatchOptions;
}

export function planTraining({ sequences }: Dataset, args: TrainingArguments, padTokenId: number): TrainingPlan {
  const { perDeviceTrainBatchSize: batchSize, numTrainEpochs, warmupRatio, learningRate } = args;
  const stepsPerEpoch = Math.ceil(sequences.length / batchSize);
  const totalSteps = stepsPerEpoch * numTrainEpochs;
  const schedule = linearSchedule({ totalSteps, warmupSteps: warmupStepsOf(totalSteps, warmupRatio) });
  return {
    stepsPerEpoch,
    totalSteps,
    learningRate: (step) => learningRate * schedule(step),
    shape: { batchSize, rowLength: rowLengthFor(sequences), padTokenId },
  };
}
