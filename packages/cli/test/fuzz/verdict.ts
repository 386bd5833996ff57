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
  const faults: string[] = [];
  if (![0, 1, 2].includes(code)) faults.push(`exit code ${code}`);
  const message = raw.exec(`${code === 0 ? '' : stdout}${stderr}`.replaceAll(/"[^"]*"|'[^']*'/g, ''));
  if (message) faults.push(`a raw message: ${message[0]}`);
  if (code !== 0 && argv.length > 0 && !/attune: ./.test(stderr)) faults.push('no reason');
  if (code === 0) faults.push(...missingResult(argv, ended, output));
  faults.push(...lost({ world, before, output, isDone: code === 0, isResumed: argv.includes('--resume') }));
  return faults;
}

function missingResult(argv: readonly string[], { stdout }: Captured, output: string | undefined): string[] {
  const isHelp = argv.length === 0 || argv.some((word) => ['-h', '--help', 'help', '--version', '-V'].includes(word));
  if (isHelp) return stdout === '' ? ['no help'] : [];
  const results: Record<string, readonly string[]> = {
    train: ['model/model.safetensors', 'adapter/adapter_model.safetensors', 'folds.json', 'fold-1'],
    search: ['best.json'],
    export: ['onnx', 'saved_model'],
  };
  const files = results[argv[0]];
  if (files && output !== undefined && !files.some((file) => existsSync(join(output, file))))
    return [`exit code 0, and no ${files.join(', ')} in ${output}`];
  if (argv[0] === 'predict' && output !== undefined) return existsSync(output) ? [] : [`exit code 0, and no ${output}`];
  return files || stdout !== '' ? [] : ['exit code 0, and no result'];
}

interface Loss {
  readonly world: string;
  readonly before: ReadonlyMap<string, string>;
  readonly output: string | undefined;
  readonly isDone: boolean;
  readonly isResumed: boolean;
}

/** What a run writes, and may replace. */
const ofRuns =
  /^(model|adapter|checkpoints|onnx|saved_model|fold-\d+|trial-\d+|tensorboard|baseline|export)(\/|$)|^(config|summary|folds|search|best|tokenizer|attune|predictions)[\w-]*\.jsonl?$|^(metrics\.jsonl|report\.html|README\.md|[\w-]+\.(json|txt|safetensors|jsonl))$/;

function lost({ world, before, output, isDone, isResumed }: Loss): string[] {
  const after = contentsOf(world);
  const root = realpathSync(world);
  const place = output === undefined ? undefined : relative(root, real(output));
  const faults: string[] = [];
  for (const [name, digest] of before) {
    const now = after.get(name);
    if (now === digest) continue;
    const below =
      place === undefined
        ? undefined
        : place === ''
          ? name
          : name === place
            ? ''
            : name.startsWith(`${place}/`)
              ? name.slice(place.length + 1)
              : undefined;
    const isWritten = below !== undefined && (below === '' || (ofRuns.test(below) && below !== 'notes.txt'));
    if (isWritten && (isDone || (isResumed && now !== undefined))) continue;
    faults.push(`${now === undefined ? 'lost' : 'changed'}: ${name}`);
  }
  for (const name of after.keys())
    if (!before.has(name) && /\.(lock|tmp|partial)\b|\.attune-|temporary/.test(name))
      faults.push(`left behind: ${name}`);
  return faults;
}
