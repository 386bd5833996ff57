import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attuneIn } from './attune';
import { writeInputs } from './inputs';
import { outcomeOf } from './outcome';
import { bases, type InterruptedRun, runs } from './runs';

/**
 * Makes every run anew, and leaves of it what it had when it was interrupted. Beside that, `outcome.json` and the tensors that it
 * came to uninterrupted.
 */
export async function makeFixtures(fixtures: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'attune-runs-'));
  try {
    writeInputs(directory);
    for (const [name, command] of Object.entries(bases)) {
      await attuneIn(directory, [...command, '--out', `${name}-run`]);
      cpSync(join(directory, `${name}-run`, 'model'), join(directory, name), { recursive: true });
      for (const file of ['README.md', 'attune.json']) rmSync(join(directory, name, file), { force: true });
      rmSync(join(directory, `${name}-run`), { recursive: true });
    }
    rmSync(fixtures, { recursive: true, force: true });
    cpSync(directory, join(fixtures, 'inputs'), { recursive: true });
    for (const run of runs) await makeRun(run, directory, join(fixtures, run.name));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function makeRun(own: InterruptedRun, directory: string, fixture: string): Promise<void> {
  // Its own directory, as a search records where its trials are trained.
  await attuneIn(directory, [...own.command, '--out', 'run']);
  const run = join(directory, 'run');
  for (const file of own.left) cpSync(join(run, file), join(fixture, 'run', file), { recursive: true });
  if (own.left.includes('search.json')) cutSearch(join(fixture, 'run', 'search.json'));
  for (const file of own.tensors) cpSync(join(run, file), join(fixture, file.replaceAll('/', '-')));
  writeFileSync(join(fixture, 'outcome.json'), `${JSON.stringify(outcomeOf(run, own), null, 2)}\n`);
  rmSync(run, { recursive: true });
}

/** A search as it was when its first trial had ended. */
function cutSearch(file: string): void {
  const { best: _, trials, ...state } = JSON.parse(readFileSync(file, 'utf8'));
  const cut = trials.map((trial: { trial: number }) => (trial.trial === 1 ? trial : { ...trial, results: [] }));
  writeFileSync(file, `${JSON.stringify({ ...state, trials: cut }, null, 2)}\n`);
}
