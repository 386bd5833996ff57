import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { attune } from '../../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory } from '../../../test/files';
import { tinyRun, tinyTraining } from '../../../test/tiny-run';
import { Interrupted } from '../../program/process';

/** All files of a directory, with their bytes. */
const bytesIn = (place: string) =>
  readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path, readFileSync(path, 'base64')]);

describe('attune train --overwrite beside its inputs', () => {
  const directory = temporaryDirectory(afterAll);
  let run: string;
  let data: string;
  beforeAll(async () => {
    ({ run, data } = await tinyRun(directory));
    symlinkSync(run, join(directory, 'latest'));
    mkdirSync(join(run, 'checkpoints'));
    writeFileSync(join(run, 'checkpoints', 'rows.csv'), readFileSync(data));
    fileIn(run, 'space.json', '{"seed": [1, 2]}');
  });
  const base = ['train', '--task', 'sequence-classification', '--text', '{title}. {text}', '--label', 'label'];

  it.each<[string, (run: string, data: string) => string[], string]>([
    ['the model', (run, data) => [...base, '--model', join(run, 'model'), '--data', data], '--model'],
    ['the run of the model', (run, data) => [...base, '--model', `${run}/../latest`, '--data', data], '--model'],
    ['the data', (run) => [...base, '--model', 'new', '--data', join(run, 'checkpoints', 'rows.csv')], '--data'],
    ['the config', (run) => ['train', '--config', join(run, 'config.json')], '--config'],
    [
      'the model of folds',
      (run, data) => [...base, '--model', join(run, 'model'), '--data', data, '--folds', '2'],
      '--model',
    ],
  ])('refuses %s', async (_, argvOf, name) => {
    const before = bytesIn(run);
    const { code, stderr } = await attune([...argvOf(run, data), '--out', run, '--overwrite', '--engine', 'cpu']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(new RegExp(`^attune: ${name}: .* choose another --out`))]);
    expect(bytesIn(run)).toEqual(before);
    expect(existsSync(`${run}.lock`)).toBe(false);
  });

  it('refuses a directory of a person, which has no config.json of a run', async () => {
    const home = join(directory, 'home');
    for (const [path, text] of Object.entries({ 'model/thesis.txt': 'mine', 'metrics.jsonl': 'figures of mine' })) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), text);
    }
    const before = bytesIn(home);
    const { code, stderr } = await attune([...base, '--model', 'new', '--data', data, '--out', home, '--overwrite']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('does not belong to a run; choose another --out')]);
    expect(bytesIn(home)).toEqual(before);
  });

  it('refuses a list of labels in the run', async () => {
    const names = fileIn(join(run, 'model'), 'labels.txt', 'code\nfarm\n');
    const argv = [...base, '--model', 'new', '--data', data, '--label-list', names, '--out', run, '--overwrite'];
    expect(await attune(argv)).toMatchObject({ code: 1, stderr: expect.stringContaining('attune: --label-list: ') });
    expect(existsSync(names)).toBe(true);
  });

  it('begins with the model of a run that is named as a run', async () => {
    const out = join(directory, 'again');
    const argv = [...base, '--model', run, '--data', data, '--max-steps', '1', '--engine', 'onnx', '--out', out];
    expect(await attune(argv)).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')).modelDirectory.absolute).toBe(join(run, 'model'));
  });

  it('refuses a search over the model of one of its trials', async () => {
    const searched = join(directory, 'search');
    const config = { task: 'sequence-classification', text: 'text', label: 'label', data, engine: 'onnx' };
    const shared = { ...config, model: 'new', modelConfig: join(directory, 'tiny.json'), epochs: 1 };
    const argv = ['search', '--space', join(run, 'space.json'), '--trials', '1', '--out', searched];
    expect((await attune([...argv, '--config', fileIn(directory, 'shared.json', JSON.stringify(shared))])).code).toBe(
      0,
    );
    const before = bytesIn(searched);
    const trial = { ...config, model: join(searched, 'trial-1', 'rung-1') };
    for (const [given, name] of [
      [fileIn(directory, 'trial.json', JSON.stringify(trial)), '--model'],
      [join(searched, 'best.json'), '--config'],
    ] as const) {
      const { code, stderr } = await attune([...argv, '--config', given, '--overwrite']);
      expect([code, stderr]).toEqual([1, expect.stringContaining(`attune: ${name}: expected an input`)]);
    }
    expect(bytesIn(searched)).toEqual(before);
  });
});

describe('two runs in one --out', () => {
  it('lets the first train and refuses all others, however they come', async () => {
    const directory = temporaryDirectory();
    const data = fileIn(directory, 'data.csv', csv(farmAndCode(120)));
    const out = join(directory, 'runs', 'one');
    const argv = [...tinyTraining(directory, data), '--out', out];
    const stop = new AbortController();
    const first = attune([...argv, '--epochs', '5000'], { signal: stop.signal }); // longer than the others need
    await vi.waitUntil(() => existsSync(join(out, 'metrics.jsonl')), { timeout: 30_000 });
    for (const more of [['--seed', '7'], ['--overwrite'], ['--folds', '2', '--overwrite']]) {
      const { code, stderr } = await attune([...argv, ...more]);
      expect([code, stderr]).toEqual([1, expect.stringContaining('expected a directory that nothing else is writing')]);
    }
    stop.abort(new Interrupted('SIGINT'));
    expect((await first).code).toBe(130);
    const evaluated = readFileSync(join(out, 'metrics.jsonl'), 'utf8').match(/"type":"eval","step":\d+/g) ?? [];
    expect(new Set(evaluated).size).toBe(evaluated.length);
    expect(readdirSync(join(directory, 'runs'))).toEqual(['one']);
    const config = readFileSync(join(out, 'config.json'), 'utf8');
    const lock = { pid: process.ppid, host: 'elsewhere.example', started: '2020-01-01T00:00:00.000Z' };
    writeFileSync(`${out}.lock`, JSON.stringify(lock));
    for (const more of [
      ['train', '--resume', '--out', out],
      [...argv, '--overwrite'],
    ]) {
      const { code, stderr } = await attune(more);
      expect([code, stderr]).toEqual([1, expect.stringContaining(`if it has ended, remove the lock: rm ${out}.lock`)]);
    }
    expect(readFileSync(join(out, 'config.json'), 'utf8')).toBe(config);
  });

  it('leaves no directory of a run that is refused', async () => {
    const directory = temporaryDirectory();
    const data = fileIn(directory, 'data.csv', 'title,text,label\n');
    expect((await attune([...tinyTraining(directory, data), '--out', join(directory, 'runs', 'a')])).code).toBe(1);
    expect(readdirSync(directory).sort()).toEqual(['data.csv', 'tiny.json']);
  });
});
