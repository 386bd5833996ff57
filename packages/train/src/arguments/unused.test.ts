import { describe, expect, it } from 'vitest';
import { type TrainingArguments, trainingArguments } from './arguments';
import { unusedArguments } from './unused';

const unused = (args: Partial<TrainingArguments>, hasValidation = true) => unusedArguments(args, { hasValidation });
const names = (notes: readonly string[]) => notes.map((note) => note.split(' ')[0]);

describe('unusedArguments', () => {
  it('names the argument and the reason', () => {
    expect(unused({ evalStrategy: 'no', earlyStoppingPatience: 1 })).toEqual([
      'earlyStoppingPatience is ignored because evalStrategy is no: nothing is evaluated during training',
    ]);
    expect(unused({ earlyStoppingPatience: 1 }, false)).toEqual([
      expect.stringContaining('is ignored because there is no validation part: nothing is evaluated'),
    ]);
    expect(unused({ maxSteps: 9, numTrainEpochs: 2, power: 2 })).toEqual([
      'power is ignored because lrSchedulerType is linear, not polynomial',
      'numTrainEpochs is ignored because maxSteps is set',
    ]);
  });

  it.each<[Partial<TrainingArguments>, string[]]>([
    [{ evalStrategy: 'no', metricForBestModel: 'loss' }, ['metricForBestModel']],
    [{ evalStrategy: 'no', evalSteps: 5 }, ['evalSteps']],
    [{ evalStrategy: 'epoch', evalSteps: 5 }, ['evalSteps']],
    [{ earlyStoppingThreshold: 0.1 }, ['earlyStoppingThreshold']],
    [{ saveStrategy: 'no', saveSteps: 5, saveTotalLimit: 2 }, ['saveSteps', 'saveTotalLimit']],
    [{ saveStrategy: 'epoch', saveSteps: 5 }, ['saveSteps']],
    [{ lrSchedulerType: 'constant', warmupRatio: 0.1 }, ['warmupRatio']],
    [{ lrSchedulerType: 'constant', warmupSteps: 5 }, ['warmupSteps']],
    [{ warmupSteps: 5, warmupRatio: 0.1 }, ['warmupRatio']],
    [{ numCycles: 2 }, ['numCycles']],
    [{ lrSchedulerType: 'cosine', power: 2, lrEnd: 1e-6 }, ['power', 'lrEnd']],
    [{ maxSteps: 9, numTrainEpochs: 2 }, ['numTrainEpochs']],
    [{ optim: 'sgd', adamBeta1: 0.8, adamEpsilon: 0 }, ['adamBeta1', 'adamEpsilon']],
    [{ sgdMomentum: 0.9, sgdNesterov: true }, ['sgdMomentum', 'sgdNesterov']],
  ])('finds in %o what does nothing', (args, expected) => expect(names(unused(args))).toEqual(expected));

  it.each<Partial<TrainingArguments>>([
    {},
    { evalSteps: 5, saveSteps: 5, saveTotalLimit: 3 },
    { evalStrategy: 'no', perDeviceEvalBatchSize: 8 },
    { earlyStoppingPatience: 2, earlyStoppingThreshold: 0.1, metricForBestModel: 'macroF1' },
    { lrSchedulerType: 'polynomial', power: 2, lrEnd: 1e-6, warmupRatio: 0.1 },
    { lrSchedulerType: 'cosine', numCycles: 2, warmupSteps: 3, warmupRatio: 0 },
    { optim: 'sgd', sgdMomentum: 0.9, sgdNesterov: true },
    { optim: 'adam', adamBeta1: 0.8, sgdMomentum: 0 },
    { maxSteps: 9 },
  ])('has nothing to say of %o', (args) => {
    expect(unused(args)).toEqual([]);
    expect(unused(trainingArguments(args))).toEqual([]);
  });

  it('says the same of complete arguments, of those that are not as by default', () => {
    expect(names(unused(trainingArguments({ evalStrategy: 'no', earlyStoppingPatience: 1, numCycles: 2 })))).toEqual([
      'earlyStoppingPatience',
      'numCycles',
    ]);
  });

  it('leaves the metric alone where it chooses something else too', () => {
    const args = { evalStrategy: 'no', metricForBestModel: 'macroF1' } as const;
    expect(unusedArguments(args, { hasValidation: true, usesMetric: true })).toEqual([]);
  });
});
