import { camelCase, foreignArgument, knownName, typedCommand } from '@attune/internal';
import { Argument, Command as CommanderCommand, type Option } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { commands } from './commands';
import {
  asFlagError,
  asTyped,
  type Command,
  dashed,
  type Options,
  type Positional,
  parseFlags,
  typedExample,
} from './program/command';
import { printHelpHint, reportFailure, UsageError } from './program/failure';
import { commanderOption, refuseMissingValue } from './program/options';
import type { Io } from './program/process';
import { orStuck, stuckCommand } from './program/settled';
import { printFailure } from './program/terminal';

/**
 * Runs a command line and resolves to its exit code; errors are printed to `stderr`.
 *
 * @param argv the arguments after the program's name
 * @example await main(['predict', 'runs/sectors', '--input', 'new.csv'], process) // 0
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  // Write errors are handled by the writer; without a listener they would also end the process.
  for (const stream of [io.stdout, io.stderr]) stream.on('error', () => {});
  try {
    const program = await buildProgram(argv, io);
    await orStuck(program.parseAsync(argv, { from: 'user' }), () => stuckCommand(argv), { isOuter: true });
    return 0;
  } catch (error) {
    return reportFailure(error, io);
  }
}

/**
 * The command line for commander.
 *
 * Only the command that `argv` names is loaded; for the others the help needs only the summary.
 */
async function buildProgram(argv: readonly string[], io: Io): Promise<CommanderCommand> {
  const program = configured(new CommanderCommand('attune'), io)
    .description(manifest.description)
    .version(manifest.version, '-V, --version', 'Print the version')
    .helpOption('-h, --help', 'Print help')
    .helpCommand('help [command]', 'Print the help of a command')
    .addHelpText('after', `\nExample:\n  ${typedCommand('train --help')}`);
  const name = argv.find((argument) => !argument.startsWith('-') && argument !== 'help');
  for (const [each, { summary, load }] of Object.entries(commands)) {
    const child = configured(program.command(each), io).summary(summary).helpOption('-h, --help', 'Print help');
    if (each === name) describe(child, await load(), { argv, io });
    refuseMissingValue(argv, child.options);
  }
  return program;
}

function configured(program: CommanderCommand, { stdout, stderr }: Io): CommanderCommand {
  return program
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text) => {
        const message = answered(text.replace(/^error: /, '').trimEnd(), program);
        printFailure(stderr, message);
        printHelpHint(stderr, message.replace('\n(', ' ('));
      },
    })
    .configureHelp({ optionTerm: (option) => option.flags.replace(/^(--[\w-]+), --[\w-]+/, '$1') });
}

/** An error of commander; one about an unknown option names the option that is meant, or answers a name of transformers. */
function answered(message: string, { options }: CommanderCommand): string {
  const [, flag] = /^unknown option '(--[\w-]+)/.exec(message) ?? [];
  if (flag === undefined) return message;
  const isTraining = options.some(({ long }) => long === '--num-train-epochs');
  const answer = isTraining ? foreignArgument(flag, dashed) : undefined;
  if (answer !== undefined) return `${flag}: ${answer}`;
  const meant = meantOption(flag, options);
  return meant === undefined ? message : `unknown option '${flag}'\n(Did you mean ${meant}?)`;
}

/** The option of a command that an unknown flag probably means, under the name that the help shows. */
function meantOption(flag: string, options: readonly Option[]): string | undefined {
  const names = options.flatMap(({ short, long }) => {
    const own = [short, long].filter((name): name is string => name?.startsWith('--') === true);
    return own.map((name) => ({ name: camelCase(name.slice(2)), shown: own[0] }));
  });
  const found = knownName(flag.slice(2), [names.map(({ name }) => name)]);
  return names.find(({ name }) => name === found)?.shown;
}

function describe(
  child: CommanderCommand,
  command: Command,
  { argv, io }: { readonly argv: readonly string[]; readonly io: Io },
): void {
  const { argument, target, options, details = '', examples } = command;
  child.description([child.summary(), details].filter((text) => text !== '').join('\n\n'));
  for (const positional of [argument, target])
    if (positional) {
      const name = `${positional.name}${positional.isList ? '...' : ''}`;
      child.addArgument(new Argument(positional.isOptional ? `[${name}]` : `<${name}>`, positional.help));
    }
  for (const [name, spec] of Object.entries(options)) child.addOption(commanderOption(name, spec));
  child.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${typedExample(example)}`).join('\n')}`);
  const taken = [argument, target].filter((positional) => positional !== undefined);
  child.allowExcessArguments();
  child.action(async () => {
    const named = asTyped(options, argv);
    try {
      refuseExcess(child.args, taken);
      const typed = (await command.complete?.(child.opts())) ?? child.opts();
      const flags = parseFlags<Options>(named, typed);
      const [argument = '', target = ''] = child.args;
      await command.run({ flags, typed, argument, target, arguments: child.args, io });
      if (!command.endsOnSignal) io.signal?.throwIfAborted();
    } catch (error) {
      throw asFlagError(error, named);
    }
  });
}

/** Refuses more arguments than a command takes, with advice. */
function refuseExcess(args: readonly string[], taken: readonly Positional[]): void {
  if (args.length <= taken.length || taken.some(({ isList }) => isList)) return;
  const names = taken.map(({ name }) => name).join(' and ') || 'no argument';
  const advice = taken.at(-1)?.more ?? 'put a value with spaces in quotes';
  throw new UsageError(
    `too many arguments: expected ${names}, also got ${JSON.stringify(args[taken.length])}; ${advice}`,
  );
}
