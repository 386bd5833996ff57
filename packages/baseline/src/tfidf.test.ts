import { describe, expect, it } from 'vitest';
import { describeWithGoldens, goldenOptions, largestDifference, readGoldens } from '../test/goldens';
import { rowCount, type SparseMatrix } from './sparse-matrix';
import { tfidf, tfidfFromJson } from './tfidf';

const texts = ['soybean farming', 'wheat farming and farming', 'soybean milling'];

function row(matrix: SparseMatrix, index: number) {
  const [start, end] = matrix.indptr.subarray(index, index + 2);
  return { columns: [...matrix.indices.subarray(start, end)], values: [...matrix.values.subarray(start, end)] };
}

describe('tfidf', () => {
  it('weighs by the formula', () => {
    const { vocabulary, idf, transform } = tfidf(texts);
    expect(vocabulary).toEqual(['and', 'farming', 'milling', 'soybean', 'wheat']);
    const rare = Math.log(4 / 2) + 1;
    const common = Math.log(4 / 3) + 1;
    expect(largestDifference(idf, [rare, common, rare, common, rare])).toBeLessThan(1e-15);
    const length = Math.hypot(2 * common, rare, rare);
    const { columns, values } = row(transform(texts), 1);
    expect(columns).toEqual([0, 1, 4]);
    expect(largestDifference(values, [rare / length, (2 * common) / length, rare / length])).toBeLessThan(1e-15);
  });

  it('gives empty rows for texts with no known term', () => {
    const matrix = tfidf(texts).transform(['', 'unheard of', 'wheat']);
    expect([...matrix.indptr]).toEqual([0, 0, 0, 1]);
    expect([...matrix.values]).toEqual([1]);
  });

  it('transforms no texts at all', () => {
    const matrix = tfidf(texts).transform([]);
    expect(rowCount(matrix)).toBe(0);
    expect(matrix.columns).toBe(5);
  });

  it('counts a repeated term once or by its logarithm', () => {
    const plain = row(tfidf(texts).transform(['farming farming wheat']), 0).values;
    const sublinear = row(tfidf(texts, { sublinearTf: true }).transform(['farming farming wheat']), 0).values;
    expect(plain[0] / plain[1] / (sublinear[0] / sublinear[1])).toBeCloseTo(2 / (1 + Math.log(2)), 12);
  });

  it('leaves out rare terms, by count and by share', () => {
    expect(tfidf(texts, { minDf: 2 }).vocabulary).toEqual(['farming', 'soybean']);
    expect(tfidf(texts, { minDf: 0.6 }).vocabulary).toEqual(['farming', 'soybean']);
    expect(tfidf(texts, { minDf: 0.1 }).vocabulary).toHaveLength(5);
  });

  it('leaves out common terms, by count and by share, before it keeps the most frequent', () => {
    expect(tfidf(texts, { maxDf: 1 }).vocabulary).toEqual(['and', 'milling', 'wheat']);
    expect(tfidf(texts, { maxDf: 0.5 }).vocabulary).toEqual(['and', 'milling', 'wheat']);
    expect(tfidf(texts, { maxDf: 0.7 }).vocabulary).toHaveLength(5);
    expect(tfidf(texts, { maxDf: 1, maxFeatures: 1 }).vocabulary).toEqual(['and']);
    expect(() => tfidf(texts, { minDf: 2, maxDf: 1 })).toThrow(/maxDf expected at least minDf \(2\), got 1/);
  });

  it('keeps the most frequent terms, ties by code point', () => {
    expect(tfidf(texts, { maxFeatures: 2 }).vocabulary).toEqual(['farming', 'soybean']);
    expect(tfidf(texts, { maxFeatures: 3 }).vocabulary).toEqual(['and', 'farming', 'soybean']);
  });

  it('orders columns by code point', () => {
    expect(tfidf(['𝐀𝐀 ～～ ｚｚ zz']).vocabulary).toEqual(['zz', 'ｚｚ', '𝐀𝐀']);
  });

  it('takes terms from an analyzer of the caller’s', () => {
    const { vocabulary } = tfidf(['a-b', 'b-c'], { analyzer: (text) => text.split('-') });
    expect(vocabulary).toEqual(['a', 'b', 'c']);
  });

  it('treats the names of object properties as words', () => {
    expect(tfidf(['constructor __proto__ constructor']).vocabulary).toEqual(['__proto__', 'constructor']);
  });

  it('comes back from JSON giving the same bits', () => {
    const before = tfidf(texts, { ngramRange: [1, 2], sublinearTf: true, lowercase: false });
    const after = tfidfFromJson(JSON.parse(JSON.stringify(before.toJson())));
    const unseen = ['wheat farming farming', 'Soybean milling'];
    expect(after.transform(unseen)).toEqual(before.transform(unseen));
  });

  it('asks for the caller’s analyzer when coming back from JSON', () => {
    const analyzer = (text: string) => [...text];
    const json = tfidf(['ab'], { analyzer }).toJson();
    expect(() => tfidfFromJson(json)).toThrow(TypeError);
    expect(tfidfFromJson(json, { analyzer }).transform(['b']).indices[0]).toBe(1);
    expect(() => tfidfFromJson({ ...json, idf: [1] })).toThrow(/2 terms and 1 frequencies/);
  });

  it.each([
    { minDf: -1 },
    { minDf: 1.5 },
    { minDf: Number.NaN },
    { maxFeatures: 0 },
    { maxFeatures: 2.5 },
    { maxDf: 1.5 },
  ])('refuses %j', (options) => expect(() => tfidf(texts, options)).toThrow(RangeError));

  it('refuses options that it does not have', () => {
    expect(() => tfidf(texts, { ngram_range: [1, 2] } as never)).toThrow(
      'tfidf: expected known options, got ngram_range; did you mean ngramRange?',
    );
    expect(() => tfidf(texts, { ngramRange: 2 } as never)).toThrow(
      'tfidf: ngramRange expected a pair [shortest, longest], got 2; write [1, 2]',
    );
    expect(() => tfidfFromJson(tfidf(texts).toJson(), { analyser: (text: string) => [text] } as never)).toThrow(
      'tfidfFromJson: expected known options, got analyser; did you mean analyzer?',
    );
  });

  it.each([
    [[], {}],
    [['', '! ?'], {}],
    [texts, { minDf: 9 }],
    [['same', 'same'], { maxDf: 1 }],
  ] as const)('says that no term is left of %j with %j', (some, options) =>
    expect(() => tfidf(some, options)).toThrow(
      expect.objectContaining({ name: 'AttuneError', code: 'EMPTY_VOCABULARY' }),
    ),
  );
});

describeWithGoldens('scikit-learn’s TfidfVectorizer', () => {
  const goldens = readGoldens();

  it.each(['default', 'sublinear_bigrams'] as const)('%s: equal to 1e-12', (name) => {
    const expected = goldens.vectorizers[name];
    const { vocabulary, idf, transform } = tfidf(goldens.texts, goldenOptions[name]);
    expect(vocabulary).toEqual(expected.vocabulary);
    expect(largestDifference(idf, expected.idf)).toBeLessThan(1e-12);
    const matrix = transform(goldens.texts);
    expect(matrix.values).toHaveLength(expected.nonzeros);
    for (const [i, { columns, values }] of expected.first_rows.entries()) {
      expect(row(matrix, i).columns).toEqual(columns);
      expect(largestDifference(row(matrix, i).values, values)).toBeLessThan(1e-12);
    }
  });

  it.each(['default', 'sublinear_bigrams'] as const)('%s: unseen texts equal to 1e-12', (name) => {
    const { vocabulary, unseen } = goldens.vectorizers[name];
    const { transform } = tfidf(goldens.texts, goldenOptions[name]);
    for (const { columns, values } of unseen) {
      // The goldens hold the rows only: a text with the same terms, strangers between them, must give the same row.
      const text = columns.map((column) => vocabulary[column]).join(' unheardof ');
      expect(row(transform([text]), 0).columns).toEqual(columns);
      expect(largestDifference(row(transform([text]), 0).values, values)).toBeLessThan(1e-12);
    }
  });
});
