// docs/reference/cli.md: every command with its options, from the option specs that the command line parses by.
import { commands } from '../../packages/cli/src/commands';
import { type Command, type OptionSpec, typedExample } from '../../packages/cli/src/program/command';
import { commanderOption } from '../../packages/cli/src/program/options';
import { cell, generatedNote, table } from './markdown';

/** The page, as Markdown. */
export async function cliReference(): Promise<string> {
  const loaded = await Promise.all(
    Object.entries(commands).map(async ([name, { summary, load }]) => ({ name, summary, command: await load() })),
  );
  const overview = loaded.map(({ name, summary }) => [`[\`attune ${name}\`](#attune-${name})`, cell(summary)]);
  return [
    '# Command line',
    generatedNote,
    '`npx attune COMMAND --help` prints the same options in a terminal. Exit codes: 0 success, 1 the command failed, 2 the command line is wrong.',
    table(['command', 'purpose'], overview),
    ...loaded.flatMap(({ name, summary, command }) => commandSection(name, summary, command)),
    '',
  ].join('\n\n');
}

function commandSection(name: string, summary: string, command: Command): string[] {
  const { argument, target, details, options, examples } = command;
  const positionals = [argument, target].filter((positional) => positional !== undefined);
  const usage = [
    `attune ${name}`,
    ...positionals.map(({ name: each, isList }) => `<${each}${isList ? '...' : ''}>`),
    ...(Object.keys(options).length > 0 ? ['[options]'] : []),
  ].join(' ');
  return [
    `## attune ${name}`,
    `${cell(summary)}.`,
    ...(details ? [cell(details)] : []),
    `Usage: \`${usage}\``,
    ...(positionals.length > 0
      ? [
          table(
            ['argument', 'description'],
            positionals.map(({ name: each, help }) => [`\`${each}\``, cell(help)]),
          ),
        ]
      : []),
    ...optionTables(options),
    'Examples:',
    `<!-- not run: examples of the help -->\n\`\`\`sh\n${examples.map(typedExample).join('\n')}\n\`\`\``,
  ];
}

/** A table per group of the help, in the order of the help. */
function optionTables(options: Readonly<Record<string, OptionSpec>>): string[] {
  const groups = new Map<string, string[][]>();
  for (const [name, spec] of Object.entries(options)) {
    const { flags, description } = commanderOption(name, spec);
    const group = (spec.group ?? 'Options:').replace(/:$/, '');
    const rows = groups.get(group) ?? [];
    groups.set(group, rows);
    rows.push([`\`${flags.replace(/^(--[\w-]+), --[\w-]+/, '$1')}\``, cell(withDefault(description, spec))]);
  }
  return [...groups].flatMap(([group, rows]) => [`### ${group}`, table(['option', 'description'], rows)]);
}

/** The help, with the default of the schema where the help does not name one. */
function withDefault(help: string, { schema, value }: OptionSpec): string {
  if (value === undefined || /\bdefault\b/.test(help)) return help;
  const { success, data } = schema.safeParse(undefined);
  if (!success || data === undefined || (Array.isArray(data) && data.length === 0)) return help;
  return `${help}; default ${typeof data === 'object' ? JSON.stringify(data) : data}`;
}
