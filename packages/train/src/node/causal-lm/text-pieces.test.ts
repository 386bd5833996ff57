import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stopStrings } from './text-pieces';

function outOf(pieces: readonly string[], stops: readonly string[]): string {
  const out = stopStrings(stops);
  return pieces.map((piece) => out.push(piece)).join('') + out.end();
}

it('holds back what may become a stop string, and no more', () => {
  const out = stopStrings(['###', '#!']);
  expect([out.push('a #'), out.push('# b ##'), out.isComplete]).toEqual(['a ', '## b ', false]);
  expect([out.push('#! c'), out.isComplete, out.push('d'), out.end()]).toEqual(['', true, '', '']);
});

it('gives at the end what was held back', () => {
  expect(outOf(['a #', '#'], ['###'])).toBe('a ##');
  expect(outOf(['a', 'b'], [])).toBe('ab');
});

it('ends at the stop string that is complete first, of several the longest', () => {
  expect(outOf(['xabcd'], ['abcd', 'bc'])).toBe('xa');
  expect(outOf(['xabcd'], ['bc', 'abc'])).toBe('x');
});

it('gives the same wherever the text is cut: what stands before the first complete stop string', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '#'), maxLength: 6 });
  const stop = fc.string({ unit: fc.constantFrom('a', 'b', '#'), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 8 }), fc.array(stop, { maxLength: 3 }), (pieces, stops) => {
      expect(outOf(pieces, stops)).toBe(before(pieces.join(''), stops));
    }),
    { numRuns: 1000 },
  );
});

/** The definition, letter by letter. */
function before(text: string, stops: readonly string[]): string {
  for (let end = 1; end <= text.length; end++) {
    const complete = stops.filter((stop) => text.slice(0, end).endsWith(stop));
    if (complete.length > 0) return text.slice(0, end - Math.max(...complete.map(({ length }) => length)));
  }
  return text;
}

it('refuses an empty one', () => {
  const error = expect.objectContaining({ name: 'AttuneError', code: 'ARGUMENT_INVALID' });
  expect(() => stopStrings(['a', ''])).toThrow(error);
});
