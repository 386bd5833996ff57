// Sectors: from what an establishment does ("Bean farming, dry") to its NAICS sector ("11": Agriculture, …).
//
//   node dist/main.js [--out runs/sectors] [--overwrite] [--engine onnx|cpu]

import { fileURLToPath } from 'node:url';
import { column, naicsSector, naicsSectors, nearDuplicateGroups, split, takeRows } from '@attune/data';
import { readTable } from '@attune/data/node';
import { type EngineName, openEngine } from '@attune/engine/node';
import type { DataParts } from '@attune/train';
import {
  abortOnInterrupt,
  printNote,
  readOptions,
  reportUncaught,
  resultLines,
  terminalListener,
  trainAndReport,
} from 'attune';

// 1. The data: 17,338 lines of the US Census Bureau's index, each with the code of its industry.
async function readIndex() {
  const index = await readTable(fileURLToPath(new URL('../data/naics-2012-index.tsv', import.meta.url)));
  const codes = column(index, 'naics_code');
  return { texts: column(index, 'activity'), codes, labels: codes.map(naicsSector) }; // the first two digits name one of 20 sectors
}

// 2. The split. Entries reorder one another's words ("Bean farming, dry", "Dry bean farming"), so near copies stay
//    together: a model must not be tested on what it has seen.
async function readParts(): Promise<DataParts> {
  const { texts, codes, labels } = await readIndex();
  const groups = nearDuplicateGroups(texts, { within: codes, jaccard: 0.6 });
  const { parts } = split({ labels, groups, fractions: [0.8, 0.1, 0.1], seed: 42 });
  const [train, validation, test] = parts.map((rows) => takeRows({ texts, labels }, rows));
  return { train, validation, test };
}

// 3. The model: a small new DistilBERT with its own vocabulary. To fine-tune a pretrained one instead, name its
//    directory or hub id in `model`, drop `newConfig`, and lower the learning rate to 5e-5.
const model = {
  model: 'new',
  newConfig: { n_layers: 2, dim: 128, n_heads: 4, hidden_dim: 512, initializer_range: 0.05 },
};

// 4. The arguments, by Hugging Face's names. The best epoch is chosen on the validation part; the test part is looked
//    at once, at the end.
const trainingArguments = {
  learningRate: 1e-3,
  perDeviceTrainBatchSize: 64,
  numTrainEpochs: 7,
  weightDecay: 0.01,
  warmupRatio: 0.1,
  metricForBestModel: 'macroF1',
  seed: 42,
};

// 5. Train, and print the results next to the baseline's. The report has the rest: curves, confusions, the worst errors.
async function run({ out, overwrite, engine }: { out: string; overwrite: boolean; engine: string }): Promise<void> {
  const { summary } = await trainAndReport({
    data: await readParts(),
    ...model,
    arguments: trainingArguments,
    engine: await openEngine({ name: engine as EngineName }),
    out,
    overwrite,
    title: 'NAICS sectors',
    labelNames: Object.fromEntries(naicsSectors),
    provenance: { data: 'naics-2012-index.tsv', text: 'activity', label: 'sector', split: '80/10/10' },
    onEvent: terminalListener(process.stderr),
    onNote: (note) => printNote(process.stderr, note),
    signal: abortOnInterrupt(process),
  });
  console.log(resultLines(summary));
  console.log(`report: ${out}/report.html`);
}

reportUncaught(process); // errors end the program with a line that says what to do
const options = readOptions(process, {
  out: { type: 'string', default: 'runs/sectors' },
  overwrite: { type: 'boolean' },
  engine: { type: 'string', default: 'auto' },
});
await run(options);
