import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AttuneError } from '@attune/engine';
import { createJiti } from 'jiti';
import { type ConfigFile, namedValues, unreadable } from './config-values';

/**
 * What a TypeScript or JavaScript file exports by default. The file is run.
 *
 * @throws AttuneError CONFIG_UNREADABLE for a file that is not there, CONFIG_INVALID for one that does not run or
 * exports nothing by default
 */
export async function readModuleConfig(path: string): Promise<ConfigFile> {
  const file = resolve(path);
  await access(file).catch((cause) => {
    throw unreadable(path, cause);
  });
  const value = await defaultExport(file, path);
  if (value === undefined)
    throw new AttuneError('CONFIG_INVALID', `${path}: expected export default { … }, found no default export; add it`);
  return { values: namedValues(value, path), where: () => path };
}

async function defaultExport(file: string, path: string): Promise<unknown> {
  // No caches: what is read is what the file says now, and nothing is left on the disk.
  const jiti = createJiti(file, { fsCache: false, moduleCache: false, interopDefault: false });
  try {
    return (await jiti.import<{ default?: unknown }>(file)).default;
  } catch (cause) {
    const message = (cause as Error).message?.replaceAll(/\s+/g, ' ').replace(file, path) ?? `${cause}`;
    throw new AttuneError('CONFIG_INVALID', `${path}: expected a module that runs, got: ${message}; correct it`, {
      cause,
    });
  }
}
