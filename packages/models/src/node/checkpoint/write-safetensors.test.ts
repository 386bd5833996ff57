import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '@attune/internal/node';
import { describe, expect, it } from 'vitest';
import { goldens, hasGoldens } from '../../../test/goldens';
import { temporaryDirectory } from '../../../test/temporary';
import { openSafetensors } from './open-safetensors';
import { type WritableTensor, writeSafetensors } from './write-safetensors';

const tensor = (name: string, values: number[], shape = [values.length]): WritableTensor => {
  return { name, shape, data: Float32Array.from(values) };
};

describe('writeSafetensors', () => {
  it('reads back the same values, from views and of empty and scalar tensors too', async () => {
    const path = join(temporaryDirectory(), 'new', 'model.safetensors');
    const view = Float32Array.of(9, 1, 2, 3, 4, 9).subarray(1, 5);
    const tensors = [{ name: 'w', shape: [2, 2], data: view }, tensor('empty', [], [0, 3]), tensor('loss', [0.5], [])];
    await writeSafetensors(path, tensors);
    const weights = await openSafetensors(path);
    expect(await weights.read('w')).toMatchObject({ shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) });
    expect(await weights.read('empty')).toMatchObject({ shape: [0, 3], data: new Float32Array() });
    expect(await weights.read('loss')).toMatchObject({ shape: [], data: Float32Array.of(0.5) });
    await weights.close();
  });

  it('writes the same bytes in whatever order tensors come, over a file that is there', async () => {
    const path = join(temporaryDirectory(), 'model.safetensors');
    await writeSafetensors(path, [tensor('a', [1]), tensor('b', [2, 3])]);
    const bytes = readFileSync(path);
    await writeSafetensors(path, [tensor('b', [2, 3]), tensor('a', [1])].values());
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('refuses what does not fit, and writes nothing', async () => {
    const directory = temporaryDirectory();
    const write = (...tensors: WritableTensor[]) => writeSafetensors(join(directory, 'model.safetensors'), tensors);
    const doubles = { name: 'a', shape: [1], data: Float64Array.of(1) } as unknown as WritableTensor;
    await expect(write(doubles)).rejects.toThrow(TypeError);
    await expect(write(tensor('a', [1, 2, 3], [2, 2]))).rejects.toThrow('a [2,2] expected 4 elements, got 3');
    await expect(write(tensor('a', [1], [-1, -1]))).rejects.toThrow(RangeError);
    await expect(write(tensor('a', [1]), tensor('a', [2]))).rejects.toThrow(RangeError);
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('writeFileAtomically', () => {
  it('keeps the old file and leaves nothing beside it when writing fails', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'a.txt');
    writeFileSync(path, 'old');
    const failed = writeFileAtomically(path, async (file) => {
      await file.writeFile('half');
      throw new Error('no space');
    });
    await expect(failed).rejects.toThrow('no space');
    expect(readdirSync(directory)).toEqual(['a.txt']);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});

describe.skipIf(!hasGoldens)("the reference's files (needs ../shared/goldens)", () => {
  const folders = hasGoldens ? readdirSync(goldens).filter((name) => existsSync(`${goldens}${name}/config.json`)) : [];

  it.each(folders)('writes %s/model.safetensors byte for byte', async (folder) => {
    const source = `${goldens}${folder}/model.safetensors`;
    const weights = await openSafetensors(source);
    const tensors: WritableTensor[] = [];
    for (const name of weights.tensors.keys()) tensors.push((await weights.read(name)) as WritableTensor);
    await weights.close();
    const path = join(temporaryDirectory(), 'model.safetensors');
    await writeSafetensors(path, tensors.reverse());
    expect(readFileSync(path).equals(readFileSync(source))).toBe(true);
  });
});
