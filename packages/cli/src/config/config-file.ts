import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { AttuneError } from '@attune/engine';
import { type ConfigFile, unreadable } from './config-values';

/** Reads a config file of one kind; each is loaded when it is needed. */
type Reader = (path: string) => Promise<ConfigFile>;

const readText: Reader = async (path) => (await import('./text-config')).parseTextConfig(path, await textOf(path));
const readModule: Reader = async (path) => (await import('./module-config')).readModuleConfig(path);

const readers: Readonly<Record<string, Reader>> = {
  '.json': readText,
  '.yaml': readText,
  '.yml': readText,
  '.ts': readModule,
  '.mts': readModule,
  '.js': readModule,
  '.mjs': readModule,
  '.cjs': readModule,
};

/**
 * Reads a config file, by its extension.
 *
 * @throws AttuneError CONFIG_UNREADABLE for a file that cannot be read, CONFIG_INVALID for one that is not written well
 * @example
 * const { values, where } = await readConfigFile('attune.config.yaml');
 * where('seed'); // 'attune.config.yaml line 3 column 1'
 */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const extension = extname(path).toLowerCase();
  const read = readers[extension];
  if (read) return read(path);
  const known = Object.keys(readers).join(', ');
  throw new AttuneError(
    'CONFIG_INVALID',
    `${path}: expected a config file ending in one of ${known}, got ${JSON.stringify(extension)}; rename it`,
  );
}

async function textOf(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    throw unreadable(path, cause);
  }
}
