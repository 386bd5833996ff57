import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const words = {
  farm: ['corn', 'wheat', 'cattle', 'barn', 'tractor'],
  code: ['python', 'server', 'deploy', 'cloud', 'compiler'],
} as const;

/** Sixty texts of two classes, as a table and as tagged words, and the sizes of small models; of a search its options and its space. */
export function writeInputs(directory: string): void {
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  const rows = Array.from({ length: 60 }, (_, i) => {
    const label = i % 2 === 0 ? 'farm' : 'code';
    const word = (k: number) => words[label][(Math.floor(i / 2 / 5 ** k) + k) % 5];
    return { label, title: `${word(0)} ${i}`, text: `${word(1)} and ${word(0)}`, known: word(1) };
  });
  const topics = ({ label, known }: (typeof rows)[number]) =>
    [label, ...(/^[b-d]/.test(known) ? ['b to d'] : [])].join(';');
  const lines = rows.map((row) => `${row.title},${row.text},${row.label},${topics(row)}\n`);
  write('texts.csv', `title,text,label,topics\n${lines.join('')}`);
  const tagged = rows.map(({ text, label }) =>
    text
      .split(' ')
      .map((word) => `${word} ${word === 'and' ? 'O' : `B-${label.toUpperCase()}`}\n`)
      .join(''),
  );
  write('words.conll', tagged.join('\n'));
  const encoder = { n_layers: 1, dim: 8, n_heads: 2, hidden_dim: 12, vocab_size: 90, max_position_embeddings: 40 };
  const decoder = {
    ...{ num_hidden_layers: 2, hidden_size: 8, num_attention_heads: 2, num_key_value_heads: 1, intermediate_size: 12 },
    ...{ vocab_size: 300, max_position_embeddings: 40 },
  };
  write('encoder.json', `${JSON.stringify({ ...encoder, initializer_range: 0.3 })}\n`);
  write('decoder.json', `${JSON.stringify({ ...decoder, initializer_range: 0.3 })}\n`);
  write('search.yaml', searchConfig);
  write('space.json', '{"learningRate": {"min": 1e-3, "max": 1e-2, "scale": "log"}, "batchSize": [8, 16]}\n');
}

const searchConfig = `task: sequence-classification
data: texts.csv
text: '{title}. {text}'
label: label
model: encoder
baseline: none
maxSteps: 4
engine: cpu
`;
