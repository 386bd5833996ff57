import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import type * as promises from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32 } from '@attune/engine';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { crc32 } from '../callbacks/encoding';
import type { Checkpoint } from './checkpoint-files';
import { newestCheckpoint, saveCheckpoint } from './checkpoints';

/** What the disk refuses: called with each path that is opened for writing or made, before it is. */
const disk = vi.hoisted(() => ({
  make: (_: string): void => {},
  /** Bytes that there is room for. */
  room: Number.POSITIVE_INFINITY,
}));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof promises>();
  const failing = (code: string, says: string) => Object.assign(new Error(`${code}: ${says}, write`), { code });
  const take = (data: string | Uint8Array) => {
    disk.room -= data.length;
    if (disk.room < 0) throw failing('ENOSPC', 'no space left on device');
  };
  return {
    ...real,
    mkdir: async (path: string, ...rest: []) => {
      disk.make(path);
      return real.mkdir(path, ...rest);
    },
    open: async (path: string, ...rest: []) => {
      const file = await real.open(path, ...rest);
      const { writeFile } = file;
      file.writeFile = async (data, ...options) => {
        take(data as Uint8Array);
        return writeFile.call(file, data, ...options);
      };
      return file;
    },
    writeFile: async (path: string, data: string, ...rest: []) => {
      take(data);
      return real.writeFile(path, data, ...rest);
    },
  };
});

const tensors = (value: number) => ({ weight: float32(new Float32Array(1000).fill(value)) });

function checkpoint(step: number): Checkpoint {
  return {
    saved: {
      state: { step, parameters: tensors(step), moments: { first: tensors(step + 0.25), second: tensors(step + 0.5) } },
      log: { losses: [0.5], tokens: 10 * step },
      metrics: { loss: 1, weight: 2, examples: 3 },
      clock: { total: step, running: step },
    },
    environment: { engine: 'onnx', threads: 2, node: 'v20', attune: '0' },
    dataHash: 'abc',
    lines: step,
  };
}

let run: string;
const place = (step: number, ...names: string[]) => join(run, 'checkpoints', `step-${step}`, ...names);
const readState = (step: number) => readFileSync(place(step, 'state.json'), 'utf8');
const listed = () => readdirSync(join(run, 'checkpoints')).sort();

/** The checkpoint that is found, and what was said. */
async function newest() {
  const notes: string[] = [];
  const found = await newestCheckpoint(run, (note) => notes.push(note));
  return { found, notes };
}

beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'attune-checkpoints-'));
});
afterEach(async () => {
  Object.assign(disk, { make: () => {}, room: Number.POSITIVE_INFINITY });
  await rm(run, { recursive: true, force: true });
});

describe('a checkpoint', () => {
  it('is read as it was written, and the oldest go', async () => {
    for (const step of [1, 2, 10]) expect(await saveCheckpoint(run, checkpoint(step), 2)).toBe(place(step));
    expect(listed()).toEqual(['step-10', 'step-2']);
    const { found, notes } = await newest();
    expect(found).toEqual({ ...checkpoint(10), path: place(10) });
    expect(notes).toEqual([]);
  });

  // A tensor file has 4,000 bytes and its header: full at once, in the first file, in the second, in the state.
  it.each([0, 3000, 6000, 9000, 12_300])(
    'leaves the older one, and nothing else, where the disk is full after %i bytes',
    async (room) => {
      await saveCheckpoint(run, checkpoint(1), 1);
      disk.room = room;
      await expect(saveCheckpoint(run, checkpoint(2), 1)).rejects.toMatchObject({
        code: 'CHECKPOINT_UNWRITTEN',
        message: `${place(2)}: the checkpoint could not be written (ENOSPC: no space left on device, write); the newest is still ${place(1)}: make room for 1 MB on the disk, then resume`,
      });
      expect(listed()).toEqual(['step-1']);
      expect((await newest()).found).toEqual({ ...checkpoint(1), path: place(1) });
      disk.room = Number.POSITIVE_INFINITY;
      await saveCheckpoint(run, checkpoint(2), 1);
      expect(listed()).toEqual(['step-2']);
    },
  );

  it('says what to do where the directory cannot be written to', async () => {
    disk.make = (path) => {
      throw Object.assign(new Error(`EACCES: permission denied, mkdir '${path}'`), { code: 'EACCES' });
    };
    const saved = saveCheckpoint(run, checkpoint(1));
    await expect(saved).rejects.toThrow(
      /could not be written \(EACCES: .*\); there is no older one: check that .* is writable, then train again$/,
    );
    await expect(saved).rejects.toMatchObject({ code: 'CHECKPOINT_UNWRITTEN' });
    expect(readdirSync(run)).toEqual([]);
  });

  it('says what is in its place where that is a file', async () => {
    writeFileSync(join(run, 'checkpoints'), 'mine');
    await expect(saveCheckpoint(run, checkpoint(1))).rejects.toMatchObject({ code: 'CHECKPOINT_UNWRITTEN' });
    expect(readFileSync(join(run, 'checkpoints'), 'utf8')).toBe('mine');
  });

  it('is written although the older ones, or the whole folder, were deleted meanwhile', async () => {
    await saveCheckpoint(run, checkpoint(1), 1);
    rmSync(place(1), { recursive: true });
    await saveCheckpoint(run, checkpoint(2), 1);
    rmSync(join(run, 'checkpoints'), { recursive: true });
    await saveCheckpoint(run, checkpoint(3), 1);
    expect((await newest()).found).toEqual({ ...checkpoint(3), path: place(3) });
  });
});

describe('a damaged checkpoint', () => {
  const damage: [string, (file: (name: string) => string) => void, RegExp][] = [
    ['without its state', (file) => rmSync(file('state.json')), /state\.json: .*found no such file/],
    ['with half a state', (file) => truncateSync(file('state.json'), 100), /state\.json: .*a damaged file/],
    ['with an empty state', (file) => truncateSync(file('state.json')), /state\.json: .*a damaged file/],
    [
      'whose state says nothing',
      (file) => writeFileSync(file('state.json'), 'null'),
      /expected version 1, got undefined/,
    ],
    ['without its parameters', (file) => rmSync(file('model.safetensors')), /model\.safetensors: .*found no such file/],
    ['with half its parameters', (file) => truncateSync(file('model.safetensors'), 2000), /model\.safetensors/],
    ['with an empty file', (file) => truncateSync(file('optimizer.safetensors')), /optimizer\.safetensors/],
  ];

  it.each(damage)('%s is passed over for the older one', async (_, hurt, says) => {
    for (const step of [1, 2]) await saveCheckpoint(run, checkpoint(step));
    hurt((name) => place(2, name));
    const { found, notes } = await newest();
    expect(found).toEqual({ ...checkpoint(1), path: place(1) });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(`${place(2)} is damaged and skipped`);
    expect(notes[0]).toMatch(says);
  });

  it('is passed over whichever bit of it has flipped', async () => {
    const best = { step: 1, epoch: 1, value: 0.25, since: 1, parameters: tensors(7) };
    const newer = { ...checkpoint(2), saved: { ...checkpoint(2).saved, best } };
    await saveCheckpoint(run, checkpoint(1));
    await saveCheckpoint(run, newer);
    for (const name of readdirSync(place(2))) {
      const whole = readFileSync(place(2, name));
      for (let i = 0; i < 80; i++) {
        const flipped = Uint8Array.from(whole);
        flipped[Math.floor((i / 80) * whole.length)] ^= 1 << (i % 8);
        writeFileSync(place(2, name), flipped);
        const { found, notes } = await newest();
        // A blank or a line end between the values of a state says nothing.
        const isSame = notes.length === 0;
        expect(found).toEqual(isSame ? { ...newer, path: place(2) } : { ...checkpoint(1), path: place(1) });
        if (isSame) expect(name).toBe('state.json');
      }
      writeFileSync(place(2, name), whole);
    }
    expect((await newest()).found).toEqual({ ...newer, path: place(2) });
  });

  it('is known by its file, its sum and what a state may hold', async () => {
    await saveCheckpoint(run, checkpoint(1));
    const { sums, ...state } = JSON.parse(readState(1));
    expect(Object.keys(sums)).toEqual(['model.safetensors', 'optimizer.safetensors', 'state.json']);
    expect(sums['model.safetensors']).toBe(crc32(readFileSync(place(1, 'model.safetensors'))));
    for (const [changed, says] of [
      [{ ...state, sums, lines: 2 }, /a damaged file with another CRC-32/],
      [{ ...state, sums, more: 1 }, /an unknown "more"/],
      [{ ...state, step: '1' }, /another step: "1"/],
      [{ ...state, clock: { total: null } }, /another clock: \{"total":null\}/],
      [{ ...state, sums: { ...sums, 'model.safetensors': 7 } }, /model\.safetensors: expected .*CRC-32 00000007/],
    ] as const) {
      writeFileSync(place(1, 'state.json'), JSON.stringify(changed));
      const notes: string[] = [];
      await expect(newestCheckpoint(run, (note) => notes.push(note))).rejects.toMatchObject({
        code: 'CHECKPOINT_NONE',
      });
      expect(notes).toEqual([expect.stringMatching(says)]);
    }
  });

  it('is an error where there is no other', async () => {
    await saveCheckpoint(run, checkpoint(1));
    rmSync(place(1, 'state.json'));
    await expect(newest()).rejects.toMatchObject({
      code: 'CHECKPOINT_NONE',
      message: `${run}: expected a checkpoint to resume from, all 1 are damaged; train again with --overwrite`,
    });
  });
});

describe('a checkpoint of another attune', () => {
  it('is read without sums, which earlier ones did not write', async () => {
    await saveCheckpoint(run, checkpoint(1));
    const { sums: _, ...state } = JSON.parse(readState(1));
    writeFileSync(place(1, 'state.json'), JSON.stringify(state));
    expect((await newest()).found).toEqual({ ...checkpoint(1), path: place(1) });
  });

  it('says what reads it where the version is another and no older one is there', async () => {
    await saveCheckpoint(run, checkpoint(2));
    const state = { ...JSON.parse(readState(2)), version: 2, environment: { attune: '9.1.0' } };
    writeFileSync(place(2, 'state.json'), JSON.stringify(state));
    await expect(newest()).rejects.toMatchObject({
      code: 'CHECKPOINT_VERSION',
      message: expect.stringContaining(
        `got 2; resume with the attune that wrote it: npx attune@9.1.0 train --resume --out ${run}`,
      ),
    });
    await saveCheckpoint(run, checkpoint(1));
    const { found, notes } = await newest();
    expect([found.path, notes]).toEqual([place(1), [expect.stringContaining('is of another version and skipped')]]);
  });
});

describe('what a killed run leaves', () => {
  it('is never read, and removed', async () => {
    await saveCheckpoint(run, checkpoint(1));
    for (const name of ['step-2.tmp-77-0a1b', 'step-0.removed']) mkdirSync(join(run, 'checkpoints', name));
    for (const name of ['mine', 'step-0.old']) mkdirSync(join(run, 'checkpoints', name));
    expect((await newest()).found.path).toBe(place(1));
    expect(listed()).toEqual(['mine', 'step-0.old', 'step-1']);
  });

  it('is put back where it was to be replaced and was not', async () => {
    await saveCheckpoint(run, checkpoint(1));
    renameSync(place(1), `${place(1)}.old-77-0a1b`);
    expect((await newest()).found).toEqual({ ...checkpoint(1), path: place(1) });
    expect(listed()).toEqual(['step-1']);
  });

  it('is removed where it was replaced', async () => {
    await saveCheckpoint(run, checkpoint(1));
    mkdirSync(`${place(1)}.old-77-0a1b`);
    await newest();
    expect(existsSync(`${place(1)}.old-77-0a1b`)).toBe(false);
  });
});
