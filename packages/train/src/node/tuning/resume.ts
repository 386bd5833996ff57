import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/engine';
import { writeFileAtomically } from '@attune/models/node';

/** How a run starts in a directory in which an earlier one may have been interrupted. */
export interface StartOptions {
  readonly resume: boolean;
  readonly overwrite: boolean;
}

/**
 * Goes on from the newest whole checkpoint of a run directory, or begins anew where there is none.
 *
 * @example
 * await goOnOrBegin('runs/a', (start) => fitSequenceClassifier({ ...options, ...start, out: 'runs/a' }));
 */
export async function goOnOrBegin<T>(directory: string, fit: (start: StartOptions) => Promise<T>): Promise<T> {
  const anew = { resume: false, overwrite: true };
  if (!existsSync(join(directory, 'checkpoints'))) return fit(anew);
  try {
    return await fit({ resume: true, overwrite: false });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'CHECKPOINT_NONE') throw error;
    return fit(anew);
  }
}

/** Writes an object as JSON; the file appears whole or not at all. */
export function writeJson(path: string, value: object): Promise<void> {
  return writeFileAtomically(path, (file) => file.writeFile(`${JSON.stringify(value, null, 2)}\n`));
}

/**
 * The object of a JSON file; undefined where there is no file.
 *
 * @throws AttuneError RUN_CONFIG for a file that is there and holds something else
 */
export async function readJson(path: string): Promise<Record<string, unknown> | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {}
  throw new AttuneError(
    'RUN_CONFIG',
    `${path}: expected a JSON object as Attune writes it, got something else; remove the file, or begin anew with --overwrite`,
  );
}
