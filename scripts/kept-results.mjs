import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

/** The folder of data and weights beside the repository. */
export const shared = join(root, '..', 'shared');

/** The objects of a file of JSON lines; none where there is no file. */
export function linesOf(path) {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** Figures of runs in a file of JSON lines, one a run and seed. */
export function keptResults(path) {
  const of = (run) => linesOf(path).filter((line) => line.run === run);
  return {
    of,
    isKept: (run, seed) => of(run).some((line) => line.seed === seed),
    keep: (line) => appendFileSync(path, `${JSON.stringify(line)}\n`),
  };
}

/** An argument list with `{name}` replaced by the place of that name. */
export function filled(command, places) {
  return command.map((part) => part.replace(/\{(\w+)\}/g, (_, place) => places[place]));
}

/** Runs a program of Node in the repository's root; ends with it where it fails. Returns what it printed, where `stdout` is `pipe`. */
export function runNode(args, stdout = 'ignore') {
  const stdio = ['ignore', stdout, 'inherit'];
  const ended = spawnSync(process.execPath, args, { cwd: root, stdio, encoding: 'utf8' });
  if (ended.status !== 0) process.exit(ended.status ?? 1);
  return ended.stdout;
}

/** Mean and sample deviation; the deviation of one value is 0. */
export function spreadOf(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)) };
}
