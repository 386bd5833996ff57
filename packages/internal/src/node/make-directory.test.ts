import { readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../test/temporary';
import { unwritable, writeDirectoryAtomically, writeFileAtomically } from './atomic-files';
import { withDirectoryLock } from './directory-lock';
import { makeDirectory, makeDirectorySync, obstacleTo } from './make-directory';

/** A directory with a file and a link that leads nowhere. */
function obstructed(): string {
  const parent = temporaryDirectory();
  writeFileSync(join(parent, 'd.csv'), '');
  symlinkSync('/nonexistent/x', join(parent, 'dang'));
  return parent;
}

/** What the three ways to write say of a place. */
async function refusals(path: string): Promise<readonly string[]> {
  const messageOf = ({ code, message }: { code?: string; message: string }) => `${code} ${message}`;
  const write = async () => {};
  return [
    await withDirectoryLock(path, write).then(() => 'written', messageOf),
    await writeDirectoryAtomically(path, write).then(() => 'written', messageOf),
    await writeFileAtomically(join(path, 'z'), write).then(() => 'written', messageOf),
  ];
}

describe('makeDirectory', () => {
  it('makes what is missing, and says what it made', async () => {
    const parent = temporaryDirectory();
    expect(makeDirectorySync(join(parent, 'a', 'b', 'c'))).toBe(join(parent, 'a'));
    expect(statSync(join(parent, 'a', 'b', 'c')).isDirectory()).toBe(true);
    expect(makeDirectorySync(join(parent, 'a', 'b', 'd'))).toBe(join(parent, 'a', 'b', 'd'));
    expect(makeDirectorySync(join(parent, 'a'))).toBeUndefined();
    symlinkSync(join(parent, 'a'), join(parent, 'latest'));
    expect(makeDirectorySync(join(parent, 'latest', 'e'))).toBe(join(parent, 'latest', 'e'));
    await makeDirectory(join(parent, 'latest', 'f', 'g'));
    expect(readdirSync(join(parent, 'a', 'f'))).toEqual(['g']);
    expect(readdirSync(join(parent, 'a')).sort()).toEqual(['b', 'e', 'f']);
  });

  it('says what is in the way, and that nothing is', () => {
    const parent = obstructed();
    expect(obstacleTo(join(parent, 'new', 'run'))).toBeUndefined();
    expect(obstacleTo(join(parent, 'd.csv'))).toBeUndefined();
    expect(obstacleTo(join(parent, 'd.csv', 'x', 'y'))).toBe(
      `a path that leads through the file ${join(parent, 'd.csv')}`,
    );
    expect(obstacleTo(join(parent, 'dang', 'x'))).toBe(
      `the link ${join(parent, 'dang')} to /nonexistent/x, which does not exist`,
    );
  });
});

describe('a place where nothing can be written', () => {
  it.each([
    ['dang', 'got the link', 'to /nonexistent/x, which does not exist'],
    ['dang/x', 'got the link', 'to /nonexistent/x, which does not exist'],
    ['d.csv/x', 'got a path that leads through the file', 'd.csv'],
  ])('is refused in words: %s', async (name, ...words) => {
    const parent = obstructed();
    for (const message of await refusals(join(parent, name))) {
      expect(message).toMatch(/^OUTPUT_UNUSABLE \S*: expected [^\n]*; (choose|name) another place$/);
      for (const part of words) expect(message).toContain(part);
    }
    expect(readdirSync(parent).sort()).toEqual(['d.csv', 'dang']);
  });

  it.runIf(process.platform === 'linux').each([
    ['/proc/x', 'a place where no file can be created'],
    ['/proc/y/z', 'a place where no file can be created'],
    ['/dev/full/x', 'a path that leads through the file /dev/full'],
  ])('is refused once, not tried for ever: %s (needs Linux)', async (path, got) => {
    for (const message of await refusals(path)) expect(message).toContain(`got ${got}; `);
  });

  it('leaves errors of what is read meanwhile alone', () => {
    const error = Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall: 'open', path: '/elsewhere/a' });
    expect(unwritable('/runs/a', error)).toBe(error);
    expect(unwritable('/runs/a', { ...error, path: '/runs' })).toMatchObject({ code: 'OUTPUT_UNUSABLE' });
  });
});
