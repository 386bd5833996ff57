import { keyOf, uniform } from '@attune/engine';
import type { TrainingArguments } from '../arguments/arguments';
import { type Schedule, scheduleFor, warmupStepsOf } from '../arguments/schedules';
import { rowLengthFor } from './batches';
import type { BatchOptions, Examples } from './task';

/** The plan of a training, made before its first step. */
export interface TrainingPlan {
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  /** The learning rate of a step, counted from 0. */
  readonly learningRate: Schedule;
  readonly shape: Omit<BatchOptions, 'random'>;
  /** The batches of examples that a step, counted from 0, adds up. */
  readonly batchesOf: (step: number) => readonly Int32Array[];
  /** The pass over the data, counted from 1, that a step belongs to. */
  readonly epochOf: (step: number) => number;
  /** Whether an evaluation or a save is due after this number of steps. */
  readonly isDue: (what: 'evaluation' | 'save', steps: number) => boolean;
}

export function planTraining({ sequences }: Examples, args: TrainingArguments, padTokenId: number): TrainingPlan {
  const { perDeviceTrainBatchSize: batchSize, gradientAccumulationSteps, numTrainEpochs, maxSteps, seed } = args;
  const examplesPerStep = batchSize * gradientAccumulationSteps;
  const stepsPerEpoch = Math.ceil(sequences.length / examplesPerStep);
  const totalSteps = maxSteps ?? stepsPerEpoch * numTrainEpochs;
  const epochOf = (step: number) => Math.floor(step / stepsPerEpoch) + 1;
  const orderOf = newest((epoch) => shuffledOrder(sequences.length, { seed, epoch }));
  const schedule = scheduleFor({ ...args, totalSteps, warmupSteps: warmupStepsOf(totalSteps, args) });
  return {
    stepsPerEpoch,
    totalSteps,
    learningRate: (step) => args.learningRate * schedule(step),
    shape: { batchSize, rowLength: rowLengthFor(sequences), padTokenId },
    epochOf,
    batchesOf(step) {
      const start = (step % stepsPerEpoch) * examplesPerStep;
      const examples = orderOf(epochOf(step)).slice(start, start + examplesPerStep);
      const count = Math.ceil(examples.length / batchSize);
      return Array.from({ length: count }, (_, i) => examples.slice(i * batchSize, (i + 1) * batchSize));
    },
    isDue(what, steps) {
      const [strategy, every] =
        what === 'save' ? [args.saveStrategy, args.saveSteps] : [args.evalStrategy, args.evalSteps];
      if (strategy === 'no') return false;
      if (steps === totalSteps) return true;
      return steps % (strategy === 'epoch' ? stepsPerEpoch : every) === 0;
    },
  };
}

/** A function that caches its last result: each step of an epoch needs the epoch's order. */
function newest<T>(make: (key: number) => T): (key: number) => T {
  let kept: { key: number; value: T } | undefined;
  return (key) => {
    if (kept?.key !== key) kept = { key, value: make(key) };
    return kept.value;
  };
}

/**
 * The order of examples in one epoch: a permutation of 0 … count−1 that depends on (seed, epoch) alone.
 *
 * @example
 * shuffledOrder(3, { seed: 42, epoch: 1 }); // Int32Array [ 2, 0, 1 ], say
 */
export function shuffledOrder(
  count: number,
  {
    seed,
    epoch,
  }: {
    /** Seed of the run. */
    seed: number;
    /** Number of the epoch, from 1. */
    epoch: number;
  },
): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(uniform(keyOf(seed, epoch, last)) * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}
