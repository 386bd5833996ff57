import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttuneError } from '@attune/internal';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { firstLoaded, originOf, type RecordedModel, recordedModel, sourcesOf } from './origin';

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'attune-origin-')));
const place = (...path: string[]) => join(directory, ...path);
const home = process.cwd();
afterEach(() => process.chdir(home));
afterAll(() => rmSync(directory, { recursive: true }));
for (const path of ['work/models/own', 'work/runs/a', 'elsewhere/models/own', 'far'])
  mkdirSync(place(path), { recursive: true });

const run = place('work/runs/a');
const digest = { files: {}, tensors: 'ab' };
const finding = { run, advice: 'say where' };
const found = (record: RecordedModel, from: string, more = {}) => {
  process.chdir(place(from));
  return sourcesOf(record, { ...finding, ...more });
};

describe('the model of a run', () => {
  it('is recorded as a directory, by links too, or as a commit of the hub', async () => {
    symlinkSync(place('work/runs/a'), place('far/latest'));
    const own = { source: 'models/own', directory: place('work/models/own'), digest };
    expect(await originOf(own, place('far/latest'))).toEqual({
      modelDirectory: { absolute: place('work/models/own'), fromRun: '../../models/own' },
      modelDigest: digest,
    });
    const commit = 'a'.repeat(40);
    const snapshot = place('hub/models--ada--bert/snapshots', commit);
    expect(await originOf({ source: 'ada/bert', directory: snapshot }, run)).toEqual({ modelCommit: commit });
    mkdirSync(snapshot, { recursive: true });
    const named = { source: snapshot, directory: snapshot };
    expect(await originOf(named, run)).toHaveProperty('modelDirectory.absolute', snapshot);
  });

  it('that was a directory is looked for where it was, from the run, and as it was typed; each place once', async () => {
    const was = { absolute: place('work/models/own'), fromRun: '../../models/own' };
    const record = { model: 'models/own', modelDirectory: was, modelDigest: digest };
    expect(await found(record, 'work')).toEqual([was.absolute]);
    expect(await found(record, 'elsewhere')).toEqual([was.absolute, 'models/own']);
    const gone = { ...record, modelDirectory: { ...was, absolute: place('gone') } };
    expect(await found(gone, 'far', { run: place('far/latest') })).toEqual([place('work/models/own')]);
    const nowhere = { ...record, modelDirectory: { absolute: place('gone'), fromRun: '../gone' } };
    await expect(found(nowhere, 'far')).rejects.toMatchObject({
      code: 'CHECKPOINT_MISSING',
      message: `${run}: expected the model that it began with, the directory models/own, found none at ${place('gone')}, ${place('work/runs/gone')}, ${place('far/models/own')}; put it back, or say where`,
    });
  });

  it('that was of the hub is not looked for here', async () => {
    expect(await found({ model: 'models/own', modelCommit: 'a'.repeat(40) }, 'elsewhere')).toEqual(['models/own']);
  });

  it('of an earlier run is one place: from here or from above the run, else of the hub, which is said', async () => {
    const notes: string[] = [];
    const onNote = (note: string) => notes.push(note);
    expect(await found({ model: 'models/own' }, 'work', { onNote })).toEqual(['models/own']);
    expect(await found({ model: 'models/own' }, 'elsewhere', { onNote })).toEqual([place('work/models/own')]);
    expect(await found({ model: 'models/own' }, 'elsewhere', { run: place('far'), onNote })).toEqual(['models/own']);
    expect(notes).toEqual([]);
    expect(await found({ model: 'ada/bert' }, 'far', { onNote })).toEqual(['ada/bert']);
    expect(notes).toEqual([
      `${run}: its record does not tell whether its model ada/bert was a directory, and there is no such directory: taken for a hub id`,
    ]);
    await expect(found({ model: place('gone') }, 'far')).rejects.toMatchObject({ code: 'CHECKPOINT_MISSING' });
  });
});

describe('the first that loads', () => {
  const recorded = { model: 'models/own' };
  const failing = (code: 'MODEL_CHANGED' | 'CHECKPOINT_MISSING') =>
    new AttuneError(code, `it: expected ${code}; mend it`);

  it('is taken, and what the others are is said where none does', async () => {
    const load = (errors: Record<string, Error>) => async (source: string) => {
      if (errors[source]) throw errors[source];
      return source;
    };
    const [changed, missing] = [failing('MODEL_CHANGED'), failing('CHECKPOINT_MISSING')];
    const first = (errors: Record<string, Error>) => firstLoaded(['a', 'b'], { ...finding, recorded }, load(errors));
    expect(await first({ a: changed })).toBe('b');
    await expect(first({ a: missing, b: changed })).rejects.toMatchObject({
      code: 'MODEL_CHANGED',
      message: `${run}: training started from models/own, but the model in b is different (it: expected CHECKPOINT_MISSING, it: expected MODEL_CHANGED); restore the model, or say where`,
    });
    await expect(first({ a: missing, b: missing })).rejects.toBe(missing);
    await expect(first({ a: new RangeError('a fault') })).rejects.toThrow('a fault');
  });
});

it('refuses a record whose digest is none', () => {
  expect(recordedModel({ task: 'masked-lm' }, 'attune.json')).toBeUndefined();
  expect(() => recordedModel({ model: 'a', modelDigest: 'x' }, 'attune.json')).toThrow(
    expect.objectContaining({ code: 'RUN_CONFIG' }),
  );
});
