import { AttuneError } from '@attune/internal';
import { describe, isObject } from './describe';
import { bytesPerElement, isDtype, type SafetensorsDtype } from './dtypes';

/** Location of one tensor: bytes `[start, end)` after the header. */
export interface TensorInfo {
  /** Type of the elements in the file. */
  readonly dtype: SafetensorsDtype;
  /** Size of each dimension. */
  readonly shape: readonly number[];
  /** Offset of its first byte, after the header. */
  readonly start: number;
  /** Offset after its last byte. */
  readonly end: number;
}

export interface SafetensorsHeader {
  /** `__metadata__`: strings by name, usually `{ format: 'pt' }`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of the file. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Offset in the file at which tensors start. */
  readonly dataStart: number;
}

/** The file starts with the header's length as eight little-endian bytes. */
export const lengthBytes = 8;

/** The limit of the reference implementation. */
const longestHeader = 100_000_000;

const downloadAgain = 'the file is damaged or incomplete: download it again';

function damaged(where: string, what: string): AttuneError {
  return new AttuneError('CHECKPOINT_HEADER', `${where}: ${what}; ${downloadAgain}`);
}

function truncated(where: string, what: string): AttuneError {
  return new AttuneError('CHECKPOINT_TRUNCATED', `${where}: ${what}; ${downloadAgain}`);
}

/**
 * Length of a safetensors header in bytes, without the eight bytes that hold it. Checked before anything is read.
 *
 * @param bytes the file's first eight bytes or more
 */
export function headerLength(bytes: Uint8Array, fileSize: number, where: string): number {
  if (fileSize < lengthBytes || bytes.length < lengthBytes) {
    throw truncated(where, `expected at least ${lengthBytes} bytes, got ${Math.min(fileSize, bytes.length)}`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, lengthBytes).getBigUint64(0, true);
  if (length > longestHeader) {
    throw damaged(where, `expected a header of at most ${longestHeader} bytes, got ${length}`);
  }
  if (Number(length) > fileSize - lengthBytes) {
    throw truncated(where, `expected a header of ${length} bytes, got a file of ${fileSize} bytes`);
  }
  return Number(length);
}

/**
 * Parses a safetensors header and checks it against the file's size.
 *
 * Throws `AttuneError` `CHECKPOINT_TRUNCATED` if the file ends too early, `CHECKPOINT_HEADER` for all other faults: a header
 * that is not JSON, an unknown dtype, an impossible shape, offsets that overlap, leave a hole or do not fit the shape.
 *
 * @param bytes start of the file: at least the eight length bytes and the header
 * @param where name of the file, for errors
 * @example
 * const { tensors, dataStart } = parseHeader(bytes, bytes.length, 'model.safetensors');
 * tensors.get('classifier.bias'); // { dtype: 'F32', shape: [5], start: 0, end: 20 }
 *
 * Source: https://github.com/huggingface/safetensors
 */
export function parseHeader(bytes: Uint8Array, fileSize: number, where: string): SafetensorsHeader {
  const dataStart = lengthBytes + headerLength(bytes, fileSize, where);
  if (bytes.length < dataStart) throw truncated(where, `expected ${dataStart} bytes of header, got ${bytes.length}`);
  const { __metadata__: metadata, ...entries } = parseJson(bytes.subarray(lengthBytes, dataStart), where);
  const tensors = Object.entries(entries).map(([name, entry]) => [name, readEntry(entry, { name, where })] as const);
  tensors.sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  checkLayout(tensors, fileSize - dataStart, where);
  return { metadata: readMetadata(metadata, where), tensors: new Map(tensors), dataStart };
}

function parseJson(bytes: Uint8Array, where: string): Record<string, unknown> {
  let text: string;
  let json: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    json = JSON.parse(text);
  } catch (cause) {
    const message = `${where}: expected a header in JSON, got something else; is this a safetensors file? If so, ${downloadAgain}`;
    throw new AttuneError('CHECKPOINT_HEADER', message, { cause });
  }
  if (!isObject(json)) throw damaged(where, `expected a header that is a JSON object, got ${describe(json)}`);
  refuseRepeated(topLevelKeys(text), where);
  return json;
}

function refuseRepeated(names: readonly string[], where: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw damaged(where, `expected each tensor once, got ${describe(name)} twice`);
    seen.add(name);
  }
}

function readMetadata(metadata: unknown, where: string): Readonly<Record<string, string>> {
  if (metadata === undefined) return {};
  if (isObject(metadata) && Object.values(metadata).every((value) => typeof value === 'string')) {
    return metadata as Readonly<Record<string, string>>;
  }
  throw damaged(where, `__metadata__ expected strings by name, got ${describe(metadata)}`);
}

function readEntry(entry: unknown, { name, where }: { name: string; where: string }): TensorInfo {
  const fail = (what: string) => damaged(where, `tensor ${describe(name)}: ${what}`);
  if (!isObject(entry)) throw fail(`expected an object, got ${describe(entry)}`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isDtype(dtype))
    throw fail(`dtype expected one of ${Object.keys(bytesPerElement).join(' ')}, got ${describe(dtype)}`);
  if (!isSizes(shape)) throw fail(`shape expected at most ${mostDimensions} integers ≥ 0, got ${describeArray(shape)}`);
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw fail(`data_offsets expected two integers ≥ 0, got ${describeArray(offsets)}`);
  }
  const [start, end] = offsets;
  const size = byteSize(shape, dtype);
  if (size === undefined) throw fail(`shape [${shape}] expected a size that can be counted, got more than 2⁵³ bytes`);
  if (end - start !== size)
    throw fail(`${dtype} [${shape}] expected ${size} bytes, got data_offsets [${start}, ${end})`);
  return { dtype, shape, start, end };
}

/** More dimensions than any tensor has. Limits the cost of a damaged shape. */
const mostDimensions = 32;

function isSizes(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.length <= mostDimensions &&
    value.every((size) => Number.isSafeInteger(size) && size >= 0)
  );
}

function describeArray(value: unknown): string {
  if (!Array.isArray(value) || value.length > mostDimensions) return describe(value);
  return `[${value.map(describe).join(', ')}]`;
}

/** Undefined if the product is not exact. */
function byteSize(shape: readonly number[], dtype: SafetensorsDtype): number | undefined {
  let count = 1;
  for (const dimension of shape) {
    count *= dimension;
    if (!Number.isSafeInteger(count)) return undefined;
  }
  const size = count * bytesPerElement[dtype];
  return size <= Number.MAX_SAFE_INTEGER ? size : undefined;
}

/** Tensors in file order must follow one another from the first byte to the end of the file. */
function checkLayout(tensors: readonly (readonly [string, TensorInfo])[], dataSize: number, where: string): void {
  let reached = 0;
  for (const [name, { start, end }] of tensors) {
    if (end > dataSize) {
      const lies = `tensor ${describe(name)} lies at [${start}, ${end})`;
      throw truncated(where, `${lies}: expected that much data, got ${dataSize} bytes`);
    }
    if (start !== reached) {
      const what = start < reached ? 'overlaps the one before' : 'leaves a hole';
      throw damaged(where, `tensor ${describe(name)} ${what}: expected it to start at ${reached}, got ${start}`);
    }
    reached = end;
  }
  if (reached !== dataSize) throw damaged(where, `expected ${reached} bytes of tensors, got ${dataSize}`);
}

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const open = new Set([0x7b, 0x5b]);
const close = new Set([0x7d, 0x5d]);

/**
 * Keys of a JSON object in the order of its text, repeated keys included, which `JSON.parse` would merge silently.
 *
 * @param json text of an object that `JSON.parse` accepts
 */
export function topLevelKeys(json: string): string[] {
  const keys: string[] = [];
  let depth = 0;
  let lastString = '';
  for (let i = 0; i < json.length; i++) {
    const character = json.charCodeAt(i);
    if (open.has(character)) depth++;
    else if (close.has(character)) depth--;
    else if (character === colon && depth === 1) keys.push(JSON.parse(lastString));
    else if (character === quote) {
      const end = endOfString(json, i);
      if (depth === 1) lastString = json.slice(i, end);
      i = end - 1;
    }
  }
  return keys;
}

/** The index after the string that starts at `start`. */
function endOfString(json: string, start: number): number {
  let i = start + 1;
  while (json.charCodeAt(i) !== quote) i += json.charCodeAt(i) === backslash ? 2 : 1;
  return i + 1;
}
