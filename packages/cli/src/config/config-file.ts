// Reads a config file: JSON, YAML, or a TypeScript or JavaScript module.
import { access, readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { AttuneError, JsonError, parseJson, reasonOf } from '@attune/internal';
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { orStuck } from '../program/settled';

/** The content of a config file. */
export interface ConfigFile {
  readonly values: Readonly<Record<string, unknown>>;
  /** The place of a key, for errors: the file, with line and column where they are known. */
  readonly where: (...keys: readonly string[]) => string;
}

const textExtensions = ['.json', '.yaml', '.yml'];
const moduleExtensions = ['.ts', '.mts', '.js', '.mjs', '.cjs'];

/**
 * Reads a config file, by its extension.
 *
 * @throws AttuneError CONFIG_UNREADABLE for a file that cannot be read, CONFIG_INVALID for one that cannot be parsed
 * @example
 * const { values, where } = await readConfigFile('attune.config.yaml');
 * where('seed'); // 'attune.config.yaml line 3 column 1'
 */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const extension = extname(path).toLowerCase();
  if (textExtensions.includes(extension)) return parseTextConfig(path, await textOf(path));
  if (moduleExtensions.includes(extension)) return readModuleConfig(path);
  const known = [...textExtensions, ...moduleExtensions].join(', ');
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

/** The error for a file that is missing or not text. */
function unreadable(path: string, cause: unknown): AttuneError {
  const message = `${path}: expected a config file, got ${reasonOf(cause)}; check the path`;
  return new AttuneError('CONFIG_UNREADABLE', message, { cause });
}

/** @throws AttuneError CONFIG_INVALID for anything but an object */
function namedValues(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  const got = Array.isArray(value) ? 'a list' : value === null ? 'nothing' : `${typeof value}`;
  throw new AttuneError('CONFIG_INVALID', `${path}: expected options by name, such as seed: 7, got ${got}; name them`);
}

/**
 * Parses JSON or YAML.
 *
 * JSON is YAML too, so one parser finds the places of its keys; JSON.parse then checks that it is proper JSON.
 *
 * @throws AttuneError CONFIG_INVALID with line and column
 */
export function parseTextConfig(path: string, text: string): ConfigFile {
  const lines = new LineCounter();
  refuseDeep(path, text);
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path} line ${line} column ${col}`;
  };
  const read = path.toLowerCase().endsWith('.json') ? jsonValue : yamlValue;
  return {
    values: namedValues(read({ text, document, place }), path),
    where: (...keys) => {
      const offset = keyOffset(document, keys);
      return offset === undefined ? path : place(offset);
    },
  };
}

const deepest = 1000;

/**
 * Refuses nesting so deep that the recursive YAML parser would overflow the stack: brackets, or `- - -` on one line. Quotes are not considered:
 * no options have a thousand open brackets in texts.
 */
function refuseDeep(path: string, text: string): void {
  let depth = 0;
  let most = /^\s*(?:[-?] +){1000}/m.test(text) ? Number.POSITIVE_INFINITY : 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(depth + ('[{'.includes(bracket) ? 1 : -1), 0);
    most = Math.max(most, depth);
  }
  if (most > deepest)
    throw invalid(path, `expected options by name, got values nested more than ${deepest} deep; correct it`);
}

interface Parsed {
  readonly text: string;
  readonly document: Document.Parsed;
  readonly place: (offset: number) => string;
}

function jsonValue({ text, document, place }: Parsed): unknown {
  const twice = document.errors.find(({ code }) => code === 'DUPLICATE_KEY');
  try {
    const value = parseJson(text);
    if (!twice) return value;
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw invalid(place(cause.offset), `expected JSON, got ${cause.got}; correct it`, cause);
  }
  throw repeatedKey(place(twice.pos[0]));
}

function yamlValue({ document, place }: Parsed): unknown {
  const [error] = document.errors;
  if (error?.code === 'DUPLICATE_KEY') throw repeatedKey(place(error.pos[0]));
  if (error) throw invalid(place(error.pos[0]), `expected YAML, got: ${error.message}; correct it`, error);
  try {
    return document.toJS();
  } catch (cause) {
    throw invalid(place(0), `expected YAML, got: ${(cause as Error).message}; correct it`, cause);
  }
}

const repeatedKey = (where: string) => invalid(where, 'expected each key once, got this one again; remove one');

function invalid(where: string, problem: string, cause?: unknown): AttuneError {
  return new AttuneError('CONFIG_INVALID', `${where}: ${problem}`, { cause });
}

/** The offset of the last key, each key inside the one before it. */
function keyOffset({ contents }: Document.Parsed, keys: readonly string[]): number | undefined {
  let node: unknown = contents;
  let offset: number | undefined;
  for (const name of keys) {
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && `${key.value}` === name) : undefined;
    if (!pair) return undefined;
    node = pair.value;
    if (isScalar(pair.key)) offset = pair.key.range?.[0];
  }
  return offset;
}

/**
 * Runs a TypeScript or JavaScript file and takes its default export.
 *
 * @throws AttuneError CONFIG_UNREADABLE for a file that is not there, CONFIG_INVALID for one that does not run or
 * exports nothing by default
 */
async function readModuleConfig(path: string): Promise<ConfigFile> {
  const file = resolve(path);
  await access(file).catch((cause) => {
    throw unreadable(path, cause);
  });
  const value = await orStuck(defaultExport(file, path), () => neverLoaded(path));
  if (value === undefined)
    throw new AttuneError('CONFIG_INVALID', `${path}: expected export default { … }, found no default export; add it`);
  return { values: namedValues(value, path), where: () => path };
}

async function defaultExport(file: string, path: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  // No caches: the file may have changed, and no files are left on the disk.
  const jiti = createJiti(file, { fsCache: false, moduleCache: false, interopDefault: false });
  try {
    return await (await jiti.import<{ default?: unknown }>(file)).default;
  } catch (cause) {
    const message = (cause as Error).message?.replaceAll(/\s+/g, ' ').replace(file, path) ?? `${cause}`;
    throw new AttuneError('CONFIG_INVALID', `${path}: expected a module that runs, got: ${message}; correct it`, {
      cause,
    });
  }
}

function neverLoaded(path: string): AttuneError {
  const problem = 'expected a module that exports options, got a promise that never settles';
  return new AttuneError('CONFIG_INVALID', `${path}: ${problem}; resolve it, or export the options directly`);
}
