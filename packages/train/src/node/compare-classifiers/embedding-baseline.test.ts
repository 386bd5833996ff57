import { expect, it } from 'vitest';
import type { PreparedModel } from '../prepare-model';
import { averagedEmbeddings, tuneEmbeddingBaseline } from './embedding-baseline';

const ids: Readonly<Record<string, number>> = { a: 1, b: 2 };
const prepared = {
  parameters: {
    'distilbert.embeddings.word_embeddings.weight': {
      data: Float32Array.of(0, 0, 0.01, 0.02, 0.03, 0.06),
      shape: [3, 2],
    },
  },
  model: { config: { hiddenSize: 2 } },
  tokenizer: {
    encodeBatch: (texts: readonly string[]) => {
      const rows = texts.map((text) => text.split(' ').flatMap((word) => ids[word] ?? []));
      const starts = Int32Array.from([0, ...rows.map((_, i) => rows.slice(0, i + 1).flat().length)]);
      return { ids: Int32Array.from(rows.flat()), starts };
    },
  },
} as unknown as PreparedModel;

it('averages the embedding rows of a text', () => {
  const means = averagedEmbeddings(prepared, ['a b', 'b', '']);
  [0.02, 0.04, 0.03, 0.06, 0, 0].forEach((value, i) => expect(means[i]).toBeCloseTo(value, 8));
});

it('tells texts apart by them, with the penalty that is best on others', () => {
  const train = { texts: ['a', 'a a', 'b', 'b b'], labels: ['low', 'low', 'high', 'high'] };
  const baseline = tuneEmbeddingBaseline(prepared, train, { texts: ['b', 'a'], labels: ['high', 'low'] });
  const [ofB, ofA] = baseline.predict(['b', 'a']).map(({ scores }) => scores);
  expect(ofB.high).toBeGreaterThan(0.5);
  expect(ofA.low).toBeGreaterThan(0.5);
  expect(ofA.low + ofA.high).toBeCloseTo(1, 12);
  expect(baseline.C).toBe(10); // all are right: of equals, the first
});
