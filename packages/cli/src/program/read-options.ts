import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { ZodType } from 'zod';
import { choiceFlag, numberFlag, textFlag } from '../flags';
import { UsageError } from '../usage-error';

/** An option of a program: `--model path/to/bert`, `--max-steps 10`, `--overwrite`. */
export interface ProgramOption {
  /** `boolean` is false unless it is given, and takes no value. */
  readonly type: 'string' | 'number' | 'boolean';
  readonly default?: string | number;
  /** The only values it takes. */
  readonly choices?: readonly string[];
  /** May be given several times; its values are a list, empty unless it is given. */
  readonly multiple?: boolean;
}

/** By names as they are typed, without the dashes. */
export type ProgramOptions = Readonly<Record<string, ProgramOption>>;

type Given<Option> = Option extends { type: 'number' }
  ? number
  : Option extends { choices: readonly (infer Choice)[] }
    ? Choice
    : string;

type ValueOf<Option> = Option extends { type: 'boolean' }
  ? boolean
  : Option extends { multiple: true }
    ? Given<Option>[]
    : Given<Option> | (Option extends { default: string | number } ? never : undefined);

export type ProgramValues<Options extends ProgramOptions> = {
  readonly [Name in keyof Options]: ValueOf<Options[Name]>;
};

/** What of a process is used: `process` will do. */
export interface ProgramProcess {
  readonly argv: readonly string[];
  exit(code: number): void;
  readonly stdout: { write(text: string): unknown };
}

/**
 * The options that a program was started with, without those that were not given and have no default. `--help` lists them and
 * ends it.
 *
 * @throws UsageError for an option that there is not, one without its value, and a value of another kind
 * @example
 * const { out, seed } = readOptions(process, { out: { type: 'string', default: 'runs/mine' }, seed: { type: 'number', default: 42 } });
 */
export function readOptions<const Options extends ProgramOptions>(
  { argv, exit, stdout }: ProgramProcess,
  options: Options,
): ProgramValues<Options> {
  const typed = typedValues(argv.slice(2), options);
  if (typed.help) {
    stdout.write(`${helpText(options)}\n`);
    exit(0);
  }
  const values = Object.entries(options).map(([name, option]) => [name, readValue(name, option, typed[name])]);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

type Typed = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

function typedValues(args: string[], options: ProgramOptions): Typed {
  const configOf = ({ type, multiple = false }: ProgramOption) =>
    ({ type: type === 'boolean' ? 'boolean' : 'string', multiple }) as const;
  const known = Object.fromEntries(Object.entries(options).map(([name, option]) => [name, configOf(option)]));
  const config: ParseArgsConfig = { args, options: { ...known, help: { type: 'boolean' } } };
  try {
    return parseArgs(config).values as Typed;
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

function readValue(name: string, option: ProgramOption, typed: Typed[string]): unknown {
  if (option.type === 'boolean') return typed ?? false;
  const read = (value: unknown) => {
    const { success, data, error } = schemaOf(option).safeParse(value);
    if (success) return data;
    throw new UsageError(`--${name}: ${error.issues[0].message}`);
  };
  if (option.multiple) return ((typed ?? []) as string[]).map(read);
  return typed === undefined ? option.default : read(typed);
}

function schemaOf({ type, choices }: ProgramOption): ZodType {
  if (type === 'number') return numberFlag();
  return choices ? choiceFlag(choices) : textFlag();
}

function helpText(options: ProgramOptions): string {
  const lines = Object.entries(options).map(([name, option]) => {
    const { type, choices = [`<${type}>`], default: preset } = option;
    const usage = type === 'boolean' ? `--${name}` : `--${name} ${choices.join('|')}`;
    return preset === undefined ? usage : `${usage}  (default: ${preset})`;
  });
  return ['Options:', ...lines].join('\n  ');
}
