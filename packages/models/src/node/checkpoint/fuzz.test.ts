import { cpSync, ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { fuzz } from '../../../test/fuzz/fuzz';
import { observe } from '../../../test/fuzz/watch';
import { temporaryDirectory } from '../../../test/temporary';
import { serializeHeader } from '../../checkpoint/serialize-header';
import { loadModel } from '../load-model';
import { openSafetensors } from './open-safetensors';

await vi.hoisted(async () => (await import('../../../test/fuzz/watch')).watchAllocations());
vi.mock('node:fs/promises', async (original) =>
  (await import('../../../test/fuzz/watch')).watchedFiles(await original()),
);

/** Each kind of case must come to each of these, or the changes have become too harsh or too gentle to show anything. */
const everyOutcome = {
  reader: ['loaded', 'CHECKPOINT_HEADER', 'CHECKPOINT_TRUNCATED'],
  model: ['loaded', 'CHECKPOINT_HEADER', 'CHECKPOINT_INCOMPLETE', 'CHECKPOINT_SHAPE', 'CHECKPOINT_DTYPE'],
  shards: ['loaded', 'CHECKPOINT_HEADER', 'CHECKPOINT_INDEX', 'CHECKPOINT_INCOMPLETE', 'CHECKPOINT_JSON'],
  config: ['loaded', 'CHECKPOINT_CONFIG', 'CHECKPOINT_UNSUPPORTED', 'CHECKPOINT_JSON', 'CHECKPOINT_SHAPE'],
};

// 100,000 more are in fuzz.slow.test.ts.
it('loads what a changed checkpoint says, or refuses it with the reason: 2,000 changes', async () => {
  const { outcomes, failures } = await fuzz({ directory: temporaryDirectory(), seed: 1, count: 2000 });
  expect(failures).toEqual([]);
  const expected = Object.entries(everyOutcome).flatMap(([kind, all]) => all.map((outcome) => `${kind} ${outcome}`));
  expect(Object.keys(outcomes)).toEqual(expect.arrayContaining(expected));
});

describe('a file of 4 GB', () => {
  /** A file of that size with holes in it, which takes no room on the disk. */
  function sparseFile(start: Uint8Array, size: number): string {
    const path = join(temporaryDirectory(), 'model.safetensors');
    const file = openSync(path, 'w');
    writeSync(file, start);
    ftruncateSync(file, size);
    return path;
  }

  it.each([2n ** 32n - 8n, 2n ** 32n, 2n ** 53n, 2n ** 64n - 1n])(
    'is not read for a header of %i bytes',
    async (length) => {
      const path = sparseFile(new Uint8Array(BigUint64Array.of(length).buffer), 2 ** 32);
      const seen = await observe(async () => {
        const error = expect.objectContaining({ name: 'AttuneError', code: 'CHECKPOINT_HEADER' });
        await expect(openSafetensors(path)).rejects.toThrow(error);
      });
      expect(seen).toMatchObject({ opened: [path], outside: [], total: 8 });
    },
  );

  it('is read by its header and what is asked for', async () => {
    const tensors = [
      { name: 'large', dtype: 'F64', shape: [2 ** 29 - 100] },
      { name: 'small', dtype: 'F32', shape: [5] },
    ] as const;
    const { bytes, header } = serializeHeader(tensors);
    const weights = await openSafetensors(sparseFile(bytes, bytes.length + header.tensors.get('small')!.end));
    const seen = await observe(async () => {
      expect((await weights.read('small')).data.join()).toBe('0,0,0,0,0');
    });
    expect(seen).toMatchObject({ outside: [], total: 20 });
    await weights.close();
  });
});

it('reports a tensor called as a method of every object', async () => {
  const directory = temporaryDirectory();
  cpSync(fileURLToPath(new URL('../../../fixtures/bert-single', import.meta.url)), directory, { recursive: true });
  const path = join(directory, 'model.safetensors');
  const file = readFileSync(path);
  const header = file.subarray(8, 8 + Number(file.readBigUInt64LE())).toString();
  const { __metadata__, ...entries } = JSON.parse(header);
  const json = Buffer.from(JSON.stringify({ ...entries, toString: { dtype: 'U8', shape: [0], data_offsets: [0, 0] } }));
  const length = Buffer.from(BigUint64Array.of(BigInt(json.length)).buffer);
  writeFileSync(path, Buffer.concat([length, json, file.subarray(8 + header.length)]));
  expect((await loadModel(directory)).unexpected).toEqual(['toString']);
});
