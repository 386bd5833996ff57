import { readFile } from 'node:fs/promises';
import { AttuneError } from '../errors';
import { parseJson } from '../json';
import { writeFileAtomically } from './atomic-files';

/** Writes a value as JSON, indented by two; the file appears complete or not at all. */
export function writeJson(path: string, value: object): Promise<void> {
  return writeFileAtomically(path, (file) => file.writeFile(`${JSON.stringify(value, null, 2)}\n`));
}

/**
 * Reads the object of a JSON file that Attune wrote; undefined without such a file.
 *
 * @throws AttuneError `RUN_CONFIG` for a file that holds anything else
 */
export async function readJsonObject(path: string): Promise<Record<string, unknown> | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const value = parseJson(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {}
  throw new AttuneError(
    'RUN_CONFIG',
    `${path}: expected a JSON object as Attune writes it, got something else; remove the file, or start over with --overwrite`,
  );
}
