// Several runs below one directory, resumed from another one, in which a stranger's model has the path of theirs.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { attune } from '../../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory, tinyConfig } from '../../../test/files';
import { Interrupted } from '../../program/process';

const directory = temporaryDirectory(afterAll);
const place = (...path: string[]) => join(directory, ...path);
const home = process.cwd();
afterAll(() => process.chdir(home));

const data = fileIn(directory, 'data.csv', csv(farmAndCode(60)));
const task = { task: 'sequence-classification', text: 'text', label: 'label', baseline: 'none' };
const training = { ...task, data, epochs: 1, batchSize: 8, learningRate: 1e-2, engine: 'onnx' };
const flagsOf = (options: object) =>
  Object.entries(options).flatMap(([name, value]) => [
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    `${value}`,
  ]);

/** Runs a command in a directory, and throws what it printed where it ends otherwise than expected. */
async function inDirectory(cwd: string, argv: readonly string[], { expected = 0, signal }: Ending = {}): Promise<void> {
  process.chdir(cwd);
  const { code, stderr } = await attune(argv, { signal });
  if (code !== expected) throw new Error(stderr);
}

interface Ending {
  readonly expected?: number;
  readonly signal?: AbortSignal;
}

const losses = (path: string): unknown[] =>
  JSON.parse(readFileSync(path, 'utf8')).perFold.map(({ loss }: { loss: number }) => loss);

beforeAll(async () => {
  const config = fileIn(directory, 'tiny.json', tinyConfig);
  for (const [where, seed] of [
    ['work', 1],
    ['elsewhere', 2],
  ] as const) {
    mkdirSync(place(where));
    const options = { ...training, model: 'new', modelConfig: config, seed, out: 'made' };
    await inDirectory(place(where), ['train', ...flagsOf(options)]);
    cpSync(place(where, 'made', 'model'), place(where, 'models', 'base'), { recursive: true });
  }
});

it('folds that were not begun yet begin with the model of the others', async () => {
  const folds = { ...training, model: 'models/base', folds: 3, out: 'folds' };
  await inDirectory(place('work'), ['train', ...flagsOf(folds)]);
  const before = losses(place('work/folds/summary.json'));
  for (const name of ['fold-2', 'fold-3', 'summary.json']) rmSync(place('work/folds', name), { recursive: true });
  await inDirectory(place('elsewhere'), ['train', '--resume', '--out', place('work/folds')]);
  expect(losses(place('work/folds/summary.json'))).toEqual(before);
});

it('trials that were not begun yet begin with the model of the others', async () => {
  const config = fileIn(directory, 'shared.json', JSON.stringify({ ...training, model: 'models/base' }));
  const space = fileIn(directory, 'space.json', JSON.stringify({ learningRate: { min: 1e-3, max: 1e-2 } }));
  const search = ['search', '--config', config, '--space', space, '--trials', '3', '--metric', 'loss'];
  await inDirectory(place('work'), [...search, '--out', 'whole']);
  const interrupt = new AbortController();
  const poll = setInterval(() => {
    if (existsSync(place('work/cut/trial-1/rung-1/config.json'))) interrupt.abort(new Interrupted('SIGINT'));
  }, 1);
  await inDirectory(place('work'), [...search, '--out', 'cut'], { expected: 130, signal: interrupt.signal });
  clearInterval(poll);
  expect(existsSync(place('work/cut/trial-3'))).toBe(false);
  await inDirectory(place('elsewhere'), ['search', '--resume', '--out', place('work/cut')]);
  const values = (name: string) =>
    JSON.parse(readFileSync(place('work', name, 'search.json'), 'utf8')).trials.map(
      ({ results }: { results: { value: number }[] }) => results.map(({ value }) => value),
    );
  expect(values('cut')).toEqual(values('whole'));
});
