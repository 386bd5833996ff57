// Trains a small model for each task by the built command, and writes the directories for Python's pipelines: node peers/pipelines.mjs DIRECTORY
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [directory] = process.argv.slice(2);
const command = fileURLToPath(new URL('../packages/cli/dist/bin.js', import.meta.url));
rmSync(directory, { recursive: true, force: true });
mkdirSync(directory, { recursive: true });

const rows = Array.from({ length: 120 }, (_, i) =>
  i % 2 === 0
    ? [`corn barn and field ${i} with grain and hay of the farm`, 'farm']
    : [`byte code and loop ${i} with tests and logs of the build`, 'code'],
);
writeFileSync(join(directory, 'rows.csv'), `text,label\n${rows.map((row) => row.join(',')).join('\n')}\n`);
const sentences = rows.map(
  (_, i) => `Ada B-PER\nlives O\nin O\nhouse O\n${i} O\n${i % 2 === 0 ? 'Rome' : 'Bern'} B-LOC\n`,
);
writeFileSync(join(directory, 'tags.conll'), sentences.join('\n'));

const sizes = { vocab_size: 300, max_position_embeddings: 48 };
const configs = {
  distilbert: { model_type: 'distilbert', n_layers: 1, dim: 16, n_heads: 2, hidden_dim: 32, ...sizes },
  bert: {
    model_type: 'bert',
    num_hidden_layers: 1,
    hidden_size: 16,
    num_attention_heads: 2,
    intermediate_size: 32,
    ...sizes,
  },
  electra: {
    ...{ model_type: 'electra', num_hidden_layers: 1, hidden_size: 16, embedding_size: 8, num_attention_heads: 2 },
    ...{ intermediate_size: 32, ...sizes },
  },
  roberta: {
    ...{ model_type: 'roberta', num_hidden_layers: 1, hidden_size: 16, num_attention_heads: 2, type_vocab_size: 1 },
    ...{ intermediate_size: 32, ...sizes },
  },
  mpnet: {
    ...{ model_type: 'mpnet', num_hidden_layers: 1, hidden_size: 16, num_attention_heads: 2 },
    ...{ intermediate_size: 32, ...sizes },
  },
  llama: {
    ...{ model_type: 'llama', num_hidden_layers: 1, hidden_size: 16, num_attention_heads: 2, num_key_value_heads: 1 },
    ...{ intermediate_size: 32, tie_word_embeddings: true, ...sizes },
  },
};
const csv = join(directory, 'rows.csv');
const tasks = {
  'sequence-classification': ['--data', csv, '--text', 'text', '--label', 'label', '--baseline', 'none'],
  'token-classification': ['--data', join(directory, 'tags.conll')],
  'masked-lm': ['--data', csv, '--text', 'text'],
  'causal-lm': ['--data', csv, '--text', 'text'],
};

for (const [family, config] of Object.entries(configs)) {
  const path = join(directory, `${family}.json`);
  writeFileSync(path, JSON.stringify(config));
  for (const [task, data] of Object.entries(tasks)) {
    if ((task === 'causal-lm') !== (family === 'llama')) continue;
    const out = join(directory, `${family} ${task}`);
    const model = ['--model', 'new', '--model-config', path, '--epochs', '1', '--engine', 'onnx', '--out', out];
    const { status, stderr } = spawnSync(process.execPath, [command, 'train', '--task', task, ...data, ...model], {
      encoding: 'utf8',
    });
    if (status === 0) continue;
    process.stderr.write(stderr);
    process.exit(status ?? 1);
  }
}
