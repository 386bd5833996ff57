// The log of a run, `metrics.jsonl`: a JSON object per line.
import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError, parseJson } from '@attune/internal';
import { unwritable } from '@attune/internal/node';
import { writeFileAtomically } from '@attune/models/node';

/** Lines of training and evaluations, appended as they happen. */
export interface RunLog {
  /** Appends a line to `metrics.jsonl`. */
  log(line: object): void;
  /** Number of lines of `metrics.jsonl`. */
  lines(): number;
  /** Cuts `metrics.jsonl` back to this number of lines. */
  cutLog(lines: number): Promise<void>;
  /** The lines of `metrics.jsonl`. */
  readLog(): Promise<readonly object[]>;
}

/** The log of the run in a directory. */
export function runLog(run: string): RunLog {
  const path = logOf(run);
  let lines = 0;
  return {
    lines: () => lines,
    log(line) {
      try {
        appendFileSync(path, `${JSON.stringify(line)}\n`);
      } catch (error) {
        throw unwritable(path, error);
      }
      lines += 1;
    },
    async cutLog(count) {
      const kept = (await readLines(path)).slice(0, count);
      await writeFileAtomically(path, (file) => file.writeFile(kept.map((line) => `${line}\n`).join('')));
      lines = kept.length;
    },
    readLog: async () => (await readLines(path)).map((line, i) => parsedLine(line, `${path} line ${i + 1}`)),
  };
}

/** Whether the directory has the log of a training. */
export async function hasRunLog(run: string): Promise<boolean> {
  const [first = ''] = await readLines(logOf(run));
  return /^\{"type":"(train|eval)"/.test(first);
}

const logOf = (run: string) => join(run, 'metrics.jsonl');

/** The complete lines of a file; none without a file. */
async function readLines(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').slice(0, -1);
}

function parsedLine(line: string, where: string): object {
  try {
    return { ...(parseJson(line) as object) };
  } catch (cause) {
    const { message } = cause as Error;
    throw new AttuneError(
      'RUN_CONFIG',
      `${where}: expected a JSON object that training wrote, got ${message}; restore the file, or train again with --overwrite`,
      { cause },
    );
  }
}
