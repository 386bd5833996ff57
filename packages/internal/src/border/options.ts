import { AttuneError } from '../errors';
import { type KindName, type KindOfValue, kinds, mismatch } from './kinds';
import { knownName } from './known-name';
import { shownValue } from './shown-value';
import { foreignArgument } from './training-arguments';
import type { Words } from './words';

/**
 * The options of an options object, by name: the kind of each, with `!` if it is required, its words (`oneOf`), a custom kind, or a nested
 * table of options.
 */
export interface Table {
  readonly [name: string]: KindName | `${KindName}!` | KindOfValue | Table;
}

/** Whether a type includes specific words, but not any string. */
type HasWords<Value> = [Extract<Value, string>] extends [never] ? false : string extends Value ? false : true;

/** A table entry for a value of a type. For an option that is one of a few words, the table lists every word. */
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
 * Refuses unknown names, with a suggestion, and values that the table does not allow.
 *
 * A name whose value is `undefined` counts as absent.
 *
 * @param where the name of the function in messages
 * @param path of the object among the arguments, with a trailing dot: `data.`
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
   * Treatment of names that the table lacks; default `refused`. `columns`: further names are columns, except one that looks like a missing
   * name of the table (`promt` without `prompt`). `allowed`: further names are ignored.
   */
  readonly others?: 'refused' | 'columns' | 'allowed';
  /** Noun for the names in messages; default `options`. */
  readonly what?: string;
}

interface Level extends CheckOptions {
  readonly where: string;
  readonly table: Table;
  /** Path of the level's object among the options, with a trailing dot. */
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

/** Whether an entry is a nested table; a value kind has the function `holds` there. */
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
  const advice = value === null && !isRequired ? '; remove it' : '';
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
    throw invalid(where, `expected known ${what}, got ${path}${name}; did you mean ${path}${meant}?`);
}

function unknownName({ where, table, path, outer, what = 'options' }: Level, name: string): AttuneError {
  const inner = Object.entries(table).flatMap(([own, kind]) =>
    isTable(kind) ? Object.keys(kind).map((key) => ({ key, path: `${path}${own}.` })) : [],
  );
  const own = Object.keys(table).map((key) => ({ key, path }));
  const outside = Object.keys(outer ?? {}).map((key) => ({ key, path: '' }));
  const groups = [own, inner, outside];
  const isTraining = groups.flat().some(({ key }) => key === 'numTrainEpochs');
  const answer = isTraining ? foreignArgument(name) : undefined;
  if (answer !== undefined) return invalid(where, `${path}${name}: ${answer}`);
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
    : `the ${what} are ${Object.keys(table).join(', ')}`;
  return invalid(where, `expected known ${what}, got ${path}${name}; ${advice}`);
}

/** A name in lowercase letters only: `loraalpha` for `lora_alpha` and `lora.alpha`. */
const lettersOf = (name: string) => name.replace(/[^a-zA-Z0-9]/g, '').toLowerCase();

/** An option, written in its place. */
const written = ({ key, path }: { readonly key: string; readonly path: string }) =>
  path === '' ? `${key}: … next to the others` : `${path.slice(0, -1)}: { ${key}: … }`;

const invalid = (where: string, message: string) => new AttuneError('ARGUMENT_INVALID', `${where}: ${message}`);

/**
 * Refuses an argument of the wrong kind.
 *
 * @throws AttuneError ARGUMENT_INVALID
 * @example checkArgument('loadPredictor', { source: 3 }, 'path'); // loadPredictor: source expected a path or a name, got 3
 */
export function checkArgument(where: string, named: Readonly<Record<string, unknown>>, kind: KindName): void {
  for (const [name, value] of Object.entries(named)) checkValue({ where, name, kind: `${kind}!` }, value);
}

/** Requirements on the items of an array. */
export interface Items {
  /** Description of the whole; default `an array`. */
  readonly whole?: string;
  readonly expected: string;
  holds(item: unknown): boolean;
  /** Advice for another item. */
  advice?(item: unknown): string | undefined;
}

/**
 * Refuses anything but an array, and an array with an unexpected item, by its index.
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
  item === undefined || item === null ? 'remove the example, or give it a value' : undefined;

/** Items that are texts. */
export const texts: Items = { expected: 'a text', holds: (item) => typeof item === 'string' };
