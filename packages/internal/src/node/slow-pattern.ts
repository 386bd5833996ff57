// Tests untrusted regular expressions for endless backtracking, in a worker that can be terminated.
import { Worker } from 'node:worker_threads';

interface SlowPatternOptions {
  /** Wall time for all expressions together, from when the worker runs. */
  readonly seconds?: number;
  /** Of the texts, in characters; default 2000, long enough for what grows with the cube, short enough for the square. */
  readonly length?: number;
}

/** Expressions that this process has tried, by length and source. */
const tried = new Map<string, Promise<boolean>>();

/**
 * Tries regular expressions on texts that make them backtrack, in a worker with a time limit, and returns the first that exceeds it.
 * Expressions that cannot backtrack far are not tried; others are tried once per process.
 *
 * @param expressions their sources, with the flag `u`
 * @example await slowPattern(['(?:a+)+b']) // '(?:a+)+b'
 */
export async function slowPattern(
  expressions: readonly string[],
  { seconds = 10, length = 2000 }: SlowPatternOptions = {},
): Promise<string | undefined> {
  for (const source of new Set(expressions)) {
    if (isHarmless(source)) continue;
    const key = `${length} ${source}`;
    const isSlow = tried.get(key) ?? isEndless(source, textsFor(source, length), seconds);
    tried.set(key, isSlow);
    if (await isSlow) return source;
  }
  return undefined;
}

/** Repetition without a limit: `*`, `+`, `{2,}`. */
const unlimited = /[*+]|\{\d+,\}/g;

/** Whether an expression repeats at most one thing without limit in each of its alternatives, and no group. */
export function isHarmless(source: string): boolean {
  const plain = source.replace(/\\(?:[pP]\{[^}]*\}|[\s\S])/g, 'x').replace(/\[\^?[^\]]*\]/g, 'x');
  if (/\)(?:[*+]|\{)/.test(plain)) return false;
  return alternatives(plain).every((part) => (part.match(unlimited)?.length ?? 0) <= 1);
}

/** An expression without classes and escapes, divided at each `|` that is in no group. */
function alternatives(plain: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const sign of plain) {
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (sign === '|' && depth === 0) parts.push('');
    else parts[parts.length - 1] += sign;
  }
  return parts;
}

const script = `
const { workerData: { source, texts } } = require('node:worker_threads');
const expression = new RegExp(source, 'gu');
for (const text of texts) {
  try {
    for (const _ of text.matchAll(expression));
  } catch {} // its stack is full: it has come to an end
}
`;

/** Whether an expression is still busy with the texts when its time is over. */
function isEndless(source: string, texts: readonly string[], seconds: number): Promise<boolean> {
  const resourceLimits = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32 };
  return new Promise((resolve) => {
    const worker = new Worker(script, { eval: true, workerData: { source, texts }, resourceLimits, execArgv: [] });
    const end = (isSlow: boolean) => {
      clearTimeout(timer);
      resolve(isSlow);
      void worker.terminate();
    };
    let timer = setTimeout(end, 3000 * seconds, false); // it never began
    worker.on('online', () => {
      clearTimeout(timer);
      timer = setTimeout(end, 1000 * seconds, true);
    });
    worker.on('error', ({ message }) => end(/memory/.test(message)));
    worker.on('exit', () => end(false));
  });
}

/** Texts that repeat what an expression speaks of, and end otherwise. */
function textsFor(source: string, length: number): string[] {
  const own = source.replace(/\\[pP]\{[^}]*\}/g, '').match(/[^\\()[\]{}|*+?^$.]/gu) ?? [];
  const units = [...new Set(['a', 'A', '1', ' ', '\n', '.', 'é', '中', "'", ...own])].slice(0, 24);
  const pairs = units.slice(0, 6).flatMap((a, i) => units.slice(i + 1, 6).map((b) => a + b));
  return [...units, ...pairs].flatMap((unit) => [
    unit.repeat(length / unit.length),
    `${unit.repeat(length / unit.length)}\u0001`,
  ]);
}
