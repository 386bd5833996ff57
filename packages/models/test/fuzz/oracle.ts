import { widths } from './layout';

/** A tensor as the file has it: the bytes themselves. */
export interface FileTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export type FileTensors = ReadonlyMap<string, FileTensor>;

/**
 * What a safetensors file says, or undefined where it says nothing valid: the format's rules written down once more,
 * as plainly as can be, with nothing of the reader that is tested.
 *
 * Source: https://github.com/huggingface/safetensors#format
 */
export function tensorsInFile(file: Uint8Array): FileTensors | undefined {
  const bytes = Buffer.from(file);
  if (bytes.length < 8) return undefined;
  const length = bytes.readBigUInt64LE(0);
  if (length > 100_000_000n || length > BigInt(bytes.length - 8)) return undefined;
  const header = parse(bytes.subarray(8, 8 + Number(length)));
  if (!header) return undefined;
  const data = bytes.subarray(8 + Number(length));
  const { __metadata__: metadata, ...entries } = header;
  if (metadata !== undefined && !(isRecord(metadata) && Object.values(metadata).every(isString))) return undefined;
  const all = Object.entries(entries);
  if (!all.every(([, entry]) => isTensor(entry))) return undefined;
  const tensors = all as [string, SoundEntry][];
  if (!ownEachByteOnce(tensors, data.length)) return undefined;
  return new Map(
    tensors.map(([name, { dtype, shape, data_offsets }]) => [
      name,
      { dtype, shape, bytes: data.subarray(...data_offsets) },
    ]),
  );
}

interface SoundEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const isString = (value: unknown) => typeof value === 'string';
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isSize = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

function parse(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const json: unknown = JSON.parse(text);
    return isRecord(json) && countMembers(text) === Object.keys(json).length ? json : undefined;
  } catch {
    return undefined;
  }
}

/** Members of an object as its text has them: the colons at its own depth. */
function countMembers(text: string): number {
  const bare = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  let [depth, colons] = [0, 0];
  for (const character of bare) {
    if ('{['.includes(character)) depth++;
    if ('}]'.includes(character)) depth--;
    if (character === ':' && depth === 1) colons++;
  }
  return colons;
}

function isTensor(entry: unknown): entry is SoundEntry {
  if (!isRecord(entry)) return false;
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.keys(widths).includes(dtype)) return false;
  if (!Array.isArray(shape) || shape.length > 32 || !shape.every(isSize)) return false;
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) return false;
  const sizes = shape.map((_, i) => shape.slice(0, i + 1).reduce((product, one) => product * one, widths[dtype]));
  return sizes.every(isSize) && offsets[1] - offsets[0] === (sizes.at(-1) ?? widths[dtype]);
}

/** Every byte belongs to one tensor, and a tensor without bytes lies between two others. */
function ownEachByteOnce(tensors: readonly (readonly [string, SoundEntry])[], size: number): boolean {
  const owners = new Uint8Array(size);
  const borders = new Set([0]);
  for (const [
    ,
    {
      data_offsets: [start, end],
    },
  ] of tensors) {
    if (end > size) return false;
    for (let i = start; i < end; i++) owners[i] = Math.min(2, owners[i] + 1);
    if (end > start) borders.add(end);
  }
  return owners.every((count) => count === 1) && tensors.every(([, { data_offsets }]) => borders.has(data_offsets[0]));
}

/** Elements of a float tensor as float32, written apart from the reader's own conversion. */
export function floatsOf({ dtype, bytes }: FileTensor): Float32Array | undefined {
  const view = Buffer.from(bytes);
  const every = (width: number, read: (at: number) => number) =>
    Float32Array.from({ length: bytes.length / width }, (_, i) => read(i * width));
  if (dtype === 'F32') return every(4, (at) => view.readFloatLE(at));
  if (dtype === 'F64') return every(8, (at) => view.readDoubleLE(at));
  if (dtype === 'BF16') return every(2, (at) => Buffer.from([0, 0, view[at], view[at + 1]]).readFloatLE(0));
  if (dtype === 'F16') return every(2, (at) => half(view.readUInt16LE(at)));
  return undefined;
}

function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15, (bits >> 10) & 31, bits & 1023];
  const size =
    exponent === 31
      ? fraction
        ? Number.NaN
        : 1 / 0
      : exponent
        ? 2 ** (exponent - 15) * (1 + fraction / 1024)
        : fraction / 2 ** 24;
  return sign ? -size : size;
}
