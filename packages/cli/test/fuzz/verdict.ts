// What every command owes its user, whatever was typed.
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { Captured } from '../capture';
import { contentsOf } from './world';

/** A command as it was called, and the world before it. */
export interface Call {
  readonly argv: readonly string[];
  readonly world: string;
  readonly before: ReadonlyMap<string, string>;
}

const raw =
  /^\s+at .+:\d+:\d+|\b(Type|Reference|Range|Syntax)Error\b|Cannot read propert|is not a function|is not iterable|Unexpected (token|end of JSON)|heap|onnxruntime::|\[object |\bundefined\b|BigInt/im;

/** The value of an option that was typed last. */
function typed(argv: readonly string[], name: string): string | undefined {
  const at = argv.lastIndexOf(name);
  return at < 0 ? undefined : argv[at + 1];
}

/** A path as the system sees it, though its end may not exist. */
function real(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  return dirname(path) === path ? path : join(real(dirname(path)), basename(path));
}

/** What is wrong with how a command ended; empty where nothing is. */
export function faultsOf({ argv, world, before }: Call, ended: Captured): string[] {
  const { code, stdout, stderr } = ended;
  const output = typed(argv, '--out') ?? typed(argv, '--output');
  const isStopped = code > 128;
  const faults: string[] = [];
  if (![0, 1, 2, 130, 143].includes(code)) faults.push(`exit code ${code}`);
  const message = raw.exec(`${code === 0 ? '' : stdout}${stderr}`.replaceAll(/"[^"]*"|'[^']*'/g, ''));
  if (message) faults.push(`a raw message: ${message[0]}`);
  if (code !== 0 && !isStopped && argv.length > 0 && !/attune: ./.test(stderr)) faults.push('no reason');
  if (code === 0) faults.push(...missingResult(argv, ended, output));
  const after = contentsOf(world);
  const mayChange = code === 0 || (isStopped && argv.includes('--overwrite'));
  for (const [name, digest] of before) {
    const now = after.get(name);
    const own = output === undefined ? undefined : nameWithin(world, { name, output });
    const isWritten = own !== undefined && (own === '' || ofRuns.test(own));
    if (now === digest || (isWritten && (mayChange || (argv.includes('--resume') && now !== undefined)))) continue;
    faults.push(`${now === undefined ? 'lost' : 'changed'}: ${name}`);
  }
  const isLeft = (name: string) => !before.has(name) && /\.lock$|\.tmp\b|\.partial\b|\.attune-/.test(name);
  if (!isStopped) faults.push(...[...after.keys()].filter(isLeft).map((name) => `left behind: ${name}`));
  return faults;
}

const results: Readonly<Record<string, readonly string[]>> = {
  train: ['model/model.safetensors', 'adapter/adapter_model.safetensors', 'fold-1'],
  search: ['best.json'],
  export: ['onnx', 'saved_model'],
};

function missingResult(argv: readonly string[], { stdout }: Captured, output: string | undefined): string[] {
  const isHelp = argv.length === 0 || argv.some((word) => ['-h', '--help', 'help', '--version', '-V'].includes(word));
  if (isHelp) return stdout === '' ? ['no help'] : [];
  const files = results[argv[0]];
  if (files && output !== undefined && !files.some((file) => existsSync(join(output, file))))
    return [`exit code 0, and no ${files.join(', ')} in ${output}`];
  if (argv[0] === 'predict' && output !== undefined) return existsSync(output) ? [] : [`exit code 0, and no ${output}`];
  return files || stdout !== '' ? [] : ['exit code 0, and no result'];
}

/** What a run, a search or an export writes, and may replace. */
const ofRuns =
  /^(model|adapter|checkpoints|onnx|saved_model|fold-\d+|trial-\d+)(\/|$)|^(config|summary|search|best|tokenizer|tokenizer_config|special_tokens_map|generation_config)\.json$|^((metrics|predictions)\.jsonl|report\.html|vocab\.txt|merges\.txt)$/;

/** The name of a world's entry within the output; undefined outside of it, empty for the output itself. */
function nameWithin(world: string, { name, output }: { name: string; output: string }): string | undefined {
  const within = relative(real(output), join(realpathSync(world), name));
  return within.startsWith('..') ? undefined : within;
}
