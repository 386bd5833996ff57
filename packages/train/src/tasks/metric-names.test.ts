import { describe, expect, it } from 'vitest';
import type { TaskBatch } from '../loop/task';
import { causalLmTask } from './causal-lm/task';
import { maskedLmTask } from './masked-lm/task';
import { metricNames } from './metric-names';
import { problems } from './sequence/problems';
import { tagMetrics } from './token/task';

// What is said before a run is what the run then measures.

const float32 = (data: number[], shape: number[]) =>
  ({ data: Float32Array.from(data), shape, dtype: 'float32' }) as const;

describe('metricNames', () => {
  it.each([
    ['single_label_classification', [0, 1]],
    [
      'multi_label_classification',
      [
        [0, 1],
        [1, 0],
      ],
    ],
    ['regression', [[1], [2]]],
  ] as const)('are those of an evaluation of %s', (problemType, targets) => {
    const width = problemType === 'regression' ? 1 : 2;
    const logits = Float32Array.from({ length: 2 * width }, (_, i) => i);
    const measured = problems[problemType].evaluationMetrics(logits, targets as never, width);
    expect(metricNames({ task: 'sequence-classification', problemType })).toEqual(['loss', ...Object.keys(measured)]);
  });

  it.each(['IOB2', 'none'] as const)('are those of tags in the scheme %s', (scheme) => {
    const measured = tagMetrics([['B-a', 'O']], [['B-a', 'O']], { scheme });
    expect(metricNames({ task: 'token-classification', scheme })).toEqual(['loss', ...Object.keys(measured)]);
  });

  it('are those of language models', () => {
    const labels = { data: Int32Array.of(1), shape: [1], dtype: 'int32' } as const;
    const batch: TaskBatch = { tensors: { labels }, examples: Int32Array.of(0), tokens: 1, weight: 1 };
    const masked = maskedLmTask({ maskTokenId: 1, vocabSize: 2, specialTokenIds: [] });
    for (const [task, own] of [
      ['masked-lm', masked],
      ['causal-lm', causalLmTask()],
    ] as const) {
      const metrics = own.metrics({ sequences: [], promptLengths: [] });
      metrics.add(batch, { loss: 1, logits: float32([0, 1], [1, 2]) });
      expect(metricNames({ task })).toEqual(Object.keys(metrics.result()));
      expect(own.metricNames).toEqual(metricNames({ task }));
    }
  });
});
