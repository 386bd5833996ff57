import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { goldens, hasGoldens, minilm } from '../../../test/goldens';
import { safetensorsBytes } from '../../../test/safetensors-bytes';
import { temporaryDirectory } from '../../../test/temporary';
import { openSafetensors } from './open-safetensors';

/** A file of one-dimensional tensors laid end to end. */
function writeFile(tensors: readonly { name: string; dtype: string; bytes: ArrayBuffer; length: number }[]): string {
  let start = 0;
  const header = Object.fromEntries(
    tensors.map(({ name, dtype, bytes, length }) => {
      const offsets = [start, start + bytes.byteLength];
      start = offsets[1];
      return [name, { dtype, shape: [length], data_offsets: offsets }];
    }),
  );
  const path = join(temporaryDirectory(), 'model.safetensors');
  writeFileSync(path, safetensorsBytes(header, Buffer.concat(tensors.map(({ bytes }) => Buffer.from(bytes)))));
  return path;
}

async function open(path: string) {
  const weights = await openSafetensors(path);
  onTestFinished(() => weights.close());
  return weights;
}

const damaged = (code: string, message: string) =>
  expect.objectContaining({ name: 'AttuneError', code, message: expect.stringContaining(message) });

describe('openSafetensors', () => {
  it('reads every dtype into its own kind of array', async () => {
    const weights = await open(
      writeFile([
        { name: 'f32', dtype: 'F32', bytes: Float32Array.of(1.5, -2).buffer, length: 2 },
        { name: 'f64', dtype: 'F64', bytes: Float64Array.of(Math.PI).buffer, length: 1 },
        { name: 'f16', dtype: 'F16', bytes: Uint16Array.of(0x3c00, 0xc000).buffer, length: 2 },
        { name: 'bf16', dtype: 'BF16', bytes: Uint16Array.of(0x3fc0, 0xff80).buffer, length: 2 },
        { name: 'i64', dtype: 'I64', bytes: BigInt64Array.of(-(2n ** 62n)).buffer, length: 1 },
        { name: 'i32', dtype: 'I32', bytes: Int32Array.of(-7, 9).buffer, length: 2 },
        { name: 'u8', dtype: 'U8', bytes: Uint8Array.of(255).buffer, length: 1 },
        { name: 'bool', dtype: 'BOOL', bytes: Uint8Array.of(1, 0, 1).buffer, length: 3 },
      ]),
    );
    const data = async (name: string) => (await weights.read(name)).data;
    expect(await data('f32')).toEqual(Float32Array.of(1.5, -2));
    expect(await data('f64')).toEqual(Float32Array.of(Math.PI));
    expect(await data('f16')).toEqual(Float32Array.of(1, -2));
    expect(await data('bf16')).toEqual(Float32Array.of(1.5, Number.NEGATIVE_INFINITY));
    expect(await data('i64')).toEqual(BigInt64Array.of(-(2n ** 62n)));
    expect(await data('i32')).toEqual(Int32Array.of(-7, 9));
    expect(await data('u8')).toEqual(Uint8Array.of(255));
    expect(await data('bool')).toEqual(Uint8Array.of(1, 0, 1));
    expect(await weights.read('f16')).toMatchObject({ name: 'f16', dtype: 'F16', shape: [2] });
  });

  it('converts a tensor of several buffers whole', async () => {
    const values = Float64Array.from({ length: 150_001 }, (_, i) => i / 7);
    const weights = await open(writeFile([{ name: 'a', dtype: 'F64', bytes: values.buffer, length: values.length }]));
    const { data } = await weights.read('a');
    expect(Buffer.from(data.buffer).equals(Buffer.from(Float32Array.from(values).buffer))).toBe(true);
  });

  it('reads into part of a larger array, and only there', async () => {
    const weights = await open(
      writeFile([{ name: 'a', dtype: 'F32', bytes: Float32Array.of(1, 2, 3).buffer, length: 3 }]),
    );
    const arena = new Float32Array(5).fill(9);
    await weights.readInto('a', arena.subarray(1, 4));
    expect(arena).toEqual(Float32Array.of(9, 1, 2, 3, 9));
  });

  it('refuses a wrong name, target or dtype', async () => {
    const weights = await open(
      writeFile([
        { name: 'a', dtype: 'I64', bytes: new ArrayBuffer(8), length: 1 },
        { name: 'b', dtype: 'U16', bytes: new ArrayBuffer(2), length: 1 },
        { name: 'c', dtype: 'F32', bytes: new ArrayBuffer(4), length: 1 },
      ]),
    );
    await expect(weights.read('d')).rejects.toThrow(RangeError);
    await expect(weights.readInto('c', new Float32Array(2))).rejects.toThrow('expected a target of 1 elements, got 2');
    await expect(weights.readInto('a', new Float32Array(1))).rejects.toThrow(damaged('CHECKPOINT_DTYPE', 'got I64'));
    await expect(weights.read('b')).rejects.toThrow(damaged('CHECKPOINT_DTYPE', 'got U16'));
  });

  it('names a file that is missing, a directory, or shorter than its header says', async () => {
    const directory = temporaryDirectory();
    await expect(openSafetensors(join(directory, 'none'))).rejects.toThrow(damaged('CHECKPOINT_MISSING', 'none:'));
    await expect(openSafetensors(directory)).rejects.toThrow(damaged('CHECKPOINT_UNREADABLE', 'got something else'));
    const path = writeFile([{ name: 'a', dtype: 'F32', bytes: new ArrayBuffer(400), length: 100 }]);
    truncateSync(path, 300);
    await expect(openSafetensors(path)).rejects.toThrow(damaged('CHECKPOINT_TRUNCATED', 'tensor "a" lies at [0, 400)'));
    truncateSync(path, 0);
    await expect(openSafetensors(path)).rejects.toThrow(damaged('CHECKPOINT_TRUNCATED', 'got 0'));
  });

  it('notices a file that shrinks while it is open', async () => {
    const path = writeFile([{ name: 'a', dtype: 'F32', bytes: new ArrayBuffer(400), length: 100 }]);
    const weights = await open(path);
    truncateSync(path, 300);
    await expect(weights.read('a')).rejects.toThrow(damaged('CHECKPOINT_TRUNCATED', 'tensor "a": expected 400 bytes'));
  });

  it('fails after it is closed', async () => {
    const weights = await openSafetensors(writeFile([]));
    await weights.close();
    await expect(weights.read('a')).rejects.toThrow();
  });
});

describe.skipIf(!hasGoldens)("the reference's files (needs ../shared/goldens and ../shared/weights)", () => {
  const files = hasGoldens ? readdirSync(goldens, { recursive: true, encoding: 'utf8' }) : [];

  it.each(files.filter((name) => name.endsWith('.safetensors')))('reads every tensor of %s', async (name) => {
    const bytes = readFileSync(`${goldens}${name}`);
    const weights = await open(`${goldens}${name}`);
    const dataStart = 8 + Number(bytes.readBigUInt64LE(0));
    expect(weights.tensors.size).toBeGreaterThan(0);
    for (const [name, { start, end }] of weights.tensors) {
      const { data } = await weights.read(name);
      const inFile = bytes.subarray(dataStart + start, dataStart + end);
      expect(Buffer.from(data.buffer).equals(inFile), name).toBe(true);
    }
  });

  it("reads MiniLM's position buffer beside its parameters", async () => {
    const weights = await open(join(minilm, 'model.safetensors'));
    const { data, shape } = await weights.read('embeddings.position_ids');
    expect(shape).toEqual([1, 512]);
    expect(data).toEqual(BigInt64Array.from({ length: 512 }, (_, i) => BigInt(i)));
  });
});
