// The options of a program, parsed by commander: of `attune` itself, and of programs that users write.
import { Command as CommanderCommand, CommanderError, Option } from 'commander';
import { z } from 'zod';
import {
  choiceFlag,
  dashed,
  isRequired,
  numberFlag,
  type OptionSpec,
  parseFlags,
  switchFlag,
  textFlag,
} from './command';
import { UsageError } from './failure';

/** An option of a program, such as `--model path/to/bert`, `--max-steps 10` or `--overwrite`. */
export interface ProgramOption {
  /** `boolean` takes no value; its default is false. */
  readonly type: 'string' | 'number' | 'boolean';
  /** Value of an option that is not typed; by default the option is absent. */
  readonly default?: string | number;
  /** The allowed values. */
  readonly choices?: readonly string[];
  /** Whether it may be typed several times. Its value is then a list, empty by default. */
  readonly multiple?: boolean;
}

/** Options by name, as typed but without the dashes. */
export type ProgramOptions = Readonly<Record<string, ProgramOption>>;

type Value<Option> = Option extends { type: 'number' }
  ? number
  : Option extends { choices: readonly (infer Choice)[] }
    ? Choice
    : string;

type ValueOf<Option> = Option extends { type: 'boolean' }
  ? boolean
  : Option extends { multiple: true }
    ? Value<Option>[]
    : Value<Option> | (Option extends { default: string | number } ? never : undefined);

/** The values of options: numbers, choices and texts as such, lists for `multiple`. */
export type ProgramValues<Options extends ProgramOptions> = {
  readonly [Name in keyof Options]: ValueOf<Options[Name]>;
};

/** The part of a process that is used; pass `process`. */
export interface ProgramProcess {
  /** Node, the program's file, and the typed arguments. */
  readonly argv: readonly string[];
  /** Ends the process at once, with an exit code. */
  exit(code: number): void;
  /** Receives the help. */
  readonly stdout: {
    /** Writes text. */
    write(text: string): unknown;
  };
}

/**
 * Reads the options that a program was started with. Options that are not typed and have no default are absent. `--help` lists
 * them and ends the program.
 *
 * @throws UsageError for an unknown option, an option without its value, and a value of the wrong kind
 * @example
 * const { out, seed } = readOptions(process, { out: { type: 'string', default: 'runs/mine' }, seed: { type: 'number', default: 42 } });
 */
export function readOptions<const Options extends ProgramOptions>(
  { argv, exit, stdout }: ProgramProcess,
  options: Options,
): ProgramValues<Options> {
  const specs = Object.fromEntries(Object.entries(options).map(([name, option]) => [name, specOf(option)]));
  const typed = parseTyped(argv.slice(2), { ...specs, help: { schema: switchFlag(), help: '' } });
  if (typed.help) {
    stdout.write(`${helpText(options)}\n`);
    exit(0);
  }
  const values = Object.entries(parseFlags(specs, typed)).filter(([, value]) => value !== undefined);
  return Object.fromEntries(values) as ProgramValues<Options>;
}

/** An option for commander. Of two names, the help lists the shorter one and mentions the other. */
export function commanderOption(name: string, spec: OptionSpec): Option {
  const { value, alias, isList = false, group = 'Options:' } = spec;
  const names = [...(alias ? [dashed(alias)] : []), dashed(name)].join(', ');
  const also = alias ? ` (or ${dashed(name)})` : '';
  const help = `${spec.help}${also}${isRequired(spec) ? ' (required)' : ''}`;
  const option = new Option(value ? `${names} <${value}>` : names, help).helpGroup(group);
  return isList ? option.argParser((text, texts: readonly string[] = []) => [...texts, text]) : option;
}

function specOf({ type, default: preset, choices, multiple }: ProgramOption): OptionSpec {
  if (type === 'boolean') return { schema: switchFlag(), help: '' };
  const one: z.ZodType = type === 'number' ? numberFlag() : choices ? choiceFlag(choices) : textFlag();
  const many = multiple ? z.array(one).default([]) : one;
  return {
    schema: preset === undefined ? many.optional() : many.default(preset),
    value: 'value',
    help: '',
    isList: multiple,
  };
}

/** The typed values by the options' names: texts, lists of texts, or true. */
function parseTyped(args: readonly string[], specs: Readonly<Record<string, OptionSpec>>): Record<string, unknown> {
  const parser = new CommanderCommand().exitOverride().configureOutput({ writeErr: () => {} });
  parser.helpOption(false).allowExcessArguments();
  const options = Object.entries(specs).map(([name, spec]) => [name, commanderOption(name, spec)] as const);
  for (const [, option] of options) parser.addOption(option);
  refuseMissingValue(args, parser.options);
  try {
    parser.parse(args, { from: 'user' });
  } catch (cause) {
    throw cause instanceof CommanderError ? new UsageError(sentence(cause.message), { cause }) : cause;
  }
  if (parser.args.length > 0) throw new UsageError(`Unexpected argument '${parser.args[0]}'`);
  return Object.fromEntries(options.map(([name, option]) => [name, parser.getOptionValue(option.attributeName())]));
}

/**
 * Refuses an option in place of another option's value: commander would take it for the value, and `--out --json`
 * would write to a directory of that name. `--out=--json` still does.
 */
export function refuseMissingValue(args: readonly string[], options: readonly Option[]): void {
  const isNamed = ({ long, short }: Option, text: string | undefined) =>
    text !== undefined && (text === long || text === short);
  for (const [i, text] of args.entries()) {
    const option = options.find((each) => each.required && isNamed(each, text));
    if (option && options.some((each) => isNamed(each, args[i + 1])))
      throw new UsageError(`Option '${option.flags}' argument missing, got the option ${args[i + 1]}`);
  }
}

/** Commander's `error: unknown option '--bogus'`, without its beginning. */
const sentence = (message: string) => message.replace(/^error: (.)/, (_, first: string) => first.toUpperCase());

function helpText(options: ProgramOptions): string {
  const lines = Object.entries(options).map(([name, option]) => {
    const { type, choices = [`<${type}>`], default: preset } = option;
    const usage = type === 'boolean' ? `--${name}` : `--${name} ${choices.join('|')}`;
    return preset === undefined ? usage : `${usage}  (default: ${preset})`;
  });
  return ['Options:', ...lines].join('\n  ');
}
