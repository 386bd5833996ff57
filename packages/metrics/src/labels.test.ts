import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelsOf, resolveLabels } from './labels';

describe('labelsOf', () => {
  it('sorts numbers by value and strings by code point', () => {
    expect(labelsOf([10, 9], [-1, 10])).toEqual([-1, 9, 10]);
    expect(labelsOf(['b', 'B', 'ab'], ['a', ''])).toEqual(['', 'B', 'a', 'ab', 'b']);
    expect(labelsOf(['\u{1F600}'], ['\uFF5E'])).toEqual(['\uFF5E', '\u{1F600}']);
  });

  it('orders any strings as their UTF-32 forms', () => {
    const key = (text: string) =>
      Array.from(text, (c) => (c.codePointAt(0) ?? 0).toString(16).padStart(6, '0')).join('');
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        const keys = labelsOf(texts, []).map(key);
        expect(keys).toEqual([...keys].sort());
      }),
    );
  });

  it('refuses a mixture of names and ids, and NaN', () => {
    expect(() => labelsOf<string | number>(['1'], [1])).toThrow(TypeError);
    expect(() => labelsOf([Number.NaN], [1])).toThrow(RangeError);
  });
});

describe('resolveLabels', () => {
  const pair = { yTrue: ['a'], yPred: ['b'] };

  it('keeps the order asked for and adds classes that never occur', () => {
    expect(resolveLabels('x', pair, { labels: ['c', 'b', 'a'] })).toEqual(['c', 'b', 'a']);
  });

  it('refuses empty and repeated lists', () => {
    expect(() => resolveLabels('x', pair, { labels: [] })).toThrow('x: expected at least one label');
    expect(() => resolveLabels('x', pair, { labels: ['a', 'a'] })).toThrow(
      'x: expected distinct labels, got "a" twice',
    );
  });
});
