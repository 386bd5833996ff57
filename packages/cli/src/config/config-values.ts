import { AttuneError } from '@attune/engine';

/** What a config file says. */
export interface ConfigFile {
  readonly values: Readonly<Record<string, unknown>>;
  /** The place of a key, for errors: the file, with line and column where they are known. */
  readonly where: (...keys: readonly string[]) => string;
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
