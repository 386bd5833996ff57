import { AttuneError } from '../errors';
import { type KindName, mismatch } from './kinds';
import { knownName } from './known-name';
import { shownValue } from './shown-value';

/** Options that an options object may have, by name: the kind of each, with `!` where it has to be there, or its own options. */
export interface Table {
  readonly [name: string]: KindName | `${KindName}!` | Table;
}

/**
 * The table of an options type: a name that the table lacks is a compile error, as is one that the type lacks.
 *
 * @example const table = { name: 'string', threads: 'number' } satisfies TableOf<EngineOptions>;
 */
export type TableOf<Options> = {
  readonly [Name in keyof Options]-?: Record<never, never> extends Pick<Options, Name>
    ? KindName | Table
    : `${KindName}!`;
};

/**
 * Refuses options of another kind than the table says, and names that it does not have, with the name that was meant.
 *
 * A name whose value is `undefined` is as good as absent.
 *
 * @param where the function that messages name
 * @param path of the object among the arguments, with a point at its end: `data.`
 * @throws AttuneError ARGUMENT_INVALID
 * @example checkOptions('openEngine', { thread: 4 }, { threads: 'number' }); // … got thread; did you mean threads?
 */
export function checkOptions(
  where: string,
  options: unknown,
  table: Table,
  path = '',
  { isOpen = false }: { readonly isOpen?: boolean } = {},
): void {
  checkLevel({ where, table, path, isOpen }, options);
}

interface Level {
  readonly where: string;
  readonly table: Table;
  /** Whether other names are nobody's business. */
  readonly isOpen?: boolean;
  /** Of the level's object among the options, with a point at its end. */
  readonly path: string;
  /** The options that hold this object. */
  readonly outer?: Table;
}

function checkLevel(level: Level, options: unknown): void {
  const { where, table, path, outer, isOpen } = level;
  const wrong = mismatch('object', options);
  if (wrong !== undefined) throw invalid(where, `${path === '' ? 'options' : path.slice(0, -1)} ${wrong}`);
  const given = options as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(given))
    if (!isOpen && value !== undefined && !Object.hasOwn(table, name)) throw unknownName(level, name);
  for (const [name, kind] of Object.entries(table)) {
    const value = given[name];
    if (typeof kind === 'object') {
      if (value !== undefined)
        checkLevel({ where, table: kind, path: `${path}${name}.`, outer: outer ?? table }, value);
    } else checkValue({ where, name: `${path}${name}`, kind }, value);
  }
}

interface Named {
  readonly where: string;
  readonly name: string;
  readonly kind: KindName | `${KindName}!`;
}

function checkValue({ where, name, kind }: Named, value: unknown): void {
  const isRequired = kind.endsWith('!');
  if (value === undefined && !isRequired) return;
  const wrong = mismatch((isRequired ? kind.slice(0, -1) : kind) as KindName, value);
  if (wrong === undefined) return;
  const advice = value === null && !isRequired ? '; leave it out' : '';
  throw invalid(where, `${name} ${wrong}${advice}`);
}

function unknownName({ where, table, path, outer }: Level, name: string): AttuneError {
  const inner = Object.entries(table).flatMap(([own, kind]) =>
    typeof kind === 'object' ? Object.keys(kind).map((key) => ({ key, path: `${path}${own}.` })) : [],
  );
  const own = Object.keys(table).map((key) => ({ key, path }));
  const outside = Object.keys(outer ?? {}).map((key) => ({ key, path: '' }));
  const groups = [own, inner, outside];
  const found = knownName(
    name,
    groups.map((group) => group.map(({ key }) => key)),
  );
  const meant = groups.flat().find(({ key }) => key === found);
  const advice = meant
    ? `did you mean ${meant.path}${meant.key}${meant.path === path ? '' : ` (${written(meant)})`}?`
    : `it knows ${Object.keys(table).join(', ')}`;
  return invalid(where, `expected options that it knows, got ${path}${name}; ${advice}`);
}

/** How an option is written where it belongs. */
const written = ({ key, path }: { readonly key: string; readonly path: string }) =>
  path === '' ? `${key}: … beside the others` : `${path.slice(0, -1)}: { ${key}: … }`;

const invalid = (where: string, message: string) => new AttuneError('ARGUMENT_INVALID', `${where}: ${message}`);

/**
 * Refuses an argument of another kind.
 *
 * @throws AttuneError ARGUMENT_INVALID
 * @example checkArgument('loadPredictor', { source: 3 }, 'path'); // loadPredictor: source expected a path or a name, got 3
 */
export function checkArgument(where: string, named: Readonly<Record<string, unknown>>, kind: KindName): void {
  for (const [name, value] of Object.entries(named)) checkValue({ where, name, kind: `${kind}!` }, value);
}

/** What the items of an array are to be. */
export interface Items {
  readonly expected: string;
  holds(item: unknown): boolean;
  /** What to do about an item that is not. */
  advice?(item: unknown): string | undefined;
}

/**
 * Refuses what is no array, and an array with an item that is not as expected, by its index.
 *
 * @throws AttuneError ARGUMENT_INVALID
 * @example checkItems('predict', { texts: ['a', undefined] }, texts); // predict: texts[1] expected a text, got undefined; …
 */
export function checkItems(where: string, named: Readonly<Record<string, unknown>>, items: Items): void {
  for (const [name, values] of Object.entries(named)) {
    const wrong = mismatch('array', values);
    if (wrong !== undefined) throw invalid(where, `${name} ${wrong}`);
    const list = values as readonly unknown[];
    for (let i = 0; i < list.length; i++)
      if (!items.holds(list[i])) {
        const advice = items.advice?.(list[i]) ?? absentAdvice(list[i]);
        throw invalid(
          where,
          `${name}[${i}] expected ${items.expected}, got ${shownValue(list[i])}${advice ? `; ${advice}` : ''}`,
        );
      }
  }
}

const absentAdvice = (item: unknown) =>
  item === undefined || item === null ? 'leave the example out, or give it a value' : undefined;

/** Items that are texts. */
export const texts: Items = { expected: 'a text', holds: (item) => typeof item === 'string' };
