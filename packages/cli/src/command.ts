import type { z } from 'zod';
import type { Io } from './io';

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

/** A command, as data: how it is typed, what it says of itself, and what it does. */
export interface Command<O extends Options = Options> {
  readonly name: string;
  readonly summary: string;
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
