import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { AttuneError } from '@attune/engine';

/** What a config file says. */
export interface ConfigFile {
  readonly values: Readonly<Record<string, unknown>>;
  /** The place of a key, for errors: the file, with line and column where they are known. */
  readonly where: (...keys: readonly string[]) => string;
}

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

/** The error for a file that is not there, or is no text. */
export function unreadable(path: string, cause: unknown): AttuneError {
  const message = `${path}: expected a config file, got ${(cause as Error).message}; check the path`;
  return new AttuneError('CONFIG_UNREADABLE', message, { cause });
}

/** The values, where they are names and values. */
export function namedValues(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  const got = Array.isArray(value) ? 'a list' : value === null ? 'nothing' : `${typeof value}`;
  throw new AttuneError('CONFIG_INVALID', `${path}: expected options by name, such as seed: 7, got ${got}; name them`);
}
