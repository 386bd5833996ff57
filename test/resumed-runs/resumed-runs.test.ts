import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { openSafetensors } from '@attune/models/node';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { attuneIn } from './attune';
import { makeFixtures } from './make-fixtures';
import { outcomeOf } from './outcome';
import { type InterruptedRun, runs } from './runs';

/*
 * Runs that earlier code began, went on with by this code. They are computed by the engine `cpu`: float64 loops and
 * WebAssembly without threads, rounded to float32 in one order, so that the bits are those of every machine. The runtime's
 * own kernels, which train in practice, differ by processor and threads; that they resume to their own bytes is the matter of
 * `crash.test.ts`.
 */
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
async function explanation({ options, results }: InterruptedRun, directory: string): Promise<string> {
  await attuneIn(directory, ['train', ...options, '--engine', 'cpu', '--out', 'whole']);
  const [whole, resumed] = ['whole', 'run'].map((run) => JSON.stringify(outcomeOf(join(directory, run), results)));
  return whole === resumed
    ? 'the same run uninterrupted comes to these bytes too: the code, or this machine, computes other bits than the recorded ones'
    : 'the same run uninterrupted comes to other bytes: what a checkpoint holds is not all that training goes on from';
}

it.each(runs)('the interrupted run $name goes on to the recorded bytes', async (run) => {
  const directory = directoryOf(run);
  const messages = await attuneIn(directory, ['train', '--resume', '--out', 'run']);
  expect(messages).toContain(`going on after step ${run.savedAt}`);
  for (const file of run.results) {
    const recorded = join(fixtures, run.name, file.replaceAll('/', '-'));
    expect(await largestDifference(join(directory, 'run', file), recorded), file).toBeLessThan(1e-6);
  }
  const outcome = outcomeOf(join(directory, 'run'), run.results);
  const expected = JSON.parse(readFileSync(join(fixtures, run.name, 'outcome.json'), 'utf8'));
  const isSame = JSON.stringify(outcome.sha256) === JSON.stringify(expected.sha256);
  expect(outcome, isSame ? 'its figures' : await explanation(run, directory)).toMatchObject(expected);
});
