import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { csv, farmAndCode, fileIn, temporaryDirectory, tinyConfig } from '../../../test/files';

const dist = fileURLToPath(new URL('../../../dist/', import.meta.url));
const isBuilt = existsSync(dist) && readdirSync(dist).some((name) => /^search-.*\.js$/.test(name));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
}

/** Runs `attune search`; kills it with SIGKILL once `isTime`. */
function searchProcess(args: readonly string[], isTime: () => boolean = () => false): Promise<Ended> {
  const child = spawn(process.execPath, [join(dist, 'bin.js'), 'search', ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const poll = setInterval(() => isTime() && child.kill('SIGKILL'), 5);
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  return new Promise((resolve) =>
    child.once('close', (code) => {
      clearInterval(poll);
      resolve({ code, stdout });
    }),
  );
}

it.skipIf(!isBuilt)(
  'killed in each of its trials and resumed, a search comes to the table of an undisturbed one (needs dist: npm run build)',
  async () => {
    const directory = temporaryDirectory();
    const options = {
      task: 'sequence-classification',
      data: fileIn(directory, 'data.csv', csv(farmAndCode(120))),
      text: '{title}. {text}',
      label: 'label',
      model: 'new',
      modelConfig: fileIn(directory, 'tiny.json', tinyConfig),
      epochs: 12,
      saveSteps: 5,
      engine: 'onnx',
    };
    const config = fileIn(directory, 'attune.config.json', JSON.stringify(options));
    const space = '{"learningRate": {"min": 1e-4, "max": 1e-2, "scale": "log"}, "batchSize": [8, 16]}';
    const flags = ['--config', config, '--space', space, '--trials', '3'];
    const whole = await searchProcess([...flags, '--out', join(directory, 'whole')]);
    expect(whole.code).toBe(0);

    const out = join(directory, 'cut');
    const isSaved = (trial: number) => {
      const saved = join(out, `trial-${trial}`, 'rung-1', 'checkpoints');
      return existsSync(saved) && readdirSync(saved).some((name) => /^step-\d\d$/.test(name));
    };
    for (const trial of [1, 2, 3]) {
      const args = trial === 1 ? [...flags, '--out', out] : ['--resume', '--out', out];
      expect((await searchProcess(args, () => isSaved(trial))).code).toBe(null);
      expect(resultsIn(out).slice(trial - 1)).toEqual(new Array(4 - trial).fill(0));
    }
    expect(await searchProcess(['--resume', '--out', out])).toEqual(whole);
    const best = (run: string) => readFileSync(join(directory, run, 'best.json'), 'utf8');
    expect(best('cut')).toBe(best('whole'));
  },
  120_000,
);

/** How many trainings of each trial have ended. */
function resultsIn(out: string): number[] {
  const { trials } = JSON.parse(readFileSync(join(out, 'search.json'), 'utf8'));
  return trials.map(({ results }: { results: unknown[] }) => results.length);
}
