import { appendFileSync, closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { AttuneError } from '@attune/internal';
import { makeDirectorySync } from '@attune/internal/node';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { EvaluationEvent, LossEvent } from '../../loop/events';

// The parts of TensorBoard and W&B files: the metrics of events, protobuf messages, checksums, and a file that
// grows.

/** Fields other than metrics, and those of time. */
const notScalars = new Set(['type', 'step', 'epoch', 'time']);

/** Charts whose name is not `train/` or `eval/` and the field's own. */
const charts: Readonly<Record<string, string>> = {
  learningRate: 'train/learning_rate',
  gradNorm: 'train/grad_norm',
  tokensPerSecond: 'train/tokens_per_second',
  trainLoss: 'train/epoch_loss',
  trainAccuracy: 'train/epoch_accuracy',
};

/** The metrics of an event by chart, `train/loss` or `eval/macroF1`, under transformers' names where it has them. */
export function scalarsOf(event: LossEvent | EvaluationEvent): Record<string, number> {
  const scalars: Record<string, number> = {};
  for (const [name, value] of Object.entries(event)) {
    if (notScalars.has(name) || typeof value !== 'number') continue;
    scalars[charts[name] ?? `${event.type}/${name}`] = value;
  }
  return scalars;
}

/** A field of a protobuf message: its number in the schema, its type and its value. An int32 is written as an int64. */
export type Field =
  | readonly [number: number, type: 'int64' | 'double' | 'float', value: number]
  | readonly [number: number, type: 'string', value: string]
  | readonly [number: number, type: 'message', value: Uint8Array];

/**
 * The bytes of a protobuf message with these fields, in this order; defaults are written out.
 *
 * ```ts
 * message([1, 'string', 'loss'], [2, 'float', 0.5]); // 0a 04 6c 6f 73 73 15 00 00 00 3f
 * ```
 */
export function message(...fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  for (const field of fields) writeField(writer, field);
  return writer.finish() as Uint8Array<ArrayBuffer>;
}

function writeField(writer: BinaryWriter, [number, type, value]: Field): void {
  if (type === 'string') writer.tag(number, WireType.LengthDelimited).string(value);
  else if (type === 'message') writer.tag(number, WireType.LengthDelimited).bytes(value);
  else if (type === 'int64') writer.tag(number, WireType.Varint).int64(value);
  else if (type === 'double') writer.tag(number, WireType.Bit64).double(value);
  else writer.tag(number, WireType.Bit32).float(value);
}

/** The remainders of every byte for a polynomial, its bits reversed. */
function remainders(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
    return remainder;
  });
}

function checksum(table: Uint32Array, bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) remainder = (remainder >>> 8) ^ table[(remainder ^ byte) & 0xff];
  return (remainder ^ 0xffffffff) >>> 0;
}

const ieee = remainders(0xedb88320);
const castagnoli = remainders(0x82f63b78);

/** CRC-32 as zlib computes it (IEEE 802.3). */
export const crc32 = (bytes: Uint8Array): number => checksum(ieee, bytes);

/** CRC-32C (Castagnoli; RFC 3720, section 12.1). */
export const crc32c = (bytes: Uint8Array): number => checksum(castagnoli, bytes);

/** All parts in one array. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A file that grows record by record. `append` returns once the system has the bytes, so that a killed process loses nothing. */
export interface GrowingFile {
  readonly path: string;
  /** Bytes so far. */
  length(): number;
  append(bytes: Uint8Array): void;
  close(): void;
}

/**
 * Makes a new file, and its directories.
 * @throws AttuneError OUTPUT_UNUSABLE where it cannot be made or written, and where it exists
 */
export function createGrowingFile(path: string): GrowingFile {
  const descriptor = reporting(path, () => {
    makeDirectorySync(dirname(path));
    return openSync(path, 'wx');
  });
  let length = 0;
  return {
    path,
    length: () => length,
    append(bytes) {
      reporting(path, () => appendFileSync(descriptor, bytes));
      length += bytes.length;
    },
    close: () => closeSync(descriptor),
  };
}

function reporting<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const { message } = error as Error;
    throw new AttuneError('OUTPUT_UNUSABLE', `${path}: expected a new file to write to (${message})`, { cause: error });
  }
}
