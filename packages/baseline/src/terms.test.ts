import { describe, expect, it } from 'vitest';
import { describeWithGoldens, goldenOptions, readGoldens } from '../test/goldens';
import { wordAnalyzer } from './terms';

describe('wordAnalyzer', () => {
  it('keeps words of two or more characters, lower-cased', () => {
    expect(wordAnalyzer()('A C++ Test_case, x Y2!')).toEqual(['test_case', 'y2']);
  });

  it('gives shorter runs first and leaves out those below the range', () => {
    expect(wordAnalyzer({ ngramRange: [2, 3] })('one two three')).toEqual(['one two', 'two three', 'one two three']);
    expect(wordAnalyzer({ ngramRange: [2, 2] })('one')).toEqual([]);
  });

  it('keeps case if lowercase is false', () => {
    expect(wordAnalyzer({ lowercase: false })('Soybean FARMING')).toEqual(['Soybean', 'FARMING']);
  });

  it('lower-cases as Python does: final sigma, dotted capital I', () => {
    expect(wordAnalyzer()('ΟΔΟΣ İstanbul')).toEqual(['οδος', 'stanbul']);
  });

  it('survives lone surrogates', () => {
    expect(wordAnalyzer()('ab\ud800cd')).toEqual(['ab', 'cd']);
  });

  it.each([[[0, 1]], [[2, 1]], [[1, 1.5]]] as [[number, number]][])('refuses the range %j', (ngramRange) => {
    expect(() => wordAnalyzer({ ngramRange })).toThrow(RangeError);
  });

  it('refuses a range that is no pair', () => {
    expect(() => wordAnalyzer({ ngramRange: 2 } as never)).toThrow(
      'wordAnalyzer: ngramRange expected a pair [shortest, longest], got 2; write [1, 2]',
    );
  });
});

describeWithGoldens('scikit-learn’s analyzer', () => {
  it('gives the same terms', () => {
    for (const { text, ...expected } of readGoldens().analyzed) {
      expect(wordAnalyzer(goldenOptions.default)(text)).toEqual(expected.default);
      expect(wordAnalyzer(goldenOptions.sublinear_bigrams)(text)).toEqual(expected.sublinear_bigrams);
    }
  });
});
