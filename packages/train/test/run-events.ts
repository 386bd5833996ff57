import type { Callback, TrainEvent } from '../src/loop/events';

/** The events of a small run: a step, two losses, and an evaluation at the second's step. */
export const runEvents: readonly TrainEvent[] = [
  { type: 'step', step: 1, totalSteps: 20, epoch: 1, loss: 0.9, tokensPerSecond: 900, secondsLeft: 3 },
  {
    type: 'train',
    step: 10,
    epoch: 0.5,
    loss: 0.75,
    learningRate: 2e-5,
    gradNorm: 1.5,
    tokensPerSecond: 1000,
    time: 1,
  },
  {
    type: 'train',
    step: 20,
    epoch: 1,
    loss: 0.5,
    learningRate: 0,
    gradNorm: Number.NaN,
    tokensPerSecond: 1024,
    time: 2,
  },
  {
    type: 'eval',
    step: 20,
    epoch: 1,
    trainLoss: 0.625,
    trainAccuracy: 0.875,
    loss: 0.25,
    accuracy: 0.9375,
    macroF1: 0.8125,
    macroPrecision: 0.84375,
    macroRecall: 0.78125,
    time: 3,
  },
];

export async function playRun(callback: Callback, events: readonly TrainEvent[] = runEvents): Promise<void> {
  for (const event of events) await callback.onEvent(event);
}
