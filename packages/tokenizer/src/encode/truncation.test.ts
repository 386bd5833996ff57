import { AttuneError } from '@attune/internal';
import { describe, expect, it } from 'vitest';
import { keptLengths, type Truncation, truncateSequence } from './truncation';

const truncation = (changes: Partial<Truncation> = {}): Truncation => ({
  maxLength: 0,
  strategy: 'longest_first',
  stride: 0,
  direction: 'right',
  ...changes,
});

describe('keptLengths', () => {
  /** The table of the reference's own test (`truncation.rs`), for a maximum of 7. */
  it.each([
    [0, 0, 0, 0],
    [0, 2, 0, 2],
    [0, 8, 0, 7],
    [2, 4, 2, 4],
    [2, 8, 2, 5],
    [4, 4, 3, 4],
    [4, 8, 3, 4],
    [8, 0, 7, 0],
    [8, 2, 5, 2],
    [8, 4, 4, 3],
    [8, 8, 3, 4],
  ])('shortens the longer of %i and %i: %i and %i', (a, b, keptA, keptB) => {
    expect(keptLengths('encode', [a, b], 7, truncation())).toEqual([keptA, keptB]);
  });

  it('shortens only the text that is named', () => {
    expect(keptLengths('encode', [8, 4], 7, truncation({ strategy: 'only_first' }))).toEqual([3, 4]);
    expect(keptLengths('encode', [4, 8], 7, truncation({ strategy: 'only_second' }))).toEqual([4, 3]);
  });

  it('says why it cannot', () => {
    expect(() => keptLengths('encodePair', [2, 8], 7, truncation({ strategy: 'only_first' }))).toThrow(
      new AttuneError(
        'ARGUMENT_INVALID',
        'encodePair: truncation "only_first" expected the first text to have more than the 3 tokens over maxLength, got 2; ' +
          'raise maxLength or use "longest_first"',
      ),
    );
    expect(() => keptLengths('encode', [8], 7, truncation({ strategy: 'only_second' }))).toThrow('needs a second text');
  });
});

describe('truncateSequence', () => {
  const ranges = (length: number, kept: number, stride: number, direction: Truncation['direction']) => {
    const truncated = truncateSequence('encode', length, kept, { stride, direction });
    return [truncated.kept, ...truncated.overflowing].map(({ start, stop }) => [start, stop]);
  };

  it('cuts windows that overlap by the stride', () => {
    expect(ranges(10, 4, 1, 'right')).toEqual([
      [0, 4],
      [3, 7],
      [6, 10],
    ]);
    expect(ranges(9, 4, 0, 'left')).toEqual([
      [5, 9],
      [1, 5],
      [0, 1],
    ]);
  });

  it('leaves a short sequence whole, and lets all of it overflow where nothing is kept', () => {
    expect(ranges(4, 4, 9, 'right')).toEqual([[0, 4]]);
    expect(ranges(4, 0, 9, 'right')).toEqual([
      [0, 0],
      [0, 4],
    ]);
  });

  it('refuses a stride that would not get ahead', () => {
    expect(() => ranges(10, 4, 4, 'right')).toThrow(
      new AttuneError('ARGUMENT_INVALID', 'encode: stride expected an integer < 4, the number of kept tokens, got 4'),
    );
  });
});
