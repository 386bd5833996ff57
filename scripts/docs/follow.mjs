// A page followed as a reader would: its blocks run as typed, one after the other, in a directory with the reader's files.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { transformSync } from 'esbuild';
import { parseAllDocuments } from 'yaml';
import { root } from '../install.mjs';
import { shellCommands } from './commands.mjs';
import { recordingPrinted, wrongComments } from './printed.mjs';

/** No hub is asked, and `npx` installs nothing: what a page names is here. */
const env = {
  ...process.env,
  HF_ENDPOINT: 'http://127.0.0.1:9',
  HF_TOKEN: '',
  HF_HUB_OFFLINE: '1',
  npm_config_yes: 'false',
  npm_config_offline: 'true',
  NO_COLOR: '1',
};

/**
 * Runs blocks of a page; those that only parse are saved where they name a file. Returns what went wrong, a text per fault.
 *
 * A chapter (`## `) begins with runs of its own: what an earlier one wrote to a command's `--out` is removed before it.
 */
export function followPage({ blocks, world, directory }) {
  cpSync(world, directory, { recursive: true });
  for (const name of ['node_modules', 'examples']) symlinkSync(join(root, name), join(directory, name));
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n');
  mkdirSync(join(directory, '.printed'));
  const faults = [];
  const outputs = new Map();
  for (const block of blocks) {
    if (block.kind === 'run' && block.file && !isUsed(block, blocks))
      faults.push(`${block.line}: saved as ${block.file}, which no block of the page runs`);
    const fault = block.kind === 'run' ? runBlock(block, { directory, outputs }) : parseBlock(block, directory);
    if (fault) faults.push(`${block.line}: ${fault}`);
  }
  for (const { line, content, language } of blocks)
    if (/^(ts|m?js)$/.test(language))
      for (const wrong of wrongComments(content, printedFile(directory, line)))
        faults.push(`${line + wrong.line}: ${wrong.fault}`);
  return faults;
}

/** Whether another block names the file that a block is saved as. */
const isUsed = ({ file, line }, blocks) =>
  blocks.some((each) => each.line !== line && [file, compiledName(file)].some((name) => each.content.includes(name)));

/** The name by which a module in TypeScript is imported. */
const compiledName = (file) => file.replace(/\.ts$/, '.js');

const printedFile = (directory, line) => join(directory, '.printed', `${line}`);

function runBlock(block, { directory, outputs }) {
  const { language, line, content, file } = block;
  if (language === 'sh' || language === 'bash') {
    renewOutputs(block, { directory, outputs });
    return shell(['bash', '--norc', '-euo', 'pipefail', '-c', content], directory) ?? unlearned(content, directory);
  }
  const name = file || `block-${line}.mjs`;
  const recording = recordingPrinted(content, printedFile(directory, line));
  if (name.endsWith('.ts')) write(directory, name, recording);
  write(directory, compiledName(name), runnable(recording, language));
  return file ? undefined : shell([process.execPath, name], directory);
}

/** TypeScript without its types, as JavaScript. */
function runnable(content, language) {
  return language === 'ts' ? transformSync(content, { loader: 'ts', format: 'esm', target: 'node20' }).code : content;
}

/** Removes what an earlier chapter wrote where this one writes. */
function renewOutputs({ content, section }, { directory, outputs }) {
  for (const words of shellCommands(content)) {
    const out = words[words.indexOf('--out') + 1];
    if (!words.includes('--out') || words.includes('--resume')) continue;
    if ((outputs.get(out) ?? section) !== section) rmSync(join(directory, out), { recursive: true });
    outputs.set(out, section);
  }
}

/**
 * Says of a run with adapters that their training loss did not fall: the Llamas of the reader's files have read such texts. (A model of random
 * weights learns next to nothing in a few steps.)
 */
function unlearned(content, directory) {
  for (const words of shellCommands(content)) {
    if (!words.includes('train') || !words.includes('--lora-r')) continue;
    const log = join(directory, words[words.indexOf('--out') + 1], 'metrics.jsonl');
    const lines = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const losses = lines.filter(({ type }) => type === 'train').map(({ loss }) => loss);
    if (!(losses.at(-1) < 0.99 * losses[0]))
      return `${words.join(' ')}: expected a loss that falls, got ${losses.join(', ')}`;
  }
  return undefined;
}

function parseBlock({ language, content, file }, directory) {
  if (file) write(directory, file, content);
  try {
    if (language === 'json') JSON.parse(content);
    if (language === 'jsonl')
      content
        .trim()
        .split('\n')
        .forEach((line) => JSON.parse(line));
    const [error] = language === 'yaml' ? parseAllDocuments(content).flatMap(({ errors }) => errors) : [];
    return error?.message;
  } catch (error) {
    return error.message;
  }
}

function write(directory, name, text) {
  const path = resolve(directory, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** What a command that fails says. */
function shell([command, ...args], directory) {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    cwd: directory,
    env,
    encoding: 'utf8',
    input: '',
    timeout: 300_000,
  });
  if (error?.code === 'ETIMEDOUT') return 'did not end within five minutes';
  if (error) throw error;
  return status === 0 ? undefined : `ended with ${signal ?? status}\n${(stdout + stderr).slice(-3000)}`;
}
