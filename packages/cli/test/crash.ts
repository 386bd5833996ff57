import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keyOf, uniform } from '@attune/engine';
import { csv, farmAndCode, fileIn } from './files';
import { tinyTraining } from './tiny-run';

export const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

export const isBuilt = existsSync(bin);

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs `attune`; kills it with SIGKILL after `milliseconds`, where given and still alive. */
function attuneProcess(args: readonly string[], milliseconds?: number): Promise<Ended> {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const timer = milliseconds === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), milliseconds);
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) =>
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stderr });
    }),
  );
}

/** What two equal runs share: the model's bytes, and the metrics but for times. */
function outcomeOf(run: string): { weights: string; metrics: unknown[] } {
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  const metrics = lines.map((line) => {
    const { time: _, tokensPerSecond: __, ...rest } = JSON.parse(line);
    return rest;
  });
  return { weights: readFileSync(join(run, 'model', 'model.safetensors')).toString('base64'), metrics };
}

export interface CrashReport {
  readonly kills: number;
  /** Runs that were killed and came to what the undisturbed one came to. */
  readonly identical: number;
  readonly failures: readonly string[];
}

/**
 * Trains `count` times what one undisturbed run trains, each killed at random moments and resumed until it ends.
 *
 * @param directory an empty one
 * @param options `hasTeacher`: the runs learn from a trained model too
 */
export async function crashRuns(
  directory: string,
  { count, seed, hasTeacher = false }: { count: number; seed: number; hasTeacher?: boolean },
): Promise<CrashReport> {
  const data = fileIn(directory, 'data.csv', csv(farmAndCode(120)));
  const saving = [
    '--save-steps',
    '5',
    '--eval-steps',
    '8',
    '--logging-steps',
    '3',
    '--gradient-accumulation-steps',
    '2',
  ];
  const learning = hasTeacher ? await teacherFlags(directory, data) : [];
  const flags = [...tinyTraining(directory, data), '--epochs', '24', ...saving, ...learning];
  const undisturbed = join(directory, 'undisturbed');
  const start = performance.now();
  const { code, stderr } = await attuneProcess([...flags, '--out', undisturbed]);
  if (code !== 0) throw new Error(stderr);
  const duration = performance.now() - start;
  const expected = outcomeOf(undisturbed);

  const failures: string[] = [];
  let [kills, identical] = [0, 0];
  for (let i = 0; i < count; i++) {
    const run = join(directory, `run-${i}`);
    let ended: Ended = { code: 0, stderr: '' };
    // Killed at least once: a run that is quicker than the kill begins anew.
    for (let wait = duration * uniform(keyOf(seed, i)); ended.code === 0; wait *= 0.7)
      ended = await attuneProcess([...flags, '--out', run, '--overwrite'], wait);
    for (let attempt = 1; ended.code === null; attempt++) {
      kills += 1;
      const args = hasCheckpoint(run) ? ['train', '--resume', '--out', run] : [...flags, '--out', run, '--overwrite'];
      ended = await attuneProcess(args, attempt < 4 ? duration * uniform(keyOf(seed, i, attempt)) : undefined);
    }
    const outcome = ended.code === 0 ? outcomeOf(run) : undefined;
    if (JSON.stringify(outcome) === JSON.stringify(expected)) identical += 1;
    else failures.push(`run ${i}: ${outcome ? 'another outcome' : ended.stderr.trimEnd().split('\n').at(-1)}`);
  }
  return { kills, identical, failures };
}

/** Trains a teacher; gives the flags of its students, which learn from texts without labels too. */
async function teacherFlags(directory: string, data: string): Promise<readonly string[]> {
  const teacher = join(directory, 'teacher');
  const { code, stderr } = await attuneProcess([...tinyTraining(directory, data), '--out', teacher]);
  if (code !== 0) throw new Error(stderr);
  const texts = farmAndCode(60).map(({ title, text }) => ({ text: `${text}, ${title}` }));
  return ['--teacher', teacher, '--unlabeled', fileIn(directory, 'more.csv', csv(texts))];
}

const hasCheckpoint = (run: string) =>
  existsSync(join(run, 'checkpoints')) && readdirSync(join(run, 'checkpoints')).some((name) => /^step-\d+$/.test(name));
