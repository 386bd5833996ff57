import { AttuneError } from '../errors';
import { type KindName, type KindOfValue, kinds, mismatch } from './kinds';
import { knownName } from './known-name';
import { shownValue } from './shown-value';
import type { Words } from './words';

/**
 * Options that an options object may have, by name: the kind of each, with `!` where it has to be there, the words that it may be
 * (`oneOf`), a kind of the table's own, or its own options.
 */
export interface Table {
  readonly [name: string]: KindName | `${KindName}!` | KindOfValue | Table;
}

/** Whether a type has words among what it may be, and not strings of any kind. */
type HasWords<Value> = [Extract<Value, string>] extends [never] ? false : string extends Value ? false : true;

/** What a table may say of a value of a type. An option that is one of a few words has all of them in the table. */
type EntryOf<Value> = HasWords<Value> extends true ? Words<Extract<Value, string>> : KindName | KindOfValue | Table;

/**
 * The table of an options type: a name that the table lacks is a compile error, as is one that the type lacks.
 *
 * @example const table = { name: 'string', threads: 'number' } satisfies TableOf<EngineOptions>;
 */
export type TableOf<Options> = {
  readonly [Name in keyof Options]-?: Record<never, never> extends Pick<Options, Name>
    ? EntryOf<NonNullable<Options[Name]>>
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
  { others = 'refused', what = 'options' }: CheckOptions = {},
): void {
  checkLevel({ where, table, path, others, what }, options);
}

/** Options of `checkOptions`. */
export interface CheckOptions {
  /**
   * What becomes of names that the table lacks; default `refused`. `columns` are allowed beside the table's, but for one that was meant for
   * a name of the table that is not there: `promt` where there is no `prompt`. `allowed` are nobody's business.
   */
  readonly others?: 'refused' | 'columns' | 'allowed';
  /** What messages call the names; default `options`. */
  readonly what?: string;
}

interface Level extends CheckOptions {
  readonly where: string;
  readonly table: Table;
  /** Of the level's object among the options, with a point at its end. */
  readonly path: string;
  /** The options that hold this object. */
  readonly outer?: Table;
}

function checkLevel(level: Level, options: unknown): void {
  const { where, table, path, outer } = level;
  const wrong = mismatch('object', options);
  if (wrong !== undefined) throw invalid(where, `${path === '' ? 'options' : path.slice(0, -1)} ${wrong}`);
  const given = options as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(given))
    if (value !== undefined && !Object.hasOwn(table, name)) checkOther(level, name, given);
  for (const [name, kind] of Object.entries(table)) {
    const value = given[name];
    if (isTable(kind)) {
      if (value !== undefined)
        checkLevel({ where, table: kind, path: `${path}${name}.`, outer: outer ?? table }, value);
    } else checkValue({ where, name: `${path}${name}`, kind }, value);
  }
}

type Kind = KindName | `${KindName}!` | KindOfValue;

/** Whether an entry is options of its own; a kind of value has a function where those have a kind. */
const isTable = (entry: Kind | Table): entry is Table => typeof entry === 'object' && typeof entry.holds !== 'function';

interface Named {
  readonly where: string;
  readonly name: string;
  readonly kind: Kind;
}

function checkValue({ where, name, kind }: Named, value: unknown): void {
  const isRequired = typeof kind === 'string' && kind.endsWith('!');
  if (value === undefined && !isRequired) return;
  const wrong = mismatch(isRequired ? (kind.slice(0, -1) as KindName) : (kind as KindName | KindOfValue), value);
  if (wrong === undefined) return;
  const advice = value === null && !isRequired ? '; leave it out' : '';
  throw invalid(where, `${name} ${wrong}${advice}`);
}

/** Refuses a name that the table lacks, unless its level allows it. */
function checkOther(level: Level, name: string, given: Readonly<Record<string, unknown>>): void {
  const { where, table, path, others = 'refused', what = 'options' } = level;
  if (others === 'allowed') return;
  if (others === 'refused') throw unknownName(level, name);
  const absent = Object.keys(table).filter((key) => given[key] === undefined);
  const meant = knownName(name, [absent]);
  if (meant !== undefined)
    throw invalid(where, `expected ${what} that it knows, got ${path}${name}; did you mean ${path}${meant}?`);
}

function unknownName({ where, table, path, outer, what = 'options' }: Level, name: string): AttuneError {
  const inner = Object.entries(table).flatMap(([own, kind]) =>
    isTable(kind) ? Object.keys(kind).map((key) => ({ key, path: `${path}${own}.` })) : [],
  );
  const own = Object.keys(table).map((key) => ({ key, path }));
  const outside = Object.keys(outer ?? {}).map((key) => ({ key, path: '' }));
  const groups = [own, inner, outside];
  const joined = [...own, ...inner].find(({ key, path: within }) =>
    [within.slice(path.length), within].some((before) => lettersOf(`${before}${key}`) === lettersOf(name)),
  );
  const found = knownName(
    name,
    groups.map((group) => group.map(({ key }) => key)),
  );
  const meant = joined ?? groups.flat().find(({ key }) => key === found);
  const advice = meant
    ? `did you mean ${meant.path}${meant.key}${meant.path === path ? '' : ` (${written(meant)})`}?`
    : `it knows ${Object.keys(table).join(', ')}`;
  return invalid(where, `expected ${what} that it knows, got ${path}${name}; ${advice}`);
}

/** A name in small letters alone: `loraalpha` of `lora_alpha` and `lora.alpha`. */
const lettersOf = (name: string) => name.replace(/[^a-zA-Z0-9]/g, '').toLowerCase();

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
  /** What the whole is to be; default an array. */
  readonly whole?: string;
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
    const wrong = mismatch(items.whole === undefined ? 'array' : { ...kinds.array, expected: items.whole }, values);
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
