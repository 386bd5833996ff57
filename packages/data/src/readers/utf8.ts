import { AttuneError } from '@attune/internal';
import { withoutByteOrderMark } from './lines';

/**
 * Decodes UTF-8 in chunks and removes the byte order mark.
 *
 * @throws AttuneError `DATA_ENCODING` with the byte offset and line of the first byte that is not UTF-8.
 */
export async function* decodeUtf8(chunks: AsyncIterable<Uint8Array>, where: string): AsyncGenerator<string> {
  const position: Position = { offset: 0, line: 1 };
  let carry = new Uint8Array(0);
  for await (const chunk of chunks) {
    const bytes = joined(carry, chunk);
    const end = completeLength(bytes);
    const text = decode(bytes.subarray(0, end), position, where);
    carry = bytes.slice(end);
    if (text !== '') yield position.offset === 0 ? withoutByteOrderMark(text) : text;
    advance(position, text, end);
  }
  decode(carry, position, where);
}

interface Position {
  offset: number;
  line: number;
}

function advance(position: Position, text: string, bytes: number): void {
  position.offset += bytes;
  position.line += countNewlines(text);
}

function decode(bytes: Uint8Array, position: Position, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw invalidUtf8(bytes, position, { where, cause });
  }
}

function invalidUtf8(bytes: Uint8Array, position: Position, context: { where: string; cause: unknown }): AttuneError {
  const valid = validPrefix(bytes);
  const at = new TextEncoder().encode(valid).length;
  const line = position.line + countNewlines(valid);
  const byte = bytes[at].toString(16).padStart(2, '0');
  return new AttuneError(
    'DATA_ENCODING',
    `${context.where} line ${line}: expected UTF-8 text, got byte 0x${byte} at byte offset ${position.offset + at}; ` +
      'save the file as UTF-8 (for example: iconv -f WINDOWS-1252 -t UTF-8)',
    { cause: context.cause },
  );
}

/** The text before the first invalid byte. A lenient decoder replaces that byte with U+FFFD, which may also be in the file itself. */
function validPrefix(bytes: Uint8Array): string {
  const lenient = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  let offset = 0;
  let start = 0;
  for (let i = lenient.indexOf('\ufffd'); i !== -1; i = lenient.indexOf('\ufffd', start)) {
    offset += new TextEncoder().encode(lenient.slice(start, i)).length;
    if (!(bytes[offset] === 0xef && bytes[offset + 1] === 0xbf && bytes[offset + 2] === 0xbd))
      return lenient.slice(0, i);
    offset += 3;
    start = i + 1;
  }
  return lenient;
}

/** The length without an incomplete character at the end of the chunk. */
function completeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    const continues = (byte & 0xc0) === 0x80;
    if (!continues) return sequenceLength(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(a.length + b.length);
  bytes.set(a);
  bytes.set(b, a.length);
  return bytes;
}

function countNewlines(text: string): number {
  let count = 0;
  for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) count++;
  return count;
}
