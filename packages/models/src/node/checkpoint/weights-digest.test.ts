import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type * as promises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it, vi } from 'vitest';
import { loadModel } from '../load-model';
import { openSafetensors } from './open-safetensors';
import { isWeightsDigest } from './weights-digest';
import { writeSafetensors } from './write-safetensors';

/** Bytes that were read from open files. */
const disk = vi.hoisted(() => ({ read: 0 }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof promises>();
  return {
    ...real,
    open: async (path: string, ...rest: []) => {
      const file = await real.open(path, ...rest);
      const read = file.read.bind(file) as (...range: unknown[]) => Promise<{ bytesRead: number }>;
      file.read = (async (...range: unknown[]) => {
        const result = await read(...range);
        disk.read += result.bytesRead;
        return result;
      }) as never;
      return file;
    },
  };
});

const fixture = fileURLToPath(new URL('../../../fixtures/bert-single', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'attune-digest-'));
afterAll(() => rmSync(directory, { recursive: true }));

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A copy of the fixture, whose weights are changed. */
function copied(name: string, change: (bytes: Buffer) => Buffer): string {
  const target = join(directory, name);
  cpSync(fixture, target, { recursive: true });
  const path = join(target, 'model.safetensors');
  writeFileSync(path, change(readFileSync(path)));
  return target;
}

it('is of the bytes in the file, in every dtype, read once', async () => {
  const bfloat16 = Uint8Array.of(0x80, 0x3f, 0, 0x40, 0, 0xc0);
  const header = JSON.stringify({
    half: { dtype: 'BF16', shape: [3], data_offsets: [0, 6] },
    whole: { dtype: 'F32', shape: [1], data_offsets: [6, 10] },
  });
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
  const one = Uint8Array.of(0, 0, 0x80, 0x3f);
  const head = Buffer.concat([Buffer.from(BigUint64Array.of(BigInt(padded.length)).buffer), Buffer.from(padded)]);
  const path = join(directory, 'two.safetensors');
  writeFileSync(path, Buffer.concat([head, bfloat16, one]));
  disk.read = 0;
  const weights = await openSafetensors(path, { hash: true });
  expect(weights.files).toEqual({ 'two.safetensors': { bytes: head.length + 10, header: sha256(head) } });
  expect((await weights.read('half')).data).toEqual(Float32Array.of(1, 2, -2));
  await weights.readInto('whole', new Float32Array(1));
  await weights.close();
  expect(Object.fromEntries(weights.hashes)).toEqual({ half: sha256(bfloat16), whole: sha256(one) });
  expect(disk.read).toBe(statSync(path).size + 8); // the header's length comes first
});

it('is asked for, costs no second reading, and is the same wherever the model is', async () => {
  disk.read = 0;
  expect(await loadModel(fixture)).not.toHaveProperty('digest');
  const plain = disk.read;
  disk.read = 0;
  const { digest } = await loadModel(fixture, { digest: true });
  expect(disk.read).toBe(plain);
  expect(isWeightsDigest(JSON.parse(JSON.stringify(digest)))).toBe(true);
  const elsewhere = copied('same', (bytes) => bytes);
  expect((await loadModel(elsewhere, { digest })).digest).toEqual(digest);
});

it('refuses other weights: sizes and headers before any number is read', async () => {
  const { digest } = await loadModel(fixture, { digest: true });
  const flipped = copied('flipped', (bytes) => {
    bytes[bytes.length - 4] ^= 1;
    return bytes;
  });
  await expect(loadModel(flipped, { digest })).rejects.toMatchObject({
    code: 'MODEL_CHANGED',
    message: `${flipped}: expected the original weights, got others; restore the model's files`,
  });
  const renamed = copied('renamed', (bytes) => {
    const at = bytes.indexOf('"format":"pt"');
    bytes.write('"format":"np"', at);
    return bytes;
  });
  disk.read = 0;
  await expect(loadModel(renamed, { digest })).rejects.toMatchObject({
    code: 'MODEL_CHANGED',
    message: expect.stringContaining(
      'expected the names, types and shapes of model.safetensors as in training, got others',
    ),
  });
  expect(disk.read).toBeLessThan(statSync(join(fixture, 'model.safetensors')).size / 2);
  const fewer = copied('fewer', (bytes) => bytes);
  const weights = await openSafetensors(join(fixture, 'model.safetensors'));
  const [name] = [...weights.tensors.keys()];
  const { shape, data } = await weights.read(name);
  await weights.close();
  await writeSafetensors(join(fewer, 'model.safetensors'), [{ name, shape, data: data as Float32Array }]);
  await expect(loadModel(fewer, { digest })).rejects.toMatchObject({
    code: 'MODEL_CHANGED',
    message: expect.stringMatching(/expected \d+ bytes in model\.safetensors, got \d+/),
  });
  expect(readdirSync(fewer)).toEqual(readdirSync(fixture));
});

it.each([
  undefined,
  'sha',
  { tensors: 'a' },
  { files: {}, tensors: 1 },
  { files: { a: { bytes: 1.5, header: 'a' } }, tensors: 'a' },
  { files: { a: { bytes: 1 } }, tensors: 'a' },
])('is told from %j', (value) => {
  expect(isWeightsDigest(value)).toBe(false);
});
