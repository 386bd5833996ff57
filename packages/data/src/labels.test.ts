import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelEncoder, labelEncoderFrom } from './labels';

describe('labelEncoder', () => {
  it('orders labels by code point', () => {
    expect(labelEncoder(['b', '9', 'a', 'B', '10', 'b']).labels).toEqual(['10', '9', 'B', 'a', 'b']);
    expect(labelEncoder(['\u{1F600}', '\uFF5E']).labels).toEqual(['\uFF5E', '\u{1F600}']);
  });

  it('is its own inverse and does not depend on the rows’ order', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (labels) => {
        const encoder = labelEncoder(labels);
        expect(labels.map((label) => encoder.decode(encoder.encode(label)))).toEqual(labels);
        expect(labelEncoder([...labels].reverse()).labels).toEqual(encoder.labels);
      }),
    );
  });

  it('suggests the nearest label', () => {
    const encoder = labelEncoder(['Retail Trade', 'Utilities']);
    expect(() => encoder.encode('retail trades')).toThrow(
      new RangeError(
        'encode: expected one of the 2 labels (Retail Trade, Utilities), got "retail trades"; did you mean "Retail Trade"?',
      ),
    );
    expect(() => encoder.decode(2)).toThrow('decode: expected an integer id from 0 to 1, got 2');
    expect(() => encoder.decode(0.5)).toThrow(RangeError);
  });

  it('refuses no labels', () => {
    expect(() => labelEncoder([])).toThrow('expected at least one label');
  });
});

describe('labelEncoderFrom', () => {
  it('keeps the given order', () => {
    expect(labelEncoderFrom(['b', 'a']).encode('a')).toBe(1);
  });

  it('refuses a label listed twice', () => {
    expect(() => labelEncoderFrom(['b', 'a', 'b'])).toThrow('got "b" twice');
  });
});
