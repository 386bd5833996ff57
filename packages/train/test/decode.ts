import { crc32 as zlibCrc32 } from 'node:zlib';

// Readers of the formats, for tests: written from the formats' descriptions, sharing nothing with the writers.

/** A protobuf message as its fields, each a number and a raw value: bytes, or for a varint its value. */
export type RawField = readonly [field: number, value: Buffer | bigint];

export function rawFields(bytes: Buffer): RawField[] {
  const fields: RawField[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number) => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const wireType = tag & 7;
    const value = wireType === 0 ? varint() : take(wireType === 1 ? 8 : wireType === 5 ? 4 : Number(varint()));
    fields.push([tag >> 3, value]);
  }
  return fields;
}

/** The values of a field, as bytes. */
export const all = (bytes: Buffer, field: number) =>
  rawFields(bytes).flatMap(([number, value]) => (number === field ? [value as Buffer] : []));

export const one = (bytes: Buffer, field: number) => all(bytes, field)[0];

/** The value of an integer field. */
export const integer = (bytes: Buffer, field: number) =>
  Number(rawFields(bytes).find(([number]) => number === field)?.[1]);

/** The data of a TFRecord file's whole records; their lengths are believed, their checksums are not looked at. */
export function tfRecords(bytes: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let at = 0; at + 12 <= bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    if (at + 16 + length > bytes.length) break;
    records.push(bytes.subarray(at + 12, at + 12 + length));
    at += 16 + length;
  }
  return records;
}

/** The whole records of a `.wandb` file, read block by block as LevelDB's reader does. */
export function logRecords(bytes: Buffer): Buffer[] {
  const records: Buffer[] = [];
  let parts: Buffer[] = [];
  for (let block = 0; block < bytes.length; block += 32768) {
    const end = Math.min(block + 32768, bytes.length);
    let at = block === 0 ? 7 : block;
    while (at + 7 <= end) {
      const length = bytes.readUInt16LE(at + 4);
      const next = at + 7 + length;
      if (next > end) return records;
      if (bytes.readUInt32LE(at) !== zlibCrc32(bytes.subarray(at + 6, next))) throw new Error(`damaged at ${at}`);
      const kind = bytes[at + 6];
      parts = kind === 1 || kind === 2 ? [bytes.subarray(at + 7, next)] : [...parts, bytes.subarray(at + 7, next)];
      if (kind === 1 || kind === 4) records.push(Buffer.concat(parts));
      at = next;
    }
  }
  return records;
}

/** The items of a config, history or summary: JSON by key. */
export function jsonItems(bytes: Buffer): Record<string, string> {
  return Object.fromEntries(all(bytes, 1).map((item) => [String(one(item, 1)), String(one(item, 16))]));
}
