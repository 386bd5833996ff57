import { linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isSamePlace, isWithin, placeOf } from './places';

describe('places', () => {
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'attune-test-')));
  afterAll(() => rmSync(parent, { recursive: true }));
  mkdirSync(join(parent, 'run', 'model'), { recursive: true });
  writeFileSync(join(parent, 'run', 'model', 'weights'), '');
  symlinkSync(join(parent, 'run'), join(parent, 'latest'));
  linkSync(join(parent, 'run', 'model', 'weights'), join(parent, 'copy'));
  symlinkSync(join(parent, 'copy'), join(parent, 'run', 'model', 'out'));
  const at = (...path: string[]) => join(parent, ...path);

  it('follows links, also of what is not there yet', async () => {
    expect(await placeOf(at('latest', 'new', 'one'))).toBe(at('run', 'new', 'one'));
    expect(await placeOf(`${parent}/x/../latest/`)).toBe(at('run'));
  });

  it.each([
    [['run', 'model', 'weights'], ['run', 'model'], true],
    [['latest', 'model'], ['run', 'model'], true],
    [['run', 'model'], ['latest'], true],
    [['run', 'model', 'out'], ['run', 'model'], true], // a link that goes with the directory it is in
    [['run'], ['run', 'model'], false],
    [['copy'], ['run', 'model'], false], // another name of a file, which stays
    [['run-2'], ['run'], false],
    [['run', 'gone', 'file'], ['run', 'gone'], false],
  ])('%j within %j: %j', async (path, place, expected) => {
    expect(await isWithin(at(...path), at(...place))).toBe(expected);
  });

  it('knows one directory by two names', async () => {
    expect(await isSamePlace(at('latest', 'model'), at('run', 'model'))).toBe(true);
    expect(await isSamePlace(at('nothing'), at('nothing'))).toBe(false);
    expect(await isSamePlace(at('copy'), at('run', 'model', 'weights'))).toBe(false);
  });
});
