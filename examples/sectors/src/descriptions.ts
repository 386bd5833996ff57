// Sectors of whole postings: 80 to 300 words, 21 sectors, 5 labels of 100 wrong.
//
//   node dist/descriptions.js [--recipe better|original] [--model new|DIRECTORY] [--learning-curve] [--out runs/descriptions]
//   node dist/descriptions.js --data jobs.csv --text description --label sector --model path/to/bert

import { readFileSync } from 'node:fs';
import { postingSectors } from '@attune/data';
import { openEngine } from '@attune/engine/node';
import {
  abortOnInterrupt,
  printNote,
  readOptions,
  reportUncaught,
  resultLines,
  terminalListener,
  trainAndReport,
} from 'attune';
import { labelNoise, partsOf, readPostings } from './postings';

reportUncaught(process); // errors end the program with a line that says what to do
const options = readOptions(process, {
  recipe: { type: 'string', choices: ['better', 'original'], default: 'better' },
  model: { type: 'string', default: 'new' },
  'learning-curve': { type: 'boolean' },
  data: { type: 'string' },
  text: { type: 'string' },
  label: { type: 'string' },
  out: { type: 'string', default: 'runs/descriptions' },
  overwrite: { type: 'boolean' },
});

// 1. The recipes: training arguments by Hugging Face's names. A model that starts from nothing needs larger steps.
const recipes = JSON.parse(readFileSync(new URL('../recipes.json', import.meta.url), 'utf8'));
const { recipe } = options;
const isNew = options.model === 'new';
const trainingArguments = { ...recipes[recipe], ...(isNew && recipe === 'better' && recipes.betterNew) };

// 2. The model: yours, or a small DistilBERT with its own vocabulary.
const newConfig = { n_layers: 1, dim: 128, n_heads: 4, hidden_dim: 256, initializer_range: 0.05 };

// 3. One run, its baseline tuned on the same part that the model's best epoch is chosen on.
const engine = await openEngine();
const postings = await readPostings(options.data, options.text, options.label);
const signal = abortOnInterrupt(process);

async function run(share: number, out: string) {
  const { summary } = await trainAndReport({
    data: partsOf(postings, share, recipe),
    model: options.model,
    ...(isNew && { newConfig }),
    arguments: trainingArguments,
    baseline: 'tuned',
    mixBaseline: recipe === 'better',
    engine,
    out,
    overwrite: options.overwrite,
    title: `Sectors of postings, ${recipe} recipe`,
    labelNames: Object.fromEntries(postingSectors),
    provenance: { data: options.data ?? `generatePostings, ${labelNoise} of labels wrong`, recipe, share },
    onEvent: terminalListener(process.stderr),
    onNote: (note) => printNote(process.stderr, note),
    signal,
  });
  console.log(`\n${summary.trainExamples.toLocaleString('en')} training texts\n${resultLines(summary)}`);
  console.log(`report: ${out}/report.html`);
}

// 4. All texts at once, or the learning curve: a fifth, two fifths, and all (1,000, 2,000 and 5,000 postings).
async function main() {
  if (!options['learning-curve']) return run(1, options.out);
  for (const share of [0.2, 0.4, 1]) await run(share, `${options.out}/${Math.round(share * postings.texts.length)}`);
}

await main();
await engine.close();
