import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { AttuneError } from '@attune/engine';
import { writeFileAtomically } from '@attune/models/node';

/** Writes an object as JSON; the file appears whole or not at all. */
export function writeJson(path: string, value: object): Promise<void> {
  return writeFileAtomically(path, (file) => file.writeFile(`${JSON.stringify(value, null, 2)}\n`));
}

/**
 * The object of a JSON file that Attune wrote; undefined where there is no file.
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

/**
 * The object of a JSON file in a model directory; undefined where there is no file.
 *
 * @throws AttuneError CHECKPOINT_CONFIG for a file that is there and holds something else
 */
export async function readModelJson(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (!existsSync(path)) return undefined;
  try {
    return { ...JSON.parse(await readFile(path, 'utf8')) };
  } catch (cause) {
    const what = `${path}: expected a JSON object (${(cause as Error).message}); mend the file, or delete it`;
    throw new AttuneError('CHECKPOINT_CONFIG', what, { cause });
  }
}
