import { describe, expect, it } from 'vitest';
import { trainBaseline } from './baseline';
import { featureImportance } from './feature-importance';

const texts = ['soybean farming', 'wheat farming', 'gold mining', 'coal mining', 'bus repair', 'car repair'];
const labels = ['11', '11', '21', '21', '81', '81'];
const terms = (features: { term: string }[]) => features.map(({ term }) => term);

describe('featureImportance', () => {
  const baseline = trainBaseline(texts, labels, { tolerance: 1e-10 });

  it('puts the strongest first, for and against', () => {
    const { positive, negative } = featureImportance(baseline, '21', { count: 2 });
    expect(positive[0].term).toBe('mining');
    expect(['coal', 'gold']).toContain(positive[1].term);
    expect(terms(negative).sort()).toEqual(['farming', 'repair']);
    expect(positive).toEqual(baseline.topFeatures('21', 2));
  });

  it('has every term once, its weight on its own side', () => {
    const { positive, negative } = featureImportance(baseline, '81', { count: 99 });
    expect(terms(positive).sort()).toEqual(['bus', 'car', 'repair']);
    expect([...terms(positive), ...terms(negative)].sort()).toEqual([...baseline.vectorizer.vocabulary]);
    const column = baseline.vectorizer.vocabulary.indexOf('wheat');
    const wheat = negative.find(({ term }) => term === 'wheat');
    expect(wheat?.weight).toBe(baseline.classifier.coefficients[2][column]);
    expect(negative.every(({ weight }, i) => weight < 0 && (i === 0 || weight >= negative[i - 1].weight))).toBe(true);
  });

  it('mirrors two labels', () => {
    const binary = trainBaseline(texts.slice(0, 4), labels.slice(0, 4));
    const [first, second] = ['11', '21'].map((label) => featureImportance(binary, label));
    expect(first.positive).toEqual(second.negative.map(({ term, weight }) => ({ term, weight: -weight })));
    expect(first.positive[0].term).toBe('farming');
  });

  it('refuses an unknown label and an impossible count', () => {
    expect(() => featureImportance(baseline, '99')).toThrow(/featureImportance: .* got "99"/);
    expect(() => featureImportance(baseline, '11', { count: -1 })).toThrow(/got -1/);
    expect(featureImportance(baseline, '11', { count: 0 })).toEqual({ positive: [], negative: [] });
  });
});
