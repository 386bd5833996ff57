import { AttuneError, isAttuneError, typedCommand } from '@attune/internal';
// A command as data: its options with their schemas, and the parsing of typed values into flags.
import { z } from 'zod';
import { UsageError } from './failure';
import type { Io } from './process';

/** One option of a command. It is required if its schema refuses `undefined`. */
export interface OptionSpec<Schema extends z.ZodType = z.ZodType> {
  /** Parses the typed value (a string, or true for a switch) into the flag's value. */
  readonly schema: Schema;
  readonly help: string;
  /** Name of the value in the help; absent for a switch. */
  readonly value?: string | undefined;
  /** A second, shorter name, in camelCase like the first. Errors use it. */
  readonly alias?: string | undefined;
  /** Heading in the help. */
  readonly group?: string | undefined;
  /** Whether it may be typed several times; the schema then takes a list. */
  readonly isList?: boolean | undefined;
}

/** Options by name; `maxLength` is typed `--max-length`. */
export type Options = Readonly<Record<string, OptionSpec>>;

/** The parsed values of options, by name. */
export type Flags<O extends Options> = { readonly [Name in keyof O]: z.infer<O[Name]['schema']> };

/** Options as they were typed: strings, or true for a switch. */
export type TypedOptions = Readonly<Record<string, unknown>>;

/** The input of a command. */
export interface CommandInput<O extends Options> {
  readonly flags: Flags<O>;
  /** The options before they were parsed into `flags`. */
  readonly typed: TypedOptions;
  /** The positional argument; empty for a command without one. */
  readonly argument: string;
  /** All positional arguments, of a command that takes several. */
  readonly arguments: readonly string[];
  /** The second positional argument; empty for a command without one. */
  readonly target: string;
  readonly io: Io;
}

/** A positional argument. */
export interface Positional {
  readonly name: string;
  readonly help: string;
  /** Whether several may be typed. */
  readonly isList?: boolean;
  /** Advice at the end of the error about too many arguments. */
  readonly more?: string;
  /** Whether it may be omitted; default false. */
  readonly isOptional?: boolean;
}

/** A command as data: its arguments, options and help, and its work. Its name and summary are in `commands/index.ts`. */
export interface Command<O extends Options = Options> {
  /** Text for the command's own help, after the summary. */
  readonly details?: string;
  readonly argument?: Positional;
  /** A second argument: the destination. */
  readonly target?: Positional;
  readonly options: O;
  /** Completes the typed options before they are parsed, for example from a file. */
  readonly complete?: (typed: TypedOptions) => Promise<TypedOptions>;
  /** Whether a signal is the normal end of the command rather than a failure; default false. */
  readonly endsOnSignal?: boolean;
  readonly examples: readonly string[];
  run(input: CommandInput<O>): Promise<void>;
}

/** A command whose `run` knows the types of its flags. */
export function defineCommand<const O extends Options>(command: Command<O>): Command<O> {
  return command;
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const shown = (value: unknown) => (typeof value === 'number' ? `${value}` : JSON.stringify(value));

/** An error message for a schema: `required`, or the expected and the actual value. */
export const expected =
  (what: string) =>
  ({ input }: { readonly input?: unknown }) =>
    input === undefined ? 'required' : `expected ${what}, got ${shown(input)}`;

/** The error for a number or a switch of a config file, such as `label: 1`, which YAML and JSON tell from text by quotes. */
function expectedText(issue: { readonly input?: unknown }): string {
  const isBare = typeof issue.input === 'number' || typeof issue.input === 'boolean';
  return `${expected('text')(issue)}${isBare ? `; write it in quotes: "${issue.input}"` : ''}`;
}

/** Non-empty text. */
export const textFlag = () => z.string({ error: expectedText }).min(1, 'expected a value, got an empty one');

/** A decimal number, typed or from a file. Its range is checked by the argument that it sets. */
export const numberFlag = () => {
  const error = expected('a number');
  return z.union([z.number(), z.string().regex(decimal, { error })], { error }).transform(Number);
};

/** One of a few words. */
export const choiceFlag = <const Choice extends string>(choices: readonly Choice[]) =>
  z.enum(choices, {
    error: (issue) => (issue.input === undefined ? `required, ${oneOf(choices)}` : expected(oneOf(choices))(issue)),
  });

const oneOf = (choices: readonly string[]) => (choices.length > 1 ? `one of ${choices.join(', ')}` : choices[0]);

/** Names separated by commas, or a list of names. */
export const listFlag = () =>
  z
    .union([textFlag(), z.array(textFlag())], { error: expected('names separated by commas, or a list of names') })
    .transform((names) => (typeof names === 'string' ? names.split(',') : names));

/** A switch; default false. */
export const switchFlag = () => z.boolean({ error: expected('true or false') }).default(false);

/** A line of an example as it is typed; lines that continue one stay aligned with it. */
export const typedExample = (line: string): string =>
  line
    .replace(/^ {2,}/, (spaces) => `${spaces}${' '.repeat(typedCommand('').length - 'attune '.length)}`)
    .replace(/(^|\| )attune /, (_, before: string) => `${before}${typedCommand('')}`);
/** A flag as it is typed: `maxLength` is `--max-length`. */
export function dashed(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The name that errors use: the shorter one of two. */
export function flagName(name: string, options: Options): string {
  return dashed(options[name]?.alias ?? name);
}

/** Options whose errors use the longer of two names where only that one was typed. */
export function asTyped<O extends Options>(options: O, argv: readonly string[]): O {
  const isTyped = (name: string) => argv.some((text) => text === dashed(name) || text.startsWith(`${dashed(name)}=`));
  const entries = Object.entries(options).map(([name, spec]) =>
    spec.alias !== undefined && isTyped(name) && !isTyped(spec.alias)
      ? [name, { ...spec, alias: undefined }]
      : [name, spec],
  );
  return Object.fromEntries(entries) as O;
}

/** Whether an option must be typed. */
export function isRequired({ schema }: OptionSpec): boolean {
  return !schema.safeParse(undefined).success;
}

/**
 * Parses typed options by their schemas.
 *
 * @throws UsageError with a line per problem
 */
export function parseFlags<O extends Options>(options: O, typed: TypedOptions): Flags<O> {
  const flags: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, { schema }] of Object.entries(options)) {
    const parsed = schema.safeParse(typed[name]);
    if (parsed.success) flags[name] = parsed.data;
    else problems.push(`${flagName(name, options)}: ${parsed.error.issues[0].message}`);
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return flags as Flags<O>;
}

/** Names of options of more than one word within a sentence. */
const optionNames = /(?<![\w"'/.-])[a-z]+(?:[A-Z][a-z]*)+(?![\w"'/-]|\.\w)/g;

/** Codes of errors about options other than `ARGUMENT_INVALID`; all other messages begin with a place. */
const aboutOptions = /^(CLASS_WEIGHTS_INVALID|FREEZE_INVALID|LORA_.*|MODEL_LAYERS|QUANTIZE_.*|TEACHER_.*)$/;

/**
 * Replaces the name of an option at the beginning of its error, such as `maxLength: expected …`, by the flag. In an error about too little
 * data, it replaces the advised options, such as `a smaller chunkLength`. Other errors stay unchanged.
 */
export function asFlagError(error: unknown, options: Options): unknown {
  const flagOf = (name: string) => (options[name] ? flagName(name, options) : name);
  if (!isAttuneError(error)) return error;
  const named = error.message.replace(/^(\w+)(?=:)/, flagOf);
  if (/^LORA_/.test(error.code)) return withMessage(error, asLoraFlags(named, options));
  if (error.code === 'ARGUMENT_INVALID') return new UsageError(named, { cause: error });
  const message = aboutOptions.test(error.code)
    ? named
    : error.code === 'DATA_EMPTY'
      ? asFlagNote(error.message, options)
      : error.message;
  return withMessage(error, message);
}

const withMessage = (error: AttuneError, message: string) =>
  message === error.message ? error : new AttuneError(error.code, message, { cause: error });

/** An error of `withLora` with flags in place of its options: `targetModules` is `--lora-target-modules`. */
function asLoraFlags(message: string, options: Options): string {
  const flagOf = (name: string) => {
    const option = `lora${name[0].toUpperCase()}${name.slice(1)}`;
    return Object.hasOwn(options, option) ? flagName(option, options) : undefined;
  };
  const rest = message.replace(/^withLora: (\w+) (?=expected )/, (all, name) => {
    const flag = flagOf(name);
    return flag === undefined ? all : `${flag}: `;
  });
  return rest.replace(optionNames, (name) => flagOf(name) ?? name);
}

/** A note of the library with flags in place of names of options, such as `studentLayers`; a name of one word only at the beginning. */
export function asFlagNote(note: string, options: Options): string {
  const flagOf = (name: string) => (Object.hasOwn(options, name) ? flagName(name, options) : name);
  const once = note.replace(/(\w+) \((--[\w-]+)\)/g, (both, name, flag) => (dashed(name) === flag ? name : both));
  const flagged = once.replace(/^\w+(?= is ignored)/, flagOf).replace(optionNames, flagOf);
  return flagged.replace(/(--[\w-]+ [^\s;,]+) \(\1\)/g, '$1');
}

/**
 * @param use where the flags are not used: `by a tagger`, `without --chat`
 * @throws UsageError for the first of these flags that was given
 */
export function refuseFlags(flags: object, names: readonly string[], use: string): void {
  const name = names.find((each) => ![undefined, false].includes((flags as Record<string, undefined>)[each]));
  if (name !== undefined) throw new UsageError(`${dashed(name)}: not used ${use}; remove it`);
}
