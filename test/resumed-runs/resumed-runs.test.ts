import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { openSafetensors } from '@attune/models/node';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { version } from '../../packages/train/package.json';
import { attuneIn } from './attune';
import { makeFixtures } from './make-fixtures';
import { type Outcome, outcomeOf } from './outcome';
import { type InterruptedRun, runs } from './runs';

/*
 * Runs that earlier code began and this code resumes. They are computed by the engine `cpu`, in float64 loops and in WebAssembly
 * without threads, rounded to float32 in one order: the same bits on every machine. The kernels of onnxruntime differ by
 * processor and threads; `crash.test.ts` compares resumed runs on them with uninterrupted ones.
 */
vi.mock('@attune/engine/node', async (original) => ({
  ...(await original<object>()),
  measureEngine: async () => 1, // only a note on how long a run takes comes of it, and on `cpu` it takes seconds
}));

const fixtures = fileURLToPath(new URL('fixtures/', import.meta.url));

beforeAll(async () => {
  if (env.UPDATE_RESUMED_RUNS) await makeFixtures(fixtures);
}, 300_000);

/** A directory with what a run needs, and the run as it was interrupted. */
function directoryOf({ name }: InterruptedRun): string {
  const directory = mkdtempSync(join(tmpdir(), 'attune-resumed-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  cpSync(join(fixtures, 'inputs'), directory, { recursive: true });
  cpSync(join(fixtures, name, 'run'), join(directory, 'run'), { recursive: true });
  return directory;
}

async function tensorsIn(file: string): Promise<Record<string, Float32Array>> {
  const weights = await openSafetensors(file);
  const names = [...weights.tensors.keys()];
  const read = await Promise.all(names.map(async (name) => [name, (await weights.read(name)).data as Float32Array]));
  await weights.close();
  return Object.fromEntries(read);
}

/** By how much any number of a file differs from the recorded one. */
async function largestDifference(file: string, recorded: string): Promise<number> {
  const [actual, expected] = [await tensorsIn(file), await tensorsIn(recorded)];
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  const differences = Object.entries(expected).map(([name, values]) => {
    expect(actual[name].length, name).toBe(values.length);
    return values.reduce((most, value, i) => Math.max(most, Math.abs(value - actual[name][i])), 0);
  });
  return Math.max(...differences);
}

/** Where other bytes came out: whether this machine's own run, uninterrupted, has them too. */
async function explanation(run: InterruptedRun, directory: string): Promise<string> {
  const resumed = JSON.stringify(outcomeOf(join(directory, 'run'), run));
  rmSync(join(directory, 'run'), { recursive: true });
  await attuneIn(directory, [...run.command, '--out', 'run']);
  return resumed === JSON.stringify(outcomeOf(join(directory, 'run'), run))
    ? 'the same run uninterrupted comes to this too: the code, or this machine, computes other bits than the recorded ones'
    : 'the same run uninterrupted comes to something else: what was saved is not all that it goes on from';
}

/** Folds go on only in the version that began them. */
function inThisVersion(file: string): void {
  if (!existsSync(file)) return;
  const config = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...config, ...(config.attune && { attune: version }) }, null, 2));
}

it.each(runs)('the interrupted run $name goes on to the recorded bytes', async (run) => {
  const directory = directoryOf(run);
  const place = (file: string) => join(directory, 'run', file);
  inThisVersion(place('config.json'));
  const messages = await attuneIn(directory, [run.command[0], '--resume', '--out', 'run']);
  expect(messages).toContain(run.says);
  for (const file of run.tensors) {
    const recorded = join(fixtures, run.name, file.replaceAll('/', '-'));
    expect(await largestDifference(place(file), recorded), file).toBeLessThan(1e-6);
  }
  const outcome = outcomeOf(join(directory, 'run'), run);
  const expected: Outcome = JSON.parse(readFileSync(join(fixtures, run.name, 'outcome.json'), 'utf8'));
  const isSame = JSON.stringify(outcome.sha256) === JSON.stringify(expected.sha256);
  expect(outcome, isSame ? 'its records' : await explanation(run, directory)).toMatchObject(expected);
});
