// Command lines drawn at random: a call that works, changed in up to four places.
import { join } from 'node:path';
import { keyOf, uniform } from '@attune/engine';
import { commands } from '../../src/commands';
import { dashed, type OptionSpec, type Options } from '../../src/program/command';
import { paths, tagging, writing } from './world';

/** Draws numbers from 0 to 1, or from a list. */
export interface Draw {
  (): number;
  from<T>(list: readonly T[]): T;
}

export function drawFrom(...key: readonly number[]): Draw {
  let count = 0;
  const draw = () => uniform(keyOf(key[0], ...key.slice(1), count++));
  return Object.assign(draw, { from: <T>(list: readonly T[]) => list[Math.floor(draw() * list.length)] });
}

const usual = ['1', '2', '3', '0.1', '1e-3', '8'];
const numbers = [
  '0',
  '1',
  '2',
  '3',
  '8',
  '16',
  '64',
  '-1',
  '0.5',
  '1.5',
  '1e-3',
  '1e9',
  '1e400',
  'NaN',
  '',
  '٣',
  '0x10',
];
const words = [
  'text',
  'label',
  'title',
  '{title}. {text}',
  '{nope}',
  'id',
  '0',
  '-1',
  'nope',
  'Labels',
  'a,b',
  '🙂',
  '--',
  ' ',
];
const choices = [
  ...['sequence-classification', 'token-classification', 'masked-lm', 'causal-lm', 'onnx', 'cpu', 'wasm', 'savedmodel'],
  ...[
    'fp32',
    'int8',
    'int4',
    'nf4',
    'both',
    'csv',
    'tsv',
    'jsonl',
    'conll',
    'lines',
    'parquet',
    'steps',
    'epoch',
    'no',
  ],
  ...['adamw', 'sgd', 'linear', 'cosine', 'regression', 'multi_label_classification', 'IOB1', 'IOBES', 'none', 'tuned'],
  ...[
    'constrained',
    'argmax',
    'keep_end',
    'halving',
    'random',
    'macroF1',
    'accuracy',
    'loss',
    '80/20',
    '50/25/25',
    '1/1',
  ],
  ...['classifier.*', '*', 'tensorboard'],
];

/** What may stand behind an option: mostly what its schema takes, sometimes anything. */
function drawnValue({ schema, value = '' }: OptionSpec, world: string, draw: Draw): string {
  const place = (lists: readonly (keyof typeof paths)[]) => join(world, draw.from(paths[draw.from(lists)]));
  if (value === 'file') return place(['data', 'data', 'configs', 'odd']);
  if (value === 'directory') return place(['models', 'broken', 'outputs']);
  if (value === 'model') return draw() < 0.3 ? draw.from(paths.broken) : place(['models', 'broken']);
  const isUsual = draw() < 0.8;
  const pool = isUsual ? [...usual, ...words.slice(0, 3), ...choices] : [...numbers, ...words, ...choices];
  for (let i = 0; i < (isUsual ? 200 : 8); i++) {
    const drawn = draw.from(pool);
    if (schema.safeParse(drawn).success) return drawn;
  }
  return draw.from(pool);
}

/** Calls that end well, by command, without the limits below. */
function baseCall(world: string, draw: Draw): string[] {
  const at = (name: string) => join(world, name);
  const small = ['--model', 'new', '--model-config', at('tiny.json')];
  const config = ['--config', at('train.json'), ...small];
  const out = ['--out', at(draw() < 0.6 ? 'out/new' : draw.from(paths.outputs))];
  const model = () => at(draw.from(paths.models));
  const masked = [
    '--task',
    'masked-lm',
    '--model',
    'new',
    '--model-config',
    at('tiny.json'),
    '--data',
    at('plain.txt'),
  ];
  const pretrained = ['--model', at('runs/sorter/model')];
  const draws: [number, () => string[]][] = [
    [9, () => ['train', ...config, ...out]],
    [4, () => ['train', '--config', at('train.json'), ...pretrained, ...out]],
    [3, () => ['train', ...config, ...out, '--folds', '2']],
    [3, () => ['train', '--resume', '--out', at(draw.from(['runs/stopped', 'runs/sorter', 'out/new', 'runs/bad']))]],
    [5, () => ['train', ...tagging(world), ...out]],
    [3, () => ['train', ...masked, '--chunk-length', '16', ...out]],
    [5, () => ['train', ...writing(world), ...out]],
    [2, () => ['search', '--config', at('whole.json'), '--space', at('space.json'), ...out]],
    [8, () => ['predict', model(), '--input', at(draw.from(paths.data))]],
    [4, () => ['predict', model(), '--input', '-', '--output', at(draw.from([...paths.outputs, 'out/p.jsonl']))]],
    [8, () => ['eval', model(), '--data', at(draw.from(paths.data))]],
    [8, () => ['export', model(), '--format', 'onnx', '--output', at(draw.from(paths.outputs))]],
    [4, () => ['tokenize', '--tokenizer', at('runs/sorter/model'), '--input', at(draw.from(paths.data))]],
    [4, () => ['generate', at('runs/writer'), '--prompt', draw.from(words)]],
    [2, () => ['push', model(), draw.from(['owner/name', 'name', '../x', '']), ...(draw() < 0.5 ? ['--dry-run'] : [])]],
    [1, () => draw.from([[], ['help'], ['help', 'train'], ['trian'], ['--version'], ['train', '--help'], ['-x']])],
  ];
  let rest = draw() * draws.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, make] of draws) {
    rest -= weight;
    if (rest < 0) return make();
  }
  return [];
}

/** Limits that keep a call short; the last value of an option counts. */
const limits: Readonly<Record<string, readonly string[]>> = {
  train: ['--max-steps', '2'],
  search: ['--trials', '2'],
  generate: ['--max-new-tokens', '4'],
};

/** A command line of a world, the same for the same draw. */
export async function drawCall(world: string, draw: Draw): Promise<string[]> {
  const argv = baseCall(world, draw);
  const command = await commands[argv[0]]?.load();
  if (!command) return argv;
  const options: Options = command.options;
  const names = Object.keys(options);
  for (let changes = Math.floor(draw() ** 2 * 5); changes > 0; changes--)
    argv.push(...change(argv, { options, names, world, draw }));
  if (draw() < 0.35 && options.overwrite) argv.push('--overwrite');
  return argv.includes('--resume') ? argv : [...argv, ...(limits[argv[0]] ?? [])];
}

interface Change {
  readonly options: Options;
  readonly names: readonly string[];
  readonly world: string;
  readonly draw: Draw;
}

/** Mostly one more option; sometimes a word of the command line is lost, or doubled, or misspelled. */
function change(argv: string[], { options, names, world, draw }: Change): string[] {
  const kind = draw();
  if (kind < 0.04) argv.splice(1 + Math.floor(draw() * (argv.length - 1)), 1);
  else if (kind < 0.06) return [argv[Math.floor(draw() * argv.length)]];
  else if (kind < 0.08) return [`${dashed(draw.from(names))}s`];
  else {
    const name = draw.from(names);
    const option = options[name];
    return option.value ? [dashed(name), drawnValue(option, world, draw)] : [dashed(name)];
  }
  return [];
}
