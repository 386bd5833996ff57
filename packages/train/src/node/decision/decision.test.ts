import { parseModelConfig } from '@attune/models';
import { describe, expect, it } from 'vitest';
import { decidedClasses, decidedLabels, decidedScores } from './decision';

const labels = ['a', 'b'];
const config = (problem_type: string) => ({ ...parseModelConfig({ model_type: 'bert', problem_type }, 'x'), labels });

describe('a decision', () => {
  it('tempers probabilities, and leaves a regression’s outputs alone', () => {
    const logits = Float32Array.of(2 * Math.log(3), 0);
    const one = decidedScores(logits, config('single_label_classification'), { temperature: 2 });
    expect([one[0], one[1]]).toEqual([expect.closeTo(0.75, 6), expect.closeTo(0.25, 6)]);
    const many = decidedScores(logits, config('multi_label_classification'), { temperature: 2 });
    expect([many[0], many[1]]).toEqual([expect.closeTo(0.75, 6), 0.5]);
    const value = { ...config('regression'), labels: ['LABEL_0'] };
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
