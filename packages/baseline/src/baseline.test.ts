import { describe, expect, it } from 'vitest';
import { haveGoldens, readGoldens } from './_goldens';
import { trainBaseline } from './baseline';

const texts = ['soybean farming', 'wheat farming', 'gold mining', 'coal mining', 'bus repair', 'car repair'];
const labels = ['11', '11', '21', '21', '81', '81'];

describe('trainBaseline', () => {
  it('learns which words go with which label', () => {
    const baseline = trainBaseline(texts, labels);
    expect(baseline.labels).toEqual(['11', '21', '81']);
    expect(baseline.predict(['corn farming', 'silver mining', 'bike repair']).map(({ label }) => label)).toEqual(
      labels.filter((_, i) => i % 2 === 0),
    );
    expect(baseline.topFeatures('21', 1)[0].term).toBe('mining');
    expect(baseline.topFeatures('21', 99).map(({ weight }) => weight)).toEqual(
      baseline
        .topFeatures('21', 99)
        .map(({ weight }) => weight)
        .sort((a, b) => b - a),
    );
  });

  it('names the probability of every label, the label’s own as score', () => {
    const baseline = trainBaseline(texts, labels, { ngramRange: [1, 2], sublinearTf: true });
    const [{ label, score, scores }] = baseline.predict(['gold mining']);
    expect(label).toBe('21');
    expect(score).toBe(scores['21']);
    expect(Object.values(scores)).toEqual([...baseline.predictProbabilities(['gold mining'])]);
    expect(Object.values(scores).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });

  it('keeps the order and the scores of labels that look like numbers', () => {
    const { predict } = trainBaseline(texts, ['2', '2', '10', '10', '__proto__', '__proto__']);
    const [{ scores, score }] = predict(['bus repair']);
    expect(Object.entries(scores).find(([label]) => label === '__proto__')?.[1]).toBe(score);
  });

  it('mirrors the features of two labels', () => {
    const { topFeatures } = trainBaseline(texts.slice(0, 4), labels.slice(0, 4));
    expect(topFeatures('11', 1)[0].term).toBe('farming');
    expect(topFeatures('21', 1)[0].term).toBe('mining');
    expect(topFeatures('11', 1)[0].weight).toBeCloseTo(topFeatures('21', 1)[0].weight, 4);
  });

  it('predicts the classes’ shares for a text it knows nothing of', () => {
    const [{ scores }] = trainBaseline(texts, labels).predict(['']);
    for (const score of Object.values(scores)) expect(score).toBeCloseTo(1 / 3, 2);
    expect(trainBaseline(texts, labels).predict([])).toEqual([]);
  });

  it('refuses one class, no text, unequal lengths, an unknown label', () => {
    expect(() => trainBaseline(texts, new Array(6).fill('11'))).toThrow(expect.objectContaining({ code: 'ONE_CLASS' }));
    expect(() => trainBaseline(['', ''], ['a', 'b'])).toThrow(expect.objectContaining({ code: 'EMPTY_VOCABULARY' }));
    expect(() => trainBaseline([], [])).toThrow(RangeError);
    expect(() => trainBaseline(texts, ['a'])).toThrow(/6 texts and 1 labels/);
    expect(() => trainBaseline(texts, labels).topFeatures('99', 3)).toThrow(/got "99"/);
  });
});

describe.skipIf(!haveGoldens)('the defaults (needs ../shared/goldens)', () => {
  it('predict what scikit-learn’s converged model predicts', () => {
    const { texts: rows, labels: sectors, models } = readGoldens();
    const expected = models.find((model) => model.vectorizer === 'default' && model.target === 'sector');
    const predicted = trainBaseline(rows, sectors).predict(rows);
    expect(predicted.map(({ label }) => label)).toEqual(expected?.predictions);
  });
});
