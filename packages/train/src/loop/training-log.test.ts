import { expect, it } from 'vitest';
import type { TrainEvent } from './events';
import type { TrainingPlan } from './plan';
import type { TakenStep } from './step';
import { lossLog } from './training-log';

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
