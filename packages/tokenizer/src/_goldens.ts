import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const shared = new URL('../../../../shared/', import.meta.url);

/** Whether the reference's fixtures are there; the tests that read them are skipped without. */
export const hasGoldens = existsSync(new URL('goldens/tokenizers/', shared));

export function sharedPath(path: string): string {
  return fileURLToPath(new URL(path, shared));
}

export function readShared(path: string): string {
  return readFileSync(sharedPath(path), 'utf8');
}

export function readGolden<Value>(path: string): Value {
  return JSON.parse(readShared(`goldens/tokenizers/${path}`)) as Value;
}
