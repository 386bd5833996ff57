import { mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { temporaryDirectory } from '../../test/temporary';
import { writeDirectoryAtomically, writeFileAtomically } from './atomic-files';

vi.mock('node:fs/promises', { spy: true });

/** What a test writes: a file, and one in a directory of its own. */
async function writeBoth(directory: string): Promise<void> {
  mkdirSync(join(directory, 'model'));
  writeFileSync(join(directory, 'model', 'weights'), 'new');
  writeFileSync(join(directory, 'summary'), 'new');
}

function existing(parent: string): string {
  const directory = join(parent, 'run');
  mkdirSync(directory);
  writeFileSync(join(directory, 'old'), 'old');
  return directory;
}

const refusal = (message: string) =>
  expect.objectContaining({ name: 'AttuneError', code: 'OUTPUT_EXISTS', message: expect.stringContaining(message) });

describe('writeDirectoryAtomically', () => {
  it('shows nothing before it is whole, and then everything', async () => {
    const parent = temporaryDirectory();
    const directory = join(parent, 'runs', 'a');
    await writeDirectoryAtomically(directory, async (temporary) => {
      await writeBoth(temporary);
      expect(readdirSync(join(parent, 'runs'))).not.toContain('a');
    });
    expect(readdirSync(join(parent, 'runs'))).toEqual(['a']);
    expect(readFileSync(join(directory, 'model', 'weights'), 'utf8')).toBe('new');
  });

  it('refuses a directory with files in it before anything is written', async () => {
    const directory = existing(temporaryDirectory());
    let isRun = false;
    const written = writeDirectoryAtomically(directory, async () => {
      isRun = true;
    });
    await expect(written).rejects.toThrow(refusal('expected an empty or a new directory'));
    expect(isRun).toBe(false);
  });

  it('takes the place of an empty directory, and of a full one when told to', async () => {
    const parent = temporaryDirectory();
    const empty = join(parent, 'empty');
    mkdirSync(empty);
    await writeDirectoryAtomically(empty, writeBoth);
    await writeDirectoryAtomically(existing(parent), writeBoth, { overwrite: true });
    expect(readdirSync(parent).sort()).toEqual(['empty', 'run']);
    expect(readdirSync(empty).sort()).toEqual(['model', 'summary']);
    expect(readdirSync(join(parent, 'run')).sort()).toEqual(['model', 'summary']);
  });

  it('keeps what was there, and nothing else, when writing fails', async () => {
    const parent = temporaryDirectory();
    const directory = existing(parent);
    const failing = async (temporary: string) => {
      await writeBoth(temporary);
      throw new Error('no space');
    };
    await expect(writeDirectoryAtomically(directory, failing, { overwrite: true })).rejects.toThrow('no space');
    await expect(writeDirectoryAtomically(join(parent, 'b'), failing)).rejects.toThrow('no space');
    expect(readdirSync(parent)).toEqual(['run']);
    expect(readdirSync(directory)).toEqual(['old']);
  });

  it('puts the old directory back when the new one cannot take its place', async () => {
    const parent = temporaryDirectory();
    const directory = existing(parent);
    const { rename: real } = await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises');
    vi.mocked(rename).mockImplementationOnce(real).mockRejectedValueOnce(new Error('busy'));
    await expect(writeDirectoryAtomically(directory, writeBoth, { overwrite: true })).rejects.toThrow('busy');
    expect(readdirSync(parent)).toEqual(['run']);
    expect(readdirSync(directory)).toEqual(['old']);
  });

  it('writes where a link points and keeps the link', async () => {
    const parent = temporaryDirectory();
    const directory = existing(parent);
    symlinkSync(directory, join(parent, 'latest'));
    await writeDirectoryAtomically(join(parent, 'latest'), writeBoth, { overwrite: true });
    expect(realpathSync(join(parent, 'latest'))).toBe(realpathSync(directory));
    expect(readdirSync(directory).sort()).toEqual(['model', 'summary']);
  });

  it('refuses a file in its place', async () => {
    const path = join(temporaryDirectory(), 'run');
    writeFileSync(path, '');
    const refused = refusal('expected a directory or nothing, got a file');
    await expect(writeDirectoryAtomically(path, writeBoth, { overwrite: true })).rejects.toThrow(refused);
  });
});

it.each([
  [
    'ENOSPC',
    'no space left on device',
    /expected a writable place, got ENOSPC: no space left on device, write; make room/,
  ],
  ['EROFS', 'read-only file system', /got EROFS: read-only file system, write; choose a place on a writable disk/],
])('names the place where the system refuses to write: %s', async (code, words, message) => {
  const full = async () => {
    throw Object.assign(new Error(`${code}: ${words}, write`), { code, syscall: 'write' });
  };
  for (const write of [writeFileAtomically, writeDirectoryAtomically]) {
    const path = join(temporaryDirectory(), 'out');
    const error = await write(path, full).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: 'OUTPUT_UNUSABLE', message: expect.stringMatching(message), cause: { code } });
    expect((error as Error).message.startsWith(`${path}: `)).toBe(true);
  }
});
