import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attuneIn } from './attune';
import { writeInputs } from './inputs';
import { outcomeOf } from './outcome';
import { bases, type InterruptedRun, runs } from './runs';

const engine = ['--engine', 'cpu'];

/**
 * Makes every run anew, and leaves of it what it had when its checkpoint was the newest: `config.json`, `metrics.jsonl`, with lines that came
 * after, and `checkpoints/`. Beside it, `outcome.json` and the tensors that it came to uninterrupted.
 */
export async function makeFixtures(fixtures: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'attune-runs-'));
  try {
    writeInputs(directory);
    for (const [name, options] of Object.entries(bases)) {
      await attuneIn(directory, ['train', ...options, ...engine, '--out', `${name}-run`]);
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

async function makeRun({ name, options, savedAt, results }: InterruptedRun, directory: string, fixture: string) {
  await attuneIn(directory, ['train', ...options, ...engine, '--out', name]);
  const run = join(directory, name);
  mkdirSync(join(fixture, 'run', 'checkpoints'), { recursive: true });
  const kept = ['config.json', 'metrics.jsonl', join('checkpoints', `step-${savedAt}`)];
  for (const file of kept) cpSync(join(run, file), join(fixture, 'run', file), { recursive: true });
  for (const file of results) cpSync(join(run, file), join(fixture, file.replaceAll('/', '-')));
  const outcome = outcomeOf(run, results);
  writeFileSync(join(fixture, 'outcome.json'), `${JSON.stringify(outcome, null, 2)}\n`);
}
