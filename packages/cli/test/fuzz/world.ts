// The directory that a drawn command works in: data, configs and trained runs, good and damaged.
import { createHash } from 'node:crypto';
import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { join, sep } from 'node:path';
import { attune } from '../capture';
import { csv, farmAndCode, fileIn, tinyConfig, tinyLlamaConfig } from '../files';
import { conll, skillSentences } from '../sentences';

/** Paths in a world. Some name nothing, a directory in place of a file, or the same place by another spelling. */
export const paths = {
  data: ['rows.csv', 'rows.jsonl', 'rows.tsv', 'tags.conll', 'plain.txt', 'prompts.jsonl', 'scores.csv', 'link.csv'],
  odd: [
    'empty.csv',
    'header.csv',
    'quote.csv',
    'bad.jsonl',
    'bytes.bin',
    'nowhere.csv',
    'data',
    'runs/sorter/rows.csv',
  ],
  configs: [
    'tiny.json',
    'llama.json',
    'train.json',
    'whole.json',
    'space.json',
    'bad.json',
    'runs/sorter/config.json',
    'list.json',
  ],
  models: [
    'runs/sorter',
    'runs/tagger',
    'runs/writer',
    'runs/stopped',
    'runs/sorter/model',
    'runs/../runs/sorter',
    'latest',
  ],
  broken: ['runs/bad', 'runs', 'runs/none', 'plain.txt', 'new', 'owner/name', 'C:\\models'],
  outputs: [
    'out/new',
    'out/a/b',
    'runs/sorter',
    'runs/stopped',
    'runs/sorter/model',
    'runs',
    'data',
    'latest',
    'rows.csv',
    '.',
  ],
} as const;

/** Makes a world: trains its runs, in a few seconds. */
export async function makeWorld(world: string): Promise<void> {
  for (const place of ['data', 'runs', 'out']) mkdirSync(join(world, place), { recursive: true });
  const rows = farmAndCode(60);
  const scores = rows.map(({ text, id }) => ({ text, score: id / 10 }));
  const prompts = rows.map(({ title, label }) => ({ prompt: `Job: ${title}`, completion: ` ${label}` }));
  const inLines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
  const files: Record<string, string | Uint8Array> = {
    'rows.csv': csv(rows),
    'rows.jsonl': inLines(rows),
    'rows.tsv': rows
      .map((row) => `${row.text}\t${row.label}`)
      .join('\n')
      .replace(/^/, 'text\tlabel\n'),
    'tags.conll': conll(skillSentences(40, 1)),
    'plain.txt': rows.map(({ text }) => `${text} ${text}\n`).join(''),
    'prompts.jsonl': inLines(prompts),
    'scores.csv': csv(scores),
    'empty.csv': '',
    'header.csv': 'title,text,label\n',
    'quote.csv': 'title,text,label\n"a,b,c\n',
    'bad.jsonl': '{"text": "a", "label": "x"}\n{"text": \n[]\n',
    'bytes.bin': Uint8Array.from({ length: 500 }, (_, i) => (i * 37) % 256),
    'tiny.json': tinyConfig,
    'llama.json': tinyLlamaConfig,
    'bad.json': '{"task": "sequence-classification", ',
    'list.json': '[1, 2]',
    'space.json': '{"learningRate": [0.001, 0.01], "seed": [1, 2]}',
  };
  for (const [name, content] of Object.entries(files)) fileIn(world, name, content);
  const at = (name: string) => join(world, name);
  const columns = { data: at('rows.csv'), text: '{title}. {text}', label: 'label' };
  const config = { task: 'sequence-classification', ...columns, maxSteps: 2 };
  fileIn(world, 'train.json', JSON.stringify(config));
  fileIn(world, 'whole.json', JSON.stringify({ ...config, model: 'new', modelConfig: at('tiny.json') }));
  const trained: Record<string, readonly string[]> = {
    sorter: ['--config', at('whole.json')],
    stopped: ['--config', at('whole.json'), '--save-steps', '1', '--max-steps', '4'],
    tagger: tagging(world),
    writer: writing(world),
  };
  for (const [name, flags] of Object.entries(trained)) {
    const { code, stderr } = await attune(['train', ...flags, '--max-steps', '4', '--out', at(`runs/${name}`)]);
    if (code !== 0) throw new Error(stderr);
  }
  cpSync(at('runs/sorter'), at('runs/bad'), { recursive: true });
  fileIn(at('runs/bad/model'), 'config.json', '{"model_type": "distilbert", "dim": "many"}');
  fileIn(at('runs/sorter'), 'notes.txt', 'a note of a person\n');
  fileIn(at('runs/sorter'), 'rows.csv', csv(rows));
  fileIn(at('data'), 'other.csv', csv(rows));
  symlinkSync('runs/sorter', at('latest'));
  symlinkSync('rows.csv', at('link.csv'));
}

export const tagging = (world: string) => [
  ...['--task', 'token-classification', '--model', 'new', '--model-config', join(world, 'tiny.json')],
  ...['--data', join(world, 'tags.conll')],
];

export const writing = (world: string) => [
  ...['--task', 'causal-lm', '--model', 'new', '--model-config', join(world, 'llama.json')],
  ...['--data', join(world, 'prompts.jsonl'), '--prompt-template', '{prompt}', '--completion', '{completion}'],
];

/** Every entry below a directory, by its path there: the digest of a file, the target of a link, `directory`. */
export function contentsOf(world: string): Map<string, string> {
  const contents = new Map<string, string>();
  const link = `latest${sep}`;
  for (const name of readdirSync(world, { recursive: true, encoding: 'utf8' })) {
    if (name.startsWith(link)) continue;
    const path = join(world, name);
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) contents.set(name, `link to ${readlinkSync(path)}`);
    else if (stat.isDirectory()) contents.set(name, 'directory');
    else contents.set(name, createHash('sha256').update(readFileSync(path)).digest('hex'));
  }
  return contents;
}
