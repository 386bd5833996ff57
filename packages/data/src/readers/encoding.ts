// Detects the encoding of a text file by its first bytes: UTF-8, or UTF-16 with a byte order mark. Other encodings are refused by name.
import { AttuneError } from '@attune/internal';
import { decodeUtf8 } from './utf8';

/**
 * Decodes a text in chunks and removes the byte order mark: UTF-16 if there is such a mark, otherwise UTF-8.
 *
 * @throws AttuneError `DATA_ENCODING` as `decodeUtf8`, and for truncated UTF-16, UTF-16 without a mark, and UTF-32; `DATA_FORMAT` for other files by
 * their first bytes: gzip, zip (also Excel's), zstd, Parquet.
 */
export async function* decodeText(chunks: AsyncIterable<Uint8Array>, where: string): AsyncGenerator<string> {
  const { head, rest } = await headOf(chunks);
  refuseOther(head, where);
  const order = markIn(head);
  if (order === 'UTF-32' || order === undefined) refuseWide(head, { where, isMarked: order !== undefined });
  yield* order === 'UTF-16LE' || order === 'UTF-16BE' ? decodeUtf16(rest, { where, order }) : decodeUtf8(rest, where);
}

/** Formats by their first bytes, and the fix. */
const otherFormats: readonly (readonly [bytes: readonly number[], name: string, advice: string])[] = [
  [[0x1f, 0x8b], 'gzip', 'let its name end in .gz'],
  [[0x50, 0x4b, 3, 4], 'zip, such as an Excel workbook', 'unpack it, or save the workbook as CSV UTF-8'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'zstd', 'unpack it: zstd -d'],
  [[0x50, 0x41, 0x52, 0x31], 'Parquet', 'state the format parquet, or let its name end in .parquet'],
];

function refuseOther(head: Uint8Array, where: string): void {
  const found = otherFormats.find(([bytes]) => bytes.every((byte, i) => head[i] === byte));
  if (!found) return;
  const [, name, advice] = found;
  throw new AttuneError('DATA_FORMAT', `${where}: expected text, got ${name}; ${advice}`);
}

type Marked = 'UTF-16LE' | 'UTF-16BE' | 'UTF-32';

function markIn([a, b, c, d]: Uint8Array): Marked | undefined {
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'UTF-32' : 'UTF-16LE';
  if (a === 0xfe && b === 0xff) return 'UTF-16BE';
  return a === 0 && b === 0 && c === 0xfe && d === 0xff ? 'UTF-32' : undefined;
}

/** The first bytes, at least four if the file has them, and all bytes from the beginning. */
async function headOf(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ head: Uint8Array; rest: AsyncGenerator<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const begun: Uint8Array[] = [];
  let length = 0;
  while (length < 4) {
    const { done, value } = await iterator.next();
    if (done) break;
    begun.push(value);
    length += value.length;
  }
  async function* rest(): AsyncGenerator<Uint8Array> {
    try {
      yield* begun;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head: Uint8Array.from(begun.flatMap((chunk) => [...chunk.subarray(0, 4096)])), rest: rest() };
}

/** Throws for text with two or four bytes per character, in which many bytes at even or odd places are 0. */
function refuseWide(head: Uint8Array, { where, isMarked }: { where: string; isMarked: boolean }): void {
  const encoding = isMarked ? 'UTF-32' : wideEncodingOf(head);
  if (encoding === undefined) return;
  throw new AttuneError(
    'DATA_ENCODING',
    `${where}: expected UTF-8 text, or UTF-16 with a byte order mark, got ${encoding}${isMarked ? '' : ' without one'}; ` +
      `save the file as UTF-8 (for example: iconv -f ${encoding} -t UTF-8)`,
  );
}

function wideEncodingOf(bytes: Uint8Array): string | undefined {
  const zeros = [0, 0, 0, 0];
  bytes.forEach((byte, i) => {
    if (byte === 0) zeros[i % 4]++;
  });
  const quarter = bytes.length / 4;
  if (quarter < 1) return undefined;
  const isOften = zeros.map((count) => count > 0.2 * quarter);
  const isNever = zeros.map((count) => count < 0.05 * quarter);
  if (isNever[0] && isOften[1] && isOften[2] && isOften[3]) return 'UTF-32LE';
  if (isNever[3] && isOften[0] && isOften[1] && isOften[2]) return 'UTF-32BE';
  if (isNever[0] && isNever[2] && isOften[1] && isOften[3]) return 'UTF-16LE';
  return isNever[1] && isNever[3] && isOften[0] && isOften[2] ? 'UTF-16BE' : undefined;
}

interface Utf16 {
  readonly where: string;
  readonly order: 'UTF-16LE' | 'UTF-16BE';
}

async function* decodeUtf16(chunks: AsyncIterable<Uint8Array>, { where, order }: Utf16): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-16le', { fatal: true });
  let line = 1;
  const decode = (bytes: Uint8Array, stream: boolean): string => {
    try {
      return decoder.decode(bytes, { stream });
    } catch (cause) {
      throw new AttuneError(
        'DATA_ENCODING',
        `${where} line ${line} or below: expected ${order} text, according to the byte order mark, got half a character; the file is truncated or damaged: save it as UTF-8`,
        { cause },
      );
    }
  };
  for await (const bytes of order === 'UTF-16BE' ? swapped(chunks) : chunks) {
    const text = decode(bytes, true);
    if (text !== '') yield text;
    line += text.split('\n').length - 1;
  }
  decode(new Uint8Array(0), false);
}

/** The bytes with each pair swapped. */
async function* swapped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let odd: number[] = [];
  for await (const chunk of chunks) {
    const bytes = new Uint8Array(odd.length + chunk.length);
    bytes.set(odd);
    bytes.set(chunk, odd.length);
    const even = bytes.length - (bytes.length % 2);
    odd = [...bytes.subarray(even)];
    for (let i = 0; i < even; i += 2) [bytes[i], bytes[i + 1]] = [bytes[i + 1], bytes[i]];
    yield bytes.subarray(0, even);
  }
  if (odd.length > 0) yield Uint8Array.from(odd);
}
