import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure } from '../../test/failure';
import { linesOfChunks, linesOfText, parseLines } from './lines';

async function* chunksOf(text: string, size: number): AsyncGenerator<string> {
  for (let i = 0; i < text.length; i += size) yield text.slice(i, i + size);
}

describe('parseLines', () => {
  it('keeps blank lines, and makes none of the last line end', () => {
    expect(parseLines('a\r\n\nb\u2028c\n').rows).toEqual([
      { line: 1, fields: { text: 'a' } },
      { line: 2, fields: { text: '' } },
      { line: 3, fields: { text: 'b\u2028c' } },
    ]);
  });

  it('refuses an empty text', () => {
    expect(failure(() => parseLines('', { where: 'x.txt' }))).toMatchObject({ code: 'DATA_EMPTY' });
  });

  it('finds the same lines in pieces of any size', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', '😀') });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 5 }), async (input, size) => {
        const lines = [];
        for await (const line of linesOfChunks(chunksOf(input, size))) lines.push(line);
        expect(lines).toEqual([...linesOfText(input)]);
      }),
    );
  });
});
