import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rejection } from '../../test/failure';
import { decodeUtf8 } from './utf8';

async function decoded(bytes: Uint8Array, size: number): Promise<string> {
  async function* chunks() {
    for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
  }
  let text = '';
  for await (const piece of decodeUtf8(chunks(), 'x.csv')) text += piece;
  return text;
}

const size = fc.integer({ min: 1, max: 9 });

describe('decodeUtf8', () => {
  it('decodes any text in pieces of any size, without its byte order mark', async () => {
    const text = fc.string({ unit: 'grapheme' });
    await fc.assert(
      fc.asyncProperty(text, size, fc.boolean(), async (expected, pieces, mark) => {
        fc.pre(!expected.startsWith('\ufeff'));
        const bytes = new TextEncoder().encode(mark ? `\ufeff${expected}` : expected);
        expect(await decoded(bytes, pieces)).toBe(expected);
      }),
    );
  });

  it('keeps a byte order mark that is not first, and U+FFFD written as such', async () => {
    expect(await decoded(new TextEncoder().encode('a\ufeff\ufffdb'), 1)).toBe('a\ufeff\ufffdb');
  });

  it('names the byte and the line of what is not UTF-8', async () => {
    const start = new TextEncoder().encode('é\ufffd\nb\n');
    const bytes = new Uint8Array([...start, 0x63, 0xe9, 0x0a]);
    for (const pieces of [1, 2, 5, 100]) {
      expect(await rejection(decoded(bytes, pieces))).toMatchObject({
        name: 'AttuneError',
        code: 'DATA_ENCODING',
        message: expect.stringContaining(
          `x.csv line 3: expected UTF-8 text, got byte 0xe9 at byte offset ${start.length + 1};`,
        ),
      });
    }
  });

  it('refuses exactly the bytes the platform refuses, at any cut', async () => {
    const byte = fc.oneof(
      fc.constantFrom(0x61, 0xc3, 0xa9, 0xe2, 0x82, 0xf0, 0x9f, 0xed, 0xa0, 0xff),
      fc.integer({ min: 0, max: 255 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 12 }),
        fc.array(byte, { maxLength: 12 }),
        size,
        async (a, b, pieces) => {
          const bytes = new Uint8Array([...a, ...b]);
          const lenient = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
          const valid = Buffer.from(lenient).equals(Buffer.from(bytes));
          expect((await rejection(decoded(bytes, pieces))) === undefined).toBe(valid);
        },
      ),
      { numRuns: 300 },
    );
  });
});
