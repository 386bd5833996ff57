import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rejection } from '../../test/failure';
import { decodeText } from './encoding';

async function decoded(bytes: Uint8Array, size: number): Promise<string> {
  async function* chunks() {
    for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
  }
  let text = '';
  for await (const piece of decodeText(chunks(), 'x.csv')) text += piece;
  return text;
}

const little = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le'));
const big = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le').swap16());
const wide = (text: string) => new Uint8Array(Uint32Array.from([...text], (each) => each.codePointAt(0)!).buffer);

describe('decodeText', () => {
  it('reads UTF-8, and UTF-16 with a mark, in pieces of any size', async () => {
    const size = fc.integer({ min: 1, max: 9 });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), size, async (text, pieces) => {
        fc.pre(!text.includes('\0') && !text.startsWith('\ufeff'));
        expect(await decoded(new TextEncoder().encode(text), pieces)).toBe(text);
        expect(await decoded(little(`\ufeff${text}`), pieces)).toBe(text);
        expect(await decoded(big(`\ufeff${text}`), pieces)).toBe(text);
      }),
    );
  });

  it.each([
    ['UTF-16LE', little('text,label\nzwölf,b\n')],
    ['UTF-16BE', big('text,label\nzwölf,b\n')],
    ['UTF-16LE', little(`text,label\n${'字'.repeat(20)},b\n`)],
    ['UTF-32LE', wide('text,label\na,b\n')],
    ['UTF-32', wide('\ufefftext,label\na,b\n')],
  ])('names %s that it does not read', async (encoding, bytes) => {
    expect(await rejection(decoded(bytes, 1000))).toMatchObject({
      code: 'DATA_ENCODING',
      message: expect.stringMatching(
        new RegExp(`^x.csv: expected UTF-8 text, .* got ${encoding}.*iconv -f ${encoding} -t UTF-8`),
      ),
    });
  });

  it('names UTF-16 that is cut', async () => {
    expect(await rejection(decoded(little('\ufeffa\nbc').subarray(0, 9), 4))).toMatchObject({
      code: 'DATA_ENCODING',
      message: expect.stringMatching(/^x.csv line 2 .*UTF-16LE/),
    });
  });
});
