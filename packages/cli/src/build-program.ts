import { Argument, Command as CommanderCommand, Option } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import type { Command, OptionSpec, Options } from './command';
import { commands } from './commands';
import { asFlagError, dashed, isRequired, parseFlags } from './flags';
import type { Io } from './io';
import { printFailure } from './terminal/print';

/**
 * The command line as commander sees it.
 *
 * Only the command that `argv` names is loaded; of the others the help needs but the summary.
 */
export async function buildProgram(argv: readonly string[], io: Io): Promise<CommanderCommand> {
  const program = configured(new CommanderCommand('attune'), io)
    .description(manifest.description)
    .version(manifest.version, '-V, --version', 'Print the version')
    .helpOption('-h, --help', 'Print help')
    .helpCommand('help [command]', 'Print the help of a command')
    .addHelpText('after', '\nExample:\n  attune train --help');
  const wanted = argv.find((argument) => !argument.startsWith('-') && argument !== 'help');
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const child = configured(program.command(name), io).summary(summary).helpOption('-h, --help', 'Print help');
    if (name === wanted) describe(child, { command: await load(), io });
  }
  return program;
}

function configured(program: CommanderCommand, { stdout, stderr }: Io): CommanderCommand {
  return program
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text) => printFailure(stderr, text.replace(/^error: /, '').trimEnd()),
    })
    .configureHelp({ optionTerm: (option) => option.flags.replace(/^(--[\w-]+), --[\w-]+/, '$1') })
    .showHelpAfterError('(--help lists what there is)');
}

function describe(child: CommanderCommand, { command, io }: { command: Command; io: Io }): void {
  const { argument, target, options, details = '', examples } = command;
  child.description([command.summary, details].filter((text) => text !== '').join('\n\n'));
  for (const positional of [argument, target])
    if (positional) child.addArgument(new Argument(`<${positional.name}>`, positional.help));
  for (const [name, spec] of Object.entries(options)) child.addOption(commanderOption(name, spec));
  child.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`);
  child.action(async () => {
    try {
      const typed = (await command.complete?.(child.opts())) ?? child.opts();
      const flags = parseFlags<Options>(options, typed);
      await command.run({ flags, typed, argument: child.args[0] ?? '', target: child.args[1] ?? '', io });
    } catch (error) {
      throw asFlagError(error, options);
    }
  });
}

/** Of an option's two names the help lists the shorter, and says the other after its description. */
function commanderOption(name: string, spec: OptionSpec): Option {
  const { value, alias, group = 'Options:' } = spec;
  const names = [...(alias ? [dashed(alias)] : []), dashed(name)].join(', ');
  const also = alias ? ` (or ${dashed(name)})` : '';
  const help = `${spec.help}${also}${isRequired(spec) ? ' (required)' : ''}`;
  return new Option(value ? `${names} <${value}>` : names, help).helpGroup(group);
}
