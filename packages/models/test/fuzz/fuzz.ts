import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { Case, MakeCase } from './case';
import { configCase } from './config-case';
import { modelCase } from './model-case';
import { randomOf } from './random';
import { safetensorsCase } from './safetensors-case';
import { shardsCase } from './shards-case';
import { type Observed, observe } from './watch';

export interface FuzzOptions {
  /** An empty directory, which the cases are written to one after the other. */
  readonly directory: string;
  readonly seed: number;
  /** The first case; default 0. */
  readonly from?: number;
  readonly count: number;
}

export interface FuzzResult {
  /** How often each outcome came, `loaded` or an error's code, by what was changed. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** One line for each case that went wrong, with what replays it. */
  readonly failures: readonly string[];
}

/** Of ten cases: half for the reader alone, the other half through `loadModel`. */
const kinds: readonly (readonly [string, MakeCase])[] = [
  ...Array(5).fill(['reader', safetensorsCase]),
  ...Array(3).fill(['model', modelCase]),
  ['shards', shardsCase],
  ['config', configCase],
];

const mostFailures = 20;
/** Milliseconds; what takes longer hangs. */
const longestCase = 5000;

/**
 * Loads changed checkpoints and compares each with what its files say.
 *
 * A case is the same whatever ran before it: one that failed is replayed by its number.
 *
 * @example
 * await fuzz({ directory, seed: 2, from: 6518, count: 1 });
 */
export async function fuzz({ directory, seed, from = 0, count }: FuzzOptions): Promise<FuzzResult> {
  const outcomes: Record<string, number> = {};
  const failures: string[] = [];
  for (let index = from; index < from + count && failures.length < mostFailures; index++) {
    const [kind, makeCase] = kinds[index % kinds.length];
    const one = makeCase(randomOf(seed, index));
    const { outcome, wrong } = await runCase(one, directory);
    const key = `${kind} ${outcome}`;
    outcomes[key] = (outcomes[key] ?? 0) + 1;
    if (wrong) failures.push(`seed ${seed}, case ${index} (${kind}: ${one.mutations.join(', ')}): ${wrong}`);
  }
  return { outcomes, failures };
}

async function runCase(one: Case, directory: string): Promise<{ outcome: string; wrong: string | undefined }> {
  const names = Object.keys(one.files);
  for (const name of names) writeFileSync(join(directory, name), one.files[name]);
  let outcome = 'loaded';
  let wrong: string | undefined;
  const started = performance.now();
  const seen = await observe(async () => {
    try {
      wrong = await one.load(directory);
    } catch (error) {
      outcome = (error as { code?: string }).code ?? 'crash';
      wrong = wrongWith(error, one, directory);
    }
  });
  const milliseconds = performance.now() - started;
  for (const name of names) rmSync(join(directory, name));
  return {
    outcome,
    wrong: wrong ?? (milliseconds > longestCase ? `took ${milliseconds} ms` : misdeed(seen, one, directory)),
  };
}

/** What an error that came is not: ours, of a checkpoint, with the file's name and its reason on one line of text. */
function wrongWith(error: unknown, { refusal = /^CHECKPOINT_[A-Z]+$/ }: Case, directory: string): string | undefined {
  if (!(error instanceof Error) || error.name !== 'AttuneError')
    return `threw ${error instanceof Error ? error.stack : error}`;
  const { code, message } = error as Error & { code: string };
  if (!code.startsWith('CHECKPOINT_') || !refusal.test(code)) return `refused as ${code}, not ${refusal}: ${message}`;
  if (!message.startsWith(directory)) return `names no file: ${message}`;
  if (Array.from(message).some((character) => character < ' '))
    return `has control characters: ${JSON.stringify(message)}`;
  return message.length > 1000 ? `says too much: ${message.slice(0, 2000)}` : undefined;
}

/** Opening, reading or allocating more than the files give reason for. */
function misdeed({ opened, outside, largest }: Observed, { files }: Case, directory: string): string | undefined {
  const stray = opened.find((path) => !resolve(path).startsWith(directory + sep));
  if (stray !== undefined) return `opened ${stray}`;
  if (outside.length > 0) return `read ${outside[0]}`;
  // Two bytes of a half-precision number become four.
  const most = 2 * Object.values(files).reduce((sum, { length }) => sum + length, 0);
  return largest > most ? `allocated ${largest} bytes at once for files of ${most / 2}` : undefined;
}
