// Remote: where the work of a posting is done, from an encoder as it is and from the same one adapted to postings.
//
//   node dist/main.js [--data hn.csv --text text --label label] [--test-data gold.csv] [--classes three|two|two-hybrid-remote]
//                     [--encoders runs/adapt | --model DIR] [--out runs/remote] [--overwrite] [--seed 42]
//                     [--learning-rate 1e-4] [--epochs 4] [--batch-size 16] [--max-length 256]

import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EngineName, openEngine } from '@attune/engine/node';
import { macroF1Difference } from '@attune/metrics';
import type { DataParts } from '@attune/train';
import { adaptMaskedLm } from '@attune/train/node';
import { abortOnInterrupt, printNote, readOptions, reportUncaught, terminalListener, trainAndReport } from 'attune';
import { type Choice, choices } from './arrangements';
import { type Figures, figuresOf, line } from './compare';
import { madeUpPostings, readParts } from './parts';

reportUncaught(process); // errors end the program with a line that says what to do
const options = readOptions(process, {
  data: { type: 'string' },
  'test-data': { type: 'string' },
  text: { type: 'string', default: 'text' },
  label: { type: 'string', default: 'label' },
  classes: { type: 'string', choices: Object.keys(choices) as Choice[], default: 'three' },
  encoders: { type: 'string' },
  model: { type: 'string', default: 'new' },
  out: { type: 'string', default: 'runs/remote' },
  overwrite: { type: 'boolean' },
  config: { type: 'string', default: fileURLToPath(new URL('../config.json', import.meta.url)) },
  'learning-rate': { type: 'number' },
  epochs: { type: 'number' },
  'batch-size': { type: 'number' },
  'max-length': { type: 'number' },
  'max-steps': { type: 'number' },
  seed: { type: 'number', default: 42 },
  engine: { type: 'string', default: 'auto' },
});
const { seed, 'max-steps': maxSteps } = options;
const config = JSON.parse(readFileSync(options.config, 'utf8'));

const engine = await openEngine({ name: options.engine as EngineName });
const shared = {
  engine,
  overwrite: options.overwrite,
  onEvent: terminalListener(process.stderr),
  onNote: (note: string) => printNote(process.stderr, note),
  signal: abortOnInterrupt(process),
};

// 1. The data. Near copies stay in one part. With `two`, hybrid postings are left out; with `two-hybrid-remote`, they
//    are remote ones.
function readData(): Promise<Required<DataParts>> {
  const { data, 'test-data': testData, text, label, classes: choice } = options;
  return readParts({ data, testData, text, label, choice, seed, onNote: shared.onNote });
}

// 2. The encoders: those that examples/adapt left, or adapted here: to made-up postings without labels, or to the
//    training texts of your own data. Both begin with new layers on top, so that adaptation is all they differ in.
async function encoders(data: DataParts): Promise<{ unadapted: string; adapted: string }> {
  const { encoders: directory = join(options.out, 'encoders'), model } = options;
  if (options.encoders === undefined) {
    const unlabeled = madeUpPostings(2000, 7).map(({ text }) => text);
    const train = options.data === undefined ? unlabeled : data.train.texts;
    const { arguments: given, ...adaptation } = config.adaptation;
    const { before, after } = await adaptMaskedLm({
      ...{ ...shared, ...adaptation, model, arguments: { ...given, seed, maxSteps }, out: directory },
      ...(model === 'new' && { newConfig: config.newConfig }),
      warmUp: { maxSteps },
      data: { train, validation: data.validation?.texts },
    });
    console.log(`perplexity on validation texts: ${before.perplexity.toFixed(2)} → ${after.perplexity.toFixed(2)}`);
  }
  const start = join(directory, 'start', 'model');
  const adapted = join(directory, 'adapted', 'model');
  if (!existsSync(adapted))
    throw new Error(`--encoders: expected ${adapted}, which examples/adapt writes; check the path`);
  if (existsSync(start)) return { unadapted: start, adapted };
  return { unadapted: model === 'new' ? startOf(directory) : model, adapted };
}

/** The encoder that was adapted, where it had its own head, so that there is no `start/`. */
function startOf(directory: string): string {
  const { model, modelDirectory } = JSON.parse(readFileSync(join(directory, 'adapted', 'config.json'), 'utf8'));
  return modelDirectory?.absolute ?? model;
}

// 3. A classifier. Classes count alike in its loss however rare they are, and after training an offset a class is chosen
//    on the validation part, for the best macro-F1.
async function classify(name: string, model: string, data: Required<DataParts>) {
  const out = join(options.out, name);
  const typed = {
    learningRate: options['learning-rate'] ?? config.arguments.learningRate,
    numTrainEpochs: options.epochs ?? config.arguments.numTrainEpochs,
    perDeviceTrainBatchSize: options['batch-size'] ?? config.arguments.perDeviceTrainBatchSize,
    maxLength: options['max-length'] ?? config.arguments.maxLength,
  };
  const given = { ...config.arguments, ...typed, maxSteps, seed };
  const { data: file, text, label, classes } = options;
  const provenance = { data: file, text, label, classes };
  const learned = { data, model, arguments: given, provenance, out, tuneThreshold: true };
  const { summary, test, untuned } = await trainAndReport({ ...shared, ...learned });
  const { decision, baseline, bestEpoch, seconds } = summary;
  const figures = { untuned: figuresOf(untuned!), tuned: figuresOf(test), decision, bestEpoch, seconds };
  return { figures, baseline: baseline as Figures, test };
}

// 4. Both, side by side.
async function run(): Promise<void> {
  const data = await readData();
  const sizes = [data.train, data.validation, data.test].map(({ texts }) => texts.length);
  shared.onNote(`${sizes.join(', ')} texts to learn from, to choose by, to report on`);
  const { unadapted, adapted } = await encoders(data);
  const before = await classify('unadapted', unadapted, data);
  const after = await classify('adapted', adapted, data);
  const pair = { a: after.test.yPred, b: before.test.yPred };
  const { difference, low, high } = macroF1Difference(after.test.yTrue, pair);
  const gain = { difference, low, high };
  const lines = [
    `${'on the test part'.padEnd(40)}  macro-F1  accuracy`,
    line('unadapted', before.figures.untuned),
    line('unadapted, tuned', before.figures.tuned),
    line('adapted', after.figures.untuned),
    line('adapted, tuned', after.figures.tuned),
    line('TF-IDF + logistic regression', after.baseline),
    `adapted − unadapted, tuned, macro-F1: ${difference.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`,
  ];
  const figures = { unadapted: before.figures, adapted: after.figures, baseline: after.baseline, gain };
  const summary = { classes: options.classes, seed, sizes, ...figures };
  await writeFile(join(options.out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  console.log(lines.join('\n'));
  await engine.close();
}

await run();
