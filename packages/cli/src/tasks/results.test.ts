import { counted } from '@attune/internal';
import { describe, expect, it } from 'vitest';
import { table } from '../program/terminal';
import { resultLines } from './results';

const summary = {
  accuracy: 0.875,
  macroF1: 0.5,
  loss: 1.25,
  baseline: { accuracy: 0.75, macroF1: 0.4 },
  trainExamples: 9876,
  testExamples: 1234,
  epochs: 3,
  epochsDone: 3,
  bestEpoch: 2,
  bestStep: 20,
  steps: 30,
  evaluatedOn: 'test',
  seconds: 42,
  tokensPerSecond: 12345.6,
  engine: 'onnx',
  parameters: 1000,
  trainableParameters: 1000,
  trainableShare: 1,
} as const;

describe('resultLines', () => {
  it('sets the model beside the baseline', () => {
    expect(resultLines(summary).split('\n')).toEqual([
      '                              accuracy  macro-F1    loss',
      'model                           0.8750    0.5000  1.2500',
      'TF-IDF + logistic regression    0.7500    0.4000',
      'on 1,234 test texts; trained on 9,876 for 3 epochs (best: 2) in 0:42, 12,346 tokens/s, onnx',
    ]);
  });

  it('prints a metric that is undefined, which JSON writes as null', () => {
    const one = { ...summary, mae: 0.5, rmse: 0.5, r2: null, baseline: { mae: 1, rmse: 1, r2: null } };
    const [titles, model, baseline] = resultLines(one as never, 'regression').split('\n');
    expect(titles).toMatch(/R²/);
    expect([model, baseline]).toEqual([expect.stringMatching(/NaN/), expect.stringMatching(/NaN$/)]);
  });

  it('says how sure the difference is, and what both are worth together', () => {
    const difference = {
      accuracy: { estimate: 0.125, low: 0.0042, high: 0.2 },
      macroF1: { estimate: -0.1, low: -0.2, high: 0.05 },
    };
    const mix = { accuracy: 0.9, macroF1: 0.6, modelWeight: 0.65, difference };
    const baselineOptions = { C: 10, ngramRange: [1, 2] } as const;
    expect(
      resultLines({ ...summary, difference, mix, baselineOptions })
        .split('\n')
        .slice(2, 6),
    ).toEqual([
      'TF-IDF + logistic regression (1-2-grams, C = 10)    0.7500    0.4000',
      'mix, 65 % model                                     0.9000    0.6000',
      'model − baseline: accuracy +0.125 [0.004, 0.200], macro-F1 -0.100 [-0.200, 0.050] (95 %, paired bootstrap)',
      'mix − baseline: accuracy +0.125 [0.004, 0.200], macro-F1 -0.100 [-0.200, 0.050] (95 %, paired bootstrap)',
    ]);
  });

  it('sets beside it what it does without what was tuned, or with what is beside the model', () => {
    const untuned = { accuracy: 0.25, macroF1: 0.125 };
    const decision = { offsets: { a: 1 }, applied: true };
    expect(
      resultLines({ ...summary, decision, untuned })
        .split('\n')
        .slice(1, 4),
    ).toEqual([
      'model                           0.8750    0.5000  1.2500',
      'TF-IDF + logistic regression    0.7500    0.4000',
      'model, untuned                  0.2500    0.1250',
    ]);
    const named = (decision: object) => resultLines({ ...summary, decision, tuned: untuned }).split('\n')[3];
    expect(named({ threshold: { a: 0.3 } })).toBe('model, at the tuned thresholds    0.2500    0.1250');
    expect(named({ offsets: { a: 1 } })).toBe('model, tuned                    0.2500    0.1250');
  });

  it('says how long it trained, not how long it might have', () => {
    const line = (done: number) =>
      resultLines({ ...summary, epochs: 40, epochsDone: done })
        .split('\n')
        .at(-1);
    expect(line(4)).toContain('trained on 9,876 for 4 epochs (best: 2) in');
    expect(line(1.5)).toContain('for 1.5 epochs (best: 2) in');
    expect(line(2 / 867)).toContain('for 0.00231 epochs in');
  });

  it('says which part it is of, and no best of one epoch', () => {
    const lines = resultLines({ ...summary, baseline: undefined, evaluatedOn: 'validation', epochs: 1, epochsDone: 1 });
    expect(lines).toContain('on 1,234 validation texts; trained on 9,876 for 1 epoch in');
    expect(lines).not.toContain('TF-IDF');
  });
});

describe('table', () => {
  it('aligns names left and numbers right', () => {
    expect(
      table([
        ['', 'f1'],
        ['long name', '0.5'],
        ['b', '10.25'],
      ]),
    ).toBe('              f1\nlong name    0.5\nb          10.25');
  });
});

describe('counted', () => {
  it('counts one and many', () => {
    expect([counted(1, 'text'), counted(0, 'text'), counted(1234, 'row')]).toEqual(['1 text', '0 texts', '1,234 rows']);
  });
});
