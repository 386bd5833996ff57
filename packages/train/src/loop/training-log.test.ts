import { expect, it } from 'vitest';
import type { TrainEvent } from './events';
import type { TrainingPlan } from './plan';
import type { TakenStep } from './step';
import type { TaskBatch } from './task';
import { lossLog, trainingMetrics } from './training-log';

it('estimates the time that is left without the first step, in which runtimes compile', () => {
  const left: number[] = [];
  let seconds = 0;
  const log = lossLog({ totalSteps: 10, stepsPerEpoch: 10, epochOf: () => 1 } as unknown as TrainingPlan, {
    loggingSteps: 100,
    watch: { sinceStart: () => seconds, running: () => seconds, total: () => seconds } as unknown as Parameters<
      typeof lossLog
    >[1]['watch'],
    onEvent: (event: TrainEvent) => void (event.type === 'step' && left.push(event.secondsLeft)),
  });
  for (let step = 6; step <= 9; step++) {
    seconds += step === 6 ? 60 : 2; // resumed at the sixth
    log.step(step, { loss: 1, tokens: 5, learningRate: 1e-3, gradNorm: 1 } as TakenStep);
  }
  expect(left).toEqual([240, 6, 4, 2]);
});

it('gives no accuracy where no example had a label', () => {
  const task = { correct: () => 0 } as unknown as Parameters<typeof trainingMetrics>[0];
  const batch = (answers: number) => ({ examples: [0, 1], weight: 2, answers }) as unknown as TaskBatch;
  const result = { loss: 3, logits: { dtype: 'float32', shape: [0], data: new Float32Array() } } as const;
  const metrics = trainingMetrics(task, { sequences: [] } as never);
  metrics.add(batch(0), result);
  expect(metrics.take()).toEqual({ trainLoss: 3 });
  metrics.add(batch(0), result);
  metrics.add(batch(2), result);
  expect(metrics.take()).toEqual({ trainLoss: 3, trainAccuracy: 0 });
});
