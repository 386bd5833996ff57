// Remote: where the work of a posting is done, from an encoder as it is and from the same one adapted to postings.
//
//   node dist/main.js [--data hn.csv --text text --label label] [--test-data gold.csv] [--classes three|two|two-hybrid-remote]
//                     [--encoders runs/adapt | --model DIR] [--out runs/remote] [--overwrite] [--seed 42]
//                     [--learning-rate 1e-4] [--epochs 4] [--batch-size 16] [--max-length 256]

import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type EngineName, openEngine } from '@attune/engine/node';
import { macroF1Difference } from '@attune/metrics';
import type { DataParts } from '@attune/train';
import { adaptMaskedLm, loadPredictor } from '@attune/train/node';
import { abortOnInterrupt, printNote, reportFailure, terminalListener, trainAndReport } from 'attune';
import { type Choice, choices } from './arrangements';
import { type Figures, figuresOf, line } from './compare';
import { madeUpPostings, readParts } from './parts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    'test-data': { type: 'string' },
    text: { type: 'string', default: 'text' },
    label: { type: 'string', default: 'label' },
    classes: { type: 'string', default: 'three' },
    encoders: { type: 'string' },
    model: { type: 'string', default: 'new' },
    out: { type: 'string', default: 'runs/remote' },
    overwrite: { type: 'boolean', default: false },
    config: { type: 'string', default: fileURLToPath(new URL('../config.json', import.meta.url)) },
    'learning-rate': { type: 'string' },
    epochs: { type: 'string' },
    'batch-size': { type: 'string' },
    'max-length': { type: 'string' },
    'max-steps': { type: 'string' },
    seed: { type: 'string', default: '42' },
    engine: { type: 'string', default: 'auto' },
  },
});
if (!Object.hasOwn(choices, values.classes))
  throw new RangeError(`--classes: expected one of ${Object.keys(choices).join(', ')}, got ${values.classes}`);
const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
const config = JSON.parse(readFileSync(values.config, 'utf8'));
const seed = Number(values.seed);
const maxSteps = number(values['max-steps']);

const engine = await openEngine({ name: values.engine as EngineName });
const shared = {
  engine,
  overwrite: values.overwrite,
  onEvent: terminalListener(process.stderr),
  onNote: (note: string) => printNote(process.stderr, note),
  signal: abortOnInterrupt(process),
};

// 1. The data. Near copies stay in one part. With `two`, hybrid postings are left out; with `two-hybrid-remote`, they
//    are remote ones.
function readData(): Promise<Required<DataParts>> {
  const { data, text, label, classes } = values;
  const choice = classes as Choice;
  return readParts({ data, testData: values['test-data'], text, label, choice, seed, onNote: shared.onNote });
}

// 2. The encoders: those that examples/adapt left, or adapted here: to made-up postings without labels, or to the
//    training texts of your own data. Both begin with new layers on top, so that adaptation is all they differ in.
async function encoders(data: DataParts): Promise<{ unadapted: string; adapted: string }> {
  const { encoders: directory = join(values.out, 'encoders'), model } = values;
  if (values.encoders === undefined) {
    const unlabelled = madeUpPostings(2000, 7).map(({ text }) => text);
    const train = values.data === undefined ? unlabelled : data.train.texts;
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
  return { unadapted: existsSync(start) ? start : model, adapted: join(directory, 'adapted', 'model') };
}

// 3. A classifier. Classes count alike in its loss however rare they are, and after training an offset a class is chosen
//    on the validation part, for the best macro-F1.
async function classify(name: string, model: string, data: Required<DataParts>) {
  const out = join(values.out, name);
  const typed = {
    learningRate: number(values['learning-rate']) ?? config.arguments.learningRate,
    numTrainEpochs: number(values.epochs) ?? config.arguments.numTrainEpochs,
    perDeviceTrainBatchSize: number(values['batch-size']) ?? config.arguments.perDeviceTrainBatchSize,
    maxLength: number(values['max-length']) ?? config.arguments.maxLength,
  };
  const given = { ...config.arguments, ...typed, maxSteps, seed };
  const provenance = { data: values.data, text: values.text, label: values.label, classes: values.classes };
  const options = { ...shared, data, model, arguments: given, provenance, out, tuneThreshold: true };
  const { summary, test, labels } = await trainAndReport(options);
  const { decision, baseline, bestEpoch, seconds } = summary;
  const untuned = { yTrue: test.yTrue, yPred: await withoutOffsets(out, test.texts, labels) };
  const figures = { untuned: figuresOf(untuned), tuned: figuresOf(test), decision, bestEpoch, seconds };
  return { figures, baseline: baseline as Figures, test };
}

/** What the classifier says if each text gets its likeliest class. */
async function withoutOffsets(run: string, texts: readonly string[], labels: readonly string[]): Promise<number[]> {
  const predictor = await loadPredictor(run, { engine, decision: { offsets: {} } });
  const predictions = await predictor.predict(texts);
  await predictor.close();
  return predictions.map(({ label }) => labels.indexOf(label));
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
  const summary = { classes: values.classes, seed, sizes, ...figures };
  await writeFile(join(values.out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  console.log(lines.join('\n'));
  await engine.close();
}

run().catch((error) => process.exit(reportFailure(error, process)));
