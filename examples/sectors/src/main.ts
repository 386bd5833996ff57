// Sectors: from what an establishment does ("Bean farming, dry") to its NAICS sector ("11": Agriculture, …).
//
//   node dist/main.js [--out runs/sectors] [--overwrite] [--engine onnx|cpu]

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { column, naicsSector, naicsSectors, nearDuplicateGroups, split } from '@attune/data';
import { readTable } from '@attune/data/node';
import { type EngineName, openEngine } from '@attune/engine/node';
import { abortOnInterrupt, main, printNote, resultLines, terminalListener, trainAndReport } from 'attune';

const { values: options } = parseArgs({
  options: {
    out: { type: 'string', default: 'runs/sectors' },
    overwrite: { type: 'boolean', default: false },
    engine: { type: 'string', default: 'auto' },
  },
});

// 1. The data: 17,338 lines of the US Census Bureau's index, each with the code of its industry.
const index = await readTable(fileURLToPath(new URL('../data/naics-2012-index.tsv', import.meta.url)));
const texts = column(index, 'activity');
const codes = column(index, 'naics_code');
const labels = codes.map(naicsSector); // the first two digits name one of 20 sectors

// 2. The split. Entries reorder one another's words ("Bean farming, dry", "Dry bean farming"), so near copies stay
//    together: a model must not be tested on what it has seen.
const groups = nearDuplicateGroups(texts, { within: codes, jaccard: 0.6 });
const { parts } = split({ labels, groups, fractions: [0.8, 0.1, 0.1], seed: 42 });
const [train, validation, test] = parts.map((rows) => ({
  texts: Array.from(rows, (row) => texts[row]),
  labels: Array.from(rows, (row) => labels[row]),
}));

// 3. The model: a small DistilBERT, new, with a vocabulary of its own. To fine-tune a pretrained one instead, name its
//    directory or hub id, leave `newConfig` out, and lower the learning rate to 5e-5.
// 4. The training: chosen on the validation part; the test part is looked at once, at the end.
const engine = await openEngine({ name: options.engine as EngineName });
const interrupt = abortOnInterrupt();
const { summary } = await trainAndReport({
  data: { train, validation, test },
  model: 'new',
  newConfig: { n_layers: 2, dim: 128, n_heads: 4, hidden_dim: 512, initializer_range: 0.09 },
  arguments: {
    learningRate: 1e-3,
    perDeviceTrainBatchSize: 64,
    numTrainEpochs: 7,
    weightDecay: 0.01,
    warmupRatio: 0.1,
    metricForBestModel: 'macroF1',
    seed: 42,
  },
  engine,
  out: options.out,
  overwrite: options.overwrite,
  title: 'NAICS sectors',
  labelNames: Object.fromEntries(naicsSectors),
  provenance: { data: 'naics-2012-index.tsv', text: 'activity', label: 'sector', split: '80/10/10' },
  onEvent: terminalListener(process.stderr),
  onNote: (note) => printNote(process.stderr, note),
  signal: interrupt.signal,
});

// 5. The results, beside the yardstick's. The report has the rest: curves, confusions, the worst errors.
console.log(resultLines(summary));
console.log(`report: ${options.out}/report.html`);
