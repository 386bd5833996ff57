import { describe, expect, it } from 'vitest';
import { describeWithGoldens, readGoldens } from '../test/goldens';
import { featureImportance, majorityBaseline, trainBaseline } from './baseline';

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
    expect(() => trainBaseline(texts, labels, { maxCoefficients: 20 })).toThrow(
      expect.objectContaining({
        code: 'TOO_MANY_COEFFICIENTS',
        message: expect.stringMatching(/at most 20 coefficients, got \d+ columns of 3 classes/),
      }),
    );
    expect(() => trainBaseline([], [])).toThrow(RangeError);
    expect(() => trainBaseline(texts, ['a'])).toThrow(/6 texts and 1 labels/);
    expect(() => trainBaseline(texts, labels).topFeatures('99', 3)).toThrow(/got "99"/);
  });
});

describeWithGoldens('the defaults', () => {
  it('predict what scikit-learn’s converged model predicts', () => {
    const { texts: rows, labels: sectors, models } = readGoldens();
    const expected = models.find((model) => model.vectorizer === 'default' && model.target === 'sector');
    const predicted = trainBaseline(rows, sectors).predict(rows);
    expect(predicted.map(({ label }) => label)).toEqual(expected?.predictions);
  });
});

describe('majorityBaseline', () => {
  it('takes the most frequent label, the first by code point of several', () => {
    expect(majorityBaseline(['b', 'a', 'b', 'b'])).toMatchObject({ label: 'b', share: 0.75, labels: ['a', 'b'] });
    expect(majorityBaseline(['b', 'a', 'c', 'b', 'a']).label).toBe('a');
  });

  it('says the same of every text', () => {
    const predictions = majorityBaseline(['x', 'y', 'y']).predict(['one', 'two']);
    expect(predictions).toEqual([1, 2].map(() => ({ label: 'y', score: 2 / 3, scores: { x: 1 / 3, y: 2 / 3 } })));
  });

  it('refuses no labels', () => {
    expect(() => majorityBaseline([])).toThrow(RangeError);
  });
});

describe('featureImportance', () => {
  const terms = (features: { term: string }[]) => features.map(({ term }) => term);
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

describe('what a baseline is given', () => {
  const texts = ['soy farming', 'gold mining', 'wheat farming', 'coal mining'];
  const labels = ['a', 'b', 'a', 'b'];

  it('is one text or an array of them', () => {
    const baseline = trainBaseline(texts, labels);
    expect(baseline.predict('silver mining')).toEqual(baseline.predict(['silver mining'])[0]);
    expect(baseline.predict('silver mining').label).toBe('b');
  });

  it('is refused where it is no label, no text or no option', () => {
    expect(() => trainBaseline(texts, [0, 1, 0, 1] as never)).toThrow(
      'trainBaseline: labels[0] expected a label, which is a string, got 0; convert them to strings: labels.map(String)',
    );
    expect(() => trainBaseline(['a', undefined] as never, ['a', 'b'])).toThrow(
      'texts[1] expected a text, got undefined',
    );
    expect(() => trainBaseline(texts, labels, { ngram_range: [1, 2] } as never)).toThrow(
      'trainBaseline: expected known options, got ngram_range; did you mean ngramRange?',
    );
    expect(() => trainBaseline(texts, labels, { ngramRange: [[1, 2]] } as never)).toThrow(
      'trainBaseline: ngramRange expected a pair [shortest, longest], got an array; write [1, 2]',
    );
    expect(() => trainBaseline(texts, labels, { analyzer: 'char' } as never)).toThrow(
      'trainBaseline: analyzer expected a function, got "char"',
    );
    expect(() => featureImportance(trainBaseline(texts, labels), 'a', { k: 3 } as never)).toThrow(
      'featureImportance: expected known options, got k; the options are count',
    );
    expect(() => trainBaseline(texts, labels).predict([3] as never)).toThrow('texts[0] expected a text, got 3');
  });
});
