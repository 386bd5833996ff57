// A command as data: its options, their schemas, and how typed values become flags.
import { z } from 'zod';
import { UsageError } from './failure';
import type { Io } from './process';

/** One option of a command. Whether it is required is the schema's to say. */
export interface OptionSpec<Schema extends z.ZodType = z.ZodType> {
  /** Turns what was typed (a string, or true for a switch) into the flag's value. */
  readonly schema: Schema;
  readonly help: string;
  /** What stands for the value in the help; absent for a switch. */
  readonly value?: string | undefined;
  /** A second name, in camelCase like the first: the one that errors use. */
  readonly alias?: string | undefined;
  /** The heading it is listed under. */
  readonly group?: string | undefined;
  /** Whether it may be typed several times; the schema then takes a list. */
  readonly isList?: boolean | undefined;
}

/** Options by name; `maxLength` is typed `--max-length`. */
export type Options = Readonly<Record<string, OptionSpec>>;

export type Flags<O extends Options> = { readonly [Name in keyof O]: z.infer<O[Name]['schema']> };

/** Options as they were typed: strings, or true for a switch. */
export type TypedOptions = Readonly<Record<string, unknown>>;

/** What a command is given to work on. */
export interface CommandInput<O extends Options> {
  readonly flags: Flags<O>;
  /** What the flags were parsed from. */
  readonly typed: TypedOptions;
  /** The positional argument; the empty string for a command that takes none. */
  readonly argument: string;
  /** The second positional argument; the empty string for a command that takes none. */
  readonly target: string;
  readonly io: Io;
}

/** A positional argument, which is always required. */
export interface Positional {
  readonly name: string;
  readonly help: string;
}

/** A command as data: its arguments, options and help, and what it does. Its name and summary stand in `commands/index.ts`. */
export interface Command<O extends Options = Options> {
  /** More for its own help, after the summary. */
  readonly details?: string;
  readonly argument?: Positional;
  /** After `argument`: where something goes. */
  readonly target?: Positional;
  readonly options: O;
  /** Adds what need not be typed, before the options are parsed. */
  readonly complete?: (typed: TypedOptions) => Promise<TypedOptions>;
  readonly examples: readonly string[];
  run(input: CommandInput<O>): Promise<void>;
}

/** A command whose `run` knows the types of its flags. */
export function defineCommand<const O extends Options>(command: Command<O>): Command<O> {
  return command;
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const shown = (value: unknown) => (typeof value === 'number' ? `${value}` : JSON.stringify(value));

/** What is wrong with a value, for a schema: nothing was given, or not what was expected. */
export const expected =
  (what: string) =>
  ({ input }: { readonly input?: unknown }) =>
    input === undefined ? 'required' : `expected ${what}, got ${shown(input)}`;

/** Text that is not empty. */
export const textFlag = () => z.string({ error: expected('text') }).min(1, 'expected a value, got an empty one');

/** A decimal number, typed or from a file; what range it is in is for the argument it sets to say. */
export const numberFlag = () => {
  const error = expected('a number');
  return z.union([z.number(), z.string().regex(decimal, { error })], { error }).transform(Number);
};

/** One of a few words. */
export const choiceFlag = <const Choice extends string>(choices: readonly Choice[]) =>
  z.enum(choices, { error: expected(`${oneOf(choices)}`) });

const oneOf = (choices: readonly string[]) => (choices.length > 1 ? `one of ${choices.join(', ')}` : choices[0]);

/** Names between commas, or a list of them. */
export const listFlag = () =>
  z
    .union([textFlag(), z.array(textFlag())], { error: expected('names between commas, or a list of them') })
    .transform((given) => (typeof given === 'string' ? given.split(',') : given));

/** On where it is given. */
export const switchFlag = () => z.boolean({ error: expected('true or false') }).default(false);

/** A flag as it is typed: `maxLength` is `--max-length`. */
export function dashed(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The name errors use: the shorter one where there are two. */
export function flagName(name: string, options: Options): string {
  return dashed(options[name]?.alias ?? name);
}

export function isRequired({ schema }: OptionSpec): boolean {
  return !schema.safeParse(undefined).success;
}

/**
 * The typed values of what was given, by the options' schemas.
 *
 * @throws UsageError with a line for everything that is wrong
 */
export function parseFlags<O extends Options>(options: O, given: Readonly<Record<string, unknown>>): Flags<O> {
  const flags: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, { schema }] of Object.entries(options)) {
    const parsed = schema.safeParse(given[name]);
    if (parsed.success) flags[name] = parsed.data;
    else problems.push(`${flagName(name, options)}: ${parsed.error.issues[0].message}`);
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return flags as Flags<O>;
}

/** An error about an argument, such as `maxLength: expected …`, as one about the flag that set it; others unchanged. */
export function asFlagError(error: unknown, options: Options): unknown {
  if (!(error instanceof Error) || (error as { code?: unknown }).code !== 'ARGUMENT_INVALID') return error;
  const message = error.message.replace(/^(\w+)(?=:)/, (name) => (options[name] ? flagName(name, options) : name));
  return new UsageError(message, { cause: error });
}

/** Throws UsageError for a flag that a model makes no use of. */
export function refuseFlags(flags: object, names: readonly string[], what: string): void {
  const given = names.find((name) => (flags as Record<string, unknown>)[name] !== undefined);
  if (given !== undefined) throw new UsageError(`${dashed(given)}: expected none for ${what}; leave it out`);
}
