import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphemeEnd } from './graphemes';

function clusters(text: string): string[] {
  const found: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = graphemeEnd(text, start);
    found.push(text.slice(start, end));
    start = end;
  }
  return found;
}

describe('graphemeEnd', () => {
  it.each([
    [['a', 'b']],
    [['e\u0301\u0323', 'x']],
    [['\r\n', '\r', '\t', '\u0301']],
    [['각', '\u1100\u1161\u11a8\u11a8', '가']],
    [['\u0600\u0601a\u0301', 'b']],
    [['👩\u200d👩\u200d👧', '👍🏽', '👧']],
    [['🇩🇪', '🇫🇷', '🇮']],
    [['क्त', 'क', 'क्\u200dष']],
    [['©\u200d™', 'a\u200d', '™']],
  ])('%j', (expected) => expect(clusters(expected.join(''))).toEqual(expected));

  /** Characters whose properties no version of Unicode since 15.1 has changed. */
  it('agrees with the engine', () => {
    const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
    const character = fc.constantFrom(
      ...['a', '\r', '\n', '\u0301', '\u200d', '\u0903', '\u0600', '\u1100', '\u1161', '\u11a8', '가', '각'],
      ...['🇩', '👩', '🏽', '©', '\u0915', '\u094d', '\u093c', '\u200b', '\u0e33', '\u00ad', '😀', '\ufe0f'],
    );
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 12 }), (text) => {
        expect(clusters(text)).toEqual(Array.from(segmenter.segment(text), ({ segment }) => segment));
      }),
      { numRuns: 1000 },
    );
  });
});
