import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { AttuneError, parseJson, reasonOf } from '@attune/internal';
import { refusePointer } from '@attune/internal/node';

/**
 * The object of a JSON file in a model directory; undefined where there is no file.
 *
 * @throws AttuneError CHECKPOINT_CONFIG for a file that is there and holds something else
 */
export async function readModelJson(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (!existsSync(path)) return undefined;
  const bytes = await readFile(path);
  refusePointer(path, bytes);
  try {
    return { ...(parseJson(bytes.toString('utf8')) as object) };
  } catch (cause) {
    const what = `${path}: expected a JSON object, got ${reasonOf(cause)}; mend the file, or delete it`;
    throw new AttuneError('CHECKPOINT_CONFIG', what, { cause });
  }
}
