import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether a directory is a run's that has something to load. */
export const hasTrained = (source: string) => ['model', 'adapter'].some((name) => existsSync(join(source, name)));

/**
 * What decided the run that a model comes from: the run directory's `config.json`, or the `attune.json` beside a model that was
 * copied elsewhere. Empty for a model that Attune did not train.
 */
export async function trainedConfig(source: string): Promise<Readonly<Record<string, unknown>>> {
  const run = join(source, 'config.json');
  const path = hasTrained(source) && existsSync(run) ? run : join(source, 'attune.json');
  if (!existsSync(path)) return {};
  return JSON.parse(await readFile(path, 'utf8'));
}
