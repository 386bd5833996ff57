import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../install.mjs';

const helps = new Map();
const create = 'packages/create-attune/bin/create-attune.js';

/** A word, or the end of a command; a comment or a redirection otherwise. */
const token = /#[^\n]*|[<>]+ *\S+|((?:\$?'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s'"|;&<>])+)|(\n|&&?|\|\|?|;)/g;
const quoted = /\$?'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g;

/**
 * The commands of a shell script as words, a pipe's each by itself; without comments, redirections and assignments before them.
 *
 * @example shellCommands('a --b "c d" | e > f # g') // [['a', '--b', 'c d'], ['e']]
 */
export function shellCommands(script) {
  const commands = [[]];
  for (const [, word, end] of script.replaceAll(/\\\n */g, ' ').matchAll(token)) {
    if (word !== undefined) commands.at(-1).push(word.replaceAll(quoted, (_, single, double) => single ?? double));
    if (end !== undefined) commands.push([]);
  }
  return commands
    .map((words) => words.slice(words.findIndex((word) => !/^[A-Z_]+=/.test(word))))
    .filter((words) => words.length > 0);
}

/**
 * What is wrong with a command that is not run: an option, a command, a program or a script that there is not. Undefined if
 * nothing is; `saved` are files that the page has its reader save.
 */
export async function faultOf(words, saved = []) {
  const [program, ...rest] = words[0] === 'npx' ? words.slice(1) : words;
  if (program === 'attune')
    return rest.length > 0 && !rest[0].startsWith('-')
      ? unknownOption(rest.slice(1), `attune ${rest[0]}`, () => helpOfCommand(rest[0]))
      : undefined;
  if (program === 'npm' && rest[0] === 'create' && rest[1] === 'attune')
    return unknownOption(rest, 'npm create attune', () => helpOfProgram(create));
  if (program === 'npm' && rest[0] === 'run')
    return scriptsOf(rest)[rest[1]] === undefined ? `npm run ${rest[1]}: no such script` : undefined;
  if (program !== 'node' || rest[0].startsWith('-')) return undefined;
  const [file, ...options] = [rest[0].replace(/^path\/to\/attune\//, ''), ...rest.slice(1)];
  if (file === create) return unknownOption(options, `node ${file}`, () => helpOfProgram(file));
  if (/\/dist\//.test(file)) return unknownOption(options, `node ${file}`, () => helpOfProgram(file));
  return saved.includes(file) || existsSync(join(root, file)) ? undefined : `node ${file}: no such file`;
}

/** The scripts of the repository and of projects that `npm create attune` writes, or those of the package that is named by `-w`. */
function scriptsOf(words) {
  const name = words.includes('-w') ? words[words.indexOf('-w') + 1] : undefined;
  const directory = name === undefined ? root : join(root, 'node_modules', name);
  const { scripts } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  return name === undefined ? { ...scripts, train: 'attune train', predict: 'node predict.js' } : scripts;
}

async function unknownOption(words, name, help) {
  if (!helps.has(name)) helps.set(name, await help());
  const text = helps.get(name);
  if (text === undefined) return `${name}: no such command`;
  const known = new Set(['--help', ...optionsIn(text)]);
  const unknown = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.replace(/=.*$/, ''));
  const first = unknown.find((option) => !known.has(option));
  return first && `${name}: no option ${first}`;
}

/** The options that a help lists, the second names in brackets too. */
function optionsIn(help) {
  const listed = [...help.matchAll(/^ +(?:-\w, )?(--[a-z][\w-]*)/gm)];
  return [...listed, ...help.matchAll(/\(or\s+(--[a-z][\w-]*)\)/g)].map(([, option]) => option);
}

async function helpOfCommand(command) {
  const { main } = await import('attune');
  const chunks = [];
  const stream = { write: (chunk) => chunks.push(chunk), on: () => {}, isTTY: false };
  const code = await main([command, '--help'], { stdout: stream, stderr: stream, env: process.env });
  const text = chunks.join('');
  return code === 0 && text.startsWith(`Usage: attune ${command} `) ? text : undefined;
}

function helpOfProgram(file) {
  const { status, stdout } = spawnSync(process.execPath, [join(root, file), '--help'], { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}
