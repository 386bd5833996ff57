import { multiLabelReport } from '@attune/metrics';
import { parseModelConfig } from '@attune/models';
import { describe, expect, it } from 'vitest';
import { decidedClasses, decidedLabels } from './decision';
import { decidedScores, tuneDecision } from './problems';

const labels = ['a', 'b'];
const configOf = (problem_type: string) => ({ ...parseModelConfig({ model_type: 'bert', problem_type }, 'x'), labels });

describe('a decision', () => {
  it('tempers probabilities, and leaves a regression’s outputs alone', () => {
    const logits = Float32Array.of(2 * Math.log(3), 0);
    const one = decidedScores(logits, configOf('single_label_classification'), { temperature: 2 });
    expect([one[0], one[1]]).toEqual([expect.closeTo(0.75, 6), expect.closeTo(0.25, 6)]);
    const many = decidedScores(logits, configOf('multi_label_classification'), { temperature: 2 });
    expect([many[0], many[1]]).toEqual([expect.closeTo(0.75, 6), 0.5]);
    const value = { ...configOf('regression'), labels: ['LABEL_0'] };
    expect([...decidedScores(Float32Array.of(7), value, { temperature: 2 })]).toEqual([7]);
  });

  it('gives labels from a threshold for all, or one each, half unless said', () => {
    const scores = [0.5, 0.49, 0.3, 0.9];
    expect(decidedLabels(scores, labels)).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(decidedLabels(scores, labels, { threshold: 0.9 })).toEqual([
      [0, 0],
      [0, 1],
    ]);
    expect(decidedLabels(scores, labels, { threshold: { a: 0.3 } })).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });

  it('shifts log probabilities by offsets before the likeliest is chosen', () => {
    const scores = [0.7, 0.3, 0.9, 0.1];
    expect([...decidedClasses(scores, labels)]).toEqual([0, 0]);
    // b is chosen from a probability of 1/4 up: log(3) makes odds of 1 : 3 even.
    expect([...decidedClasses(scores, labels, { offsets: { b: Math.log(3) } })]).toEqual([1, 0]);
  });
});

const config = (problem_type: string, labels: readonly string[]) => ({
  ...parseModelConfig({ model_type: 'bert', problem_type }, 'x'),
  labels,
});
const logit = (p: number) => Math.log(p / (1 - p));

describe('tuneDecision', () => {
  it('finds each label’s threshold of the highest F1, halfway to the next score, and leaves a label that nothing has at one half', async () => {
    const several = config('multi_label_classification', ['a', 'b', 'c']);
    // a: right from 0.3 up; b: right from 0.8 up; c: never.
    const rows = [
      [0.3, 0.6, 0.9],
      [0.4, 0.7, 0.2],
      [0.1, 0.8, 0.2],
      [0.2, 0.9, 0.2],
    ];
    const data = {
      logits: Float32Array.from(rows.flat(), logit),
      targets: [
        [1, 0, 0],
        [1, 0, 0],
        [0, 1, 0],
        [0, 1, 0],
      ],
    };
    const decision = await tuneDecision(data, { config: several, tuneThreshold: true });
    const { a, b, c } = decision.threshold as Record<string, number>;
    expect([a, b, c]).toEqual([expect.closeTo(0.25, 6), expect.closeTo(0.75, 6), 0.5]);
    const scores = decidedScores(data.logits, several, decision);
    const { perClass } = multiLabelReport(data.targets, decidedLabels(scores, several.labels, decision), {
      labels: several.labels,
    });
    expect([perClass.a.f1, perClass.b.f1]).toEqual([1, 1]);
  });

  it('finds offsets for one label a text that raise macro-F1', async () => {
    const one = config('single_label_classification', ['often', 'rarely']);
    // "rarely" never wins, but its texts give it more than others do.
    const data = {
      logits: Float32Array.from([2, 0, 2, 0.1, 2, 1, 2, 1.2]),
      targets: [0, 0, 1, 1],
    };
    const decision = await tuneDecision(data, { config: one, tuneThreshold: true });
    expect([...decidedClasses(decidedScores(data.logits, one), one.labels)]).toEqual([0, 0, 0, 0]);
    expect([...decidedClasses(decidedScores(data.logits, one, decision), one.labels, decision)]).toEqual([0, 0, 1, 1]);
  });

  it('fits the temperature at which probabilities are the frequencies', async () => {
    // Sure of 0.9 each time (odds 9), right in three of four (odds 3): T = ln 9 / ln 3 = 2.
    const one = config('single_label_classification', ['x', 'y']);
    const logits = Float32Array.from([0, 1, 2, 3].flatMap(() => [Math.log(9), 0]));
    const single = await tuneDecision({ logits, targets: [0, 0, 0, 1] }, { config: one, calibrate: true });
    expect(single).toEqual({ temperature: expect.closeTo(2, 4) });
    const several = config('multi_label_classification', ['x']);
    const sets = { logits: Float32Array.from([0, 1, 2, 3], () => Math.log(9)), targets: [[1], [1], [1], [0]] };
    expect((await tuneDecision(sets, { config: several, calibrate: true })).temperature).toBeCloseTo(2, 4);
  });
});
