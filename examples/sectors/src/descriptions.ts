// Sectors of whole postings: 80 to 300 words, 21 sectors, 5 labels of 100 wrong.
//
//   node dist/descriptions.js [--recipe better|original] [--model new|DIRECTORY] [--learning-curve] [--out runs/descriptions]
//   node dist/descriptions.js --data jobs.csv --text description --label sector --model path/to/bert

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { postingSectors } from '@attune/data';
import { openEngine } from '@attune/engine/node';
import { abortOnInterrupt, printNote, reportFailure, resultLines, terminalListener, trainAndReport } from 'attune';
import { labelNoise, partsOf, readPostings } from './postings';

const { values: flags } = parseArgs({
  options: {
    recipe: { type: 'string', default: 'better' },
    model: { type: 'string', default: 'new' },
    'learning-curve': { type: 'boolean', default: false },
    data: { type: 'string' },
    text: { type: 'string' },
    label: { type: 'string' },
    out: { type: 'string', default: 'runs/descriptions' },
    overwrite: { type: 'boolean', default: false },
  },
});

// 1. The recipes: training arguments by Hugging Face's names. A model that starts from nothing needs larger steps.
const recipes = JSON.parse(readFileSync(new URL('../recipes.json', import.meta.url), 'utf8'));
const recipe = flags.recipe === 'original' ? 'original' : 'better';
const isNew = flags.model === 'new';
const trainingArguments = { ...recipes[recipe], ...(isNew && recipe === 'better' && recipes.betterNew) };

// 2. The model: yours, or a small DistilBERT with a vocabulary of its own.
const newConfig = { n_layers: 1, dim: 128, n_heads: 4, hidden_dim: 256, initializer_range: 0.05 };

// 3. One run, its baseline tuned on the same part that the model's best epoch is chosen on.
const engine = await openEngine();
const postings = await readPostings(flags.data, flags.text, flags.label);
const signal = abortOnInterrupt(process);

async function run(share: number, out: string) {
  const { summary } = await trainAndReport({
    data: partsOf(postings, share, recipe),
    model: flags.model,
    ...(isNew && { newConfig }),
    arguments: trainingArguments,
    baseline: 'tuned',
    mixBaseline: recipe === 'better',
    engine,
    out,
    overwrite: flags.overwrite,
    title: `Sectors of postings, ${recipe} recipe`,
    labelNames: Object.fromEntries(postingSectors),
    provenance: { data: flags.data ?? `generatePostings, ${labelNoise} of labels wrong`, recipe, share },
    onEvent: terminalListener(process.stderr),
    onNote: (note) => printNote(process.stderr, note),
    signal,
  });
  console.log(`\n${summary.trainExamples.toLocaleString('en')} training texts\n${resultLines(summary)}`);
  console.log(`report: ${out}/report.html`);
}

// 4. All texts at once, or the learning curve: a fifth, two fifths, and all of them (1,000, 2,000 and 5,000 postings).
async function main() {
  if (!flags['learning-curve']) return run(1, flags.out);
  for (const share of [0.2, 0.4, 1]) await run(share, `${flags.out}/${Math.round(share * postings.texts.length)}`);
}

main()
  .then(() => engine.close())
  .catch((error) => process.exit(reportFailure(error, process)));
