import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { logRecords } from '../../../test/decode';
import { logRecord, wandbFileHead } from './wandb-file';

/** A file of records of these lengths, each of bytes of its own. */
function fileOf(lengths: readonly number[]) {
  const records = lengths.map((length, i) => Buffer.alloc(length, i + 1));
  const file = records.reduce((bytes, record) => {
    return Buffer.concat([bytes, logRecord(record, bytes.length)]);
  }, Buffer.from(wandbFileHead));
  return { records, file };
}

describe("records of LevelDB's log format", () => {
  // All three as written by the DataStore of wandb 0.21.4.
  it('have the bytes that wandb writes', () => {
    const file = Buffer.concat([wandbFileHead, logRecord(new TextEncoder().encode('attune'), 7)]);
    expect(file.toString('hex')).toBe('3a572642e1be00b4002084060001617474756e65');
  });

  it.each([
    [32_741, '4e7ab633ad0313be861674ff6418e0df2146de3368004a850074ff57270b5dd5'],
    [32_747, '8634376d96e548f12f7059382df07c454f754631c72125dfc5ce6e63c6857fd3'],
    [100_000, 'd9ec0dcd5640c20368bee50e2a6ae9c631f8661949854fd6b9225abeb3f672b0'],
  ])('have them across blocks, one of %i bytes first', (length, sha256) => {
    const { file } = fileOf([length, 5, 70_000, 0, 3]);
    expect(createHash('sha256').update(file).digest('hex')).toBe(sha256);
  });

  // 32754 bytes fill the first block exactly; each shorter by one leaves one more byte at its end, room for a head alone at seven.
  it.each([0, 1, 32745, 32746, 32747, 32748, 32753, 32754, 32755, 32768, 65000, 100_000])(
    'come back, one of %i bytes first',
    (length) => {
      const { records, file } = fileOf([length, 5, 70_000, 0, 3]);
      expect(logRecords(file).map((record) => record.toString('hex'))).toEqual(
        records.map((record) => record.toString('hex')),
      );
    },
  );

  it('come back up to where a file was cut off', () => {
    const { records, file } = fileOf([20, 40_000, 30]);
    const ends = [7 + 7 + 20, 7 + 7 + 20 + 40_000 + 14, file.length];
    for (const [length, whole] of [
      [ends[0] - 1, 0],
      [ends[0], 1],
      [ends[0] + 3, 1],
      [33_000, 1],
      [ends[1] - 1, 1],
      [ends[1], 2],
      [ends[2], 3],
    ])
      expect(logRecords(file.subarray(0, length)).map((record) => record.length)).toEqual(
        records.slice(0, whole).map((record) => record.length),
      );
  });
});
