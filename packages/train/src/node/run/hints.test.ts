import { describe, expect, it } from 'vitest';
import { trainingArguments } from '../../arguments/arguments';
import type { EvaluationEvent, LossEvent } from '../../loop/events';
import { endHints, sameAnswer, startHints } from './hints';

const args = trainingArguments();
const lora = (r: number, alpha: number, useRslora = false) => ({ r, alpha, useRslora, targetModules: 'all-linear' });

describe('hints at the start', () => {
  it('say that a rate is for whole models, where there are adapters', () => {
    const [hint, ...others] = startHints({ args, lora: lora(8, 16) });
    expect([hint, others]).toEqual([expect.stringMatching(/^the learning rate 5e-5 .* \(--learning-rate 2e-4\)$/), []]);
    expect(startHints({ args: trainingArguments({ learningRate: 1e-5 }), lora: lora(8, 16) })).toHaveLength(1);
    expect(startHints({ args: trainingArguments({ learningRate: 1e-4 }), lora: lora(8, 16) })).toEqual([]);
    expect(startHints({ args })).toEqual([]);
  });

  it('say that alpha was left behind by the rank', () => {
    const fast = trainingArguments({ learningRate: 2e-4 });
    const of = (...adapters: Parameters<typeof lora>) => startHints({ args: fast, lora: lora(...adapters) });
    expect(of(32, 8)).toEqual([
      'alpha 8 for rank 32 multiplies the adapters by 0.25, and they learn little: alpha is usually the rank or twice that, such as alpha 64 (--lora-alpha 64)',
    ]);
    for (const fine of [of(8, 8), of(32, 64), of(16, 8), of(32, 8, true)]) expect(fine).toEqual([]);
  });
});

const line = (step: number, loss: number) => ({ type: 'train', step, loss }) as LossEvent;
const evaluated = (step: number, metrics: Readonly<Record<string, number>>) =>
  ({ type: 'eval', step, epoch: step / 10, time: 0, trainLoss: 1 / step, ...metrics }) as EvaluationEvent;
const ended = { args, steps: 30, bestStep: 30 };

describe('hints at the end', () => {
  it('say that the loss did not fall, by its lines or else by the means of epochs', () => {
    const lines = (...losses: number[]) => losses.map((loss, i) => line(10 * (i + 1), loss));
    const of = (...losses: number[]) => endHints({ ...ended, history: lines(...losses) });
    expect(of(0.69, 0.7, 0.68, 0.695)).toEqual([
      'the training loss did not fall: 0.69 at first, 0.695 at the end, at the learning rate 5e-5; try a higher learning rate, such as learningRate 5e-4 (--learning-rate 5e-4), or more epochs (--epochs)',
    ]);
    const [grown] = of(2, 3, 4, 5);
    expect(grown).toContain('--learning-rate 5e-6');
    for (const fine of [of(0.7, 0.6, 0.5, 0.4), of(0.01, 0.01, 0.01, 0.01), of(0.7, 0.7)]) expect(fine).toEqual([]);
    const epochs = [1, 2].map((epoch) => evaluated(10 * epoch, { trainLoss: 0.7 }));
    expect(endHints({ ...ended, history: epochs })).toEqual([expect.stringContaining('did not fall: 0.7 at first')]);
  });

  it('tell a run that diverged to lower the rate, by the loss of its first step or a rate far above what is usual', () => {
    const history = [2, 3, 4].map((epoch) => evaluated(10 * epoch, { trainLoss: 14 / epoch, loss: 14 / epoch }));
    const of = (learningRate: number, more: object) =>
      endHints({ ...ended, args: trainingArguments({ learningRate }), history, ...more });
    // From 7 to 3.5, which looks like learning: the first step knows better, or the rate.
    expect(of(1, { startLoss: 1.14 })).toEqual([
      'the training loss grew: 1.14 at first, 3.5 at the end, at the learning rate 1; it is too high: try a lower one, such as learningRate 5e-5 (--learning-rate 5e-5)',
    ]);
    const sameAnswer = '"a" is predicted for all 9 test texts';
    expect(of(1, { sameAnswer })).toEqual([
      `${sameAnswer}: the model has not learned to tell them apart; the learning rate 1 is too high: try a lower one, such as learningRate 5e-5 (--learning-rate 5e-5)`,
    ]);
    expect(of(1, { sameAnswer, lora: lora(8, 16) })[0]).toContain('--learning-rate 2e-4');
    expect(of(1, { sameAnswer, isNew: true })[0]).toContain('--learning-rate 0.001');
    expect(of(1e-3, { sameAnswer, isNew: true })[0]).toContain('a higher learning rate, such as learningRate 0.005 ');
    expect(of(1e-2, { sameAnswer, isNew: true })[0]).toMatch(/; try more epochs \(--epochs\), and check that/); // neither way is known to help
    expect(of(1e-4, { startLoss: 12 })[0]).toContain('still improved');
    const noisy = [evaluated(10, { trainLoss: 0.04 }), evaluated(20, { trainLoss: 0.045 })];
    expect(endHints({ ...ended, history: noisy, startLoss: 0.02 })).toEqual([]);
  });

  it('say once what there is about the learning rate', () => {
    const history = [1, 2].map((epoch) => evaluated(10 * epoch, { trainLoss: 0.7 }));
    const sameAnswer = '"a" is predicted for all 9 test texts';
    const of = (learningRate: number) =>
      endHints({ ...ended, args: trainingArguments({ learningRate }), history, sameAnswer, startLoss: 0.7 });
    expect(of(1e-3)).toEqual([
      expect.stringMatching(/^"a" is .* and the training loss did not fall: .*a lower one, such as learningRate 5e-5 /),
    ]);
    expect(of(1e-6)).toEqual([expect.stringMatching(/a higher learning rate, such as learningRate 1e-5 /)]);
  });

  it('say nothing of a flat loss where the model is good, or had learned before the first line', () => {
    const flat = (metrics: Readonly<Record<string, number>>, startLoss?: number) =>
      endHints({
        ...ended,
        history: [1, 2].map((epoch) => evaluated(10 * epoch, { trainLoss: 0.889 + 0.004 / epoch, ...metrics })),
        startLoss,
      });
    expect(flat({ f1: 1 })).toEqual([]);
    expect(flat({ accuracy: 0.95, macroF1: 0.45 })).toHaveLength(1); // of a class that 95 of 100 texts have
    expect(flat({ r2: 0.9 })).toEqual([]);
    expect(flat({}, 2)).toEqual([]);
    expect(flat({})).toEqual([
      expect.stringMatching(/^the training loss hardly fell: 0.893 at first, 0.891 at the end/),
    ]);
  });

  it('say that the last evaluation was still clearly better', () => {
    const of = (values: readonly number[], more: object = {}, metric = 'loss') => {
      const history = values.map((value, i) => evaluated(10 * (i + 1), { [metric]: value }));
      return endHints({ ...ended, args: trainingArguments({ metricForBestModel: metric }), history, ...more });
    };
    expect(of([0.9, 0.6, 0.5])).toEqual([
      'loss still improved at the last evaluation, from 0.6 to 0.5: longer training may be better, such as numTrainEpochs 6 (--epochs 6); earlyStoppingPatience (--early-stopping-patience) ends it in time',
    ]);
    expect(of([0.9, 0.6, 0.5], { keepsCheckpoints: true })[0]).toContain('(--resume --epochs 6)');
    const steps = trainingArguments({ maxSteps: 30, earlyStoppingPatience: 2 });
    expect(of([0.9, 0.5], { args: steps })[0]).toMatch(/such as maxSteps 60 \(--max-steps 60\)$/);
    expect(of([0.5, 0.6, 0.7], {}, 'macroF1')).toHaveLength(1);
    for (const fine of [of([0.9, 0.6, 0.599]), of([0.9, 0.5], { bestStep: 20 }), of([0.5]), of([0.04, 0.01])])
      expect(fine).toEqual([]);
    expect(of([0.8, 0.7], {}, 'macroF1')).toEqual([]);
  });

  it('say that one thing is predicted for all, and then not that more of the same is better', () => {
    const history = [evaluated(10, { loss: 0.9 }), evaluated(30, { loss: 0.5 })];
    const said = endHints({ ...ended, history, sameAnswer: '"a" is predicted for all 9 test texts' });
    expect(said).toEqual([
      expect.stringMatching(/^"a" is predicted for all 9 test texts: .*--learning-rate.*--epochs/),
    ]);
  });
});

describe('hints about a new model far behind its baseline', () => {
  const sameAnswer = '"a" is predicted for all 9 test texts';
  const metrics = { macroF1: 0.1, accuracy: 0.3, baseline: { macroF1: 0.82, accuracy: 0.85 } };
  const of = (learningRate: number, more: object) =>
    endHints({
      ...ended,
      ...{ args: trainingArguments({ learningRate }), history: [], sameAnswer, isNew: true, metrics },
      ...more,
    });
  const pretrained =
    'the baseline is far ahead, with macroF1 0.82 where this model has 0.1: start from a pretrained model, such as distilbert-base-uncased (--model distilbert-base-uncased)';

  it('recommend a pretrained model first', () => {
    expect(of(1e-3, {})).toEqual([
      `${sameAnswer}: the model has not learned to tell them apart; ${pretrained}, or try a higher learning rate, such as learningRate 0.005 (--learning-rate 0.005), or more epochs (--epochs), and check that the labels fit the texts`,
    ]);
    expect(of(1, {})[0]).toContain(`; ${pretrained}; the learning rate 1 is too high: try a lower one`);
  });

  it('do not where the model is pretrained, or the baseline is absent or not far ahead', () => {
    const near = { ...metrics, baseline: { macroF1: 0.15, accuracy: 0.9 } };
    for (const more of [{ isNew: false }, { metrics: { macroF1: 0.1 } }, { metrics: near }, { metrics: undefined }])
      expect(of(1e-3, more)).toEqual([expect.not.stringContaining('pretrained')]);
  });
});

describe('sameAnswer', () => {
  const of = 'test texts';
  it('is what all texts are given, where the truth has more than that', () => {
    const truth = ['a', 'b', 'a', 'b'];
    expect(sameAnswer({ truth, predicted: ['a', 'a', 'a', 'a'], of })).toBe('"a" is predicted for all 4 test texts');
    expect(sameAnswer({ truth, predicted: ['', '', '', ''], of })).toBe('nothing is predicted for all 4 test texts');
    expect(sameAnswer({ truth, predicted: ['a', 'a', 'a', 'b'], of })).toBeUndefined();
    expect(sameAnswer({ truth: ['a', 'a', 'a', 'a'], predicted: ['a', 'a', 'a', 'a'], of })).toBeUndefined();
    expect(sameAnswer({ truth: ['a', 'b'], predicted: ['a', 'a'], of })).toBeUndefined();
  });
});
