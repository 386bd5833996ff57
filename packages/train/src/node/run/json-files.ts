import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { AttuneError, parseJson, reasonOf } from '@attune/internal';
import { refusePointer } from '@attune/internal/node';

/**
 * The object of a JSON file in a model directory; undefined without a file.
 *
 * @throws AttuneError CHECKPOINT_CONFIG for a file with other content
 */
export async function readModelJson(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (!existsSync(path)) return undefined;
  const bytes = await readFile(path);
  refusePointer(path, bytes);
  try {
    return { ...(parseJson(bytes.toString('utf8')) as object) };
  } catch (cause) {
    const what = `${path}: expected a JSON object, got ${reasonOf(cause)}; fix the file, or delete it`;
    throw new AttuneError('CHECKPOINT_CONFIG', what, { cause });
  }
}
