// Adapt: an encoder learns the words of job postings by guessing those that are hidden from it.
//
//   node dist/main.js [--data postings.jsonl --text text] [--model DIR] [--out runs/adapt] [--overwrite] [--count N]
//                     [--leave-out tested.csv] [--config config.json] [--learning-rate 2e-4] [--epochs 2] [--seed 42]
//                     [--warm-up-epochs 4]

import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EngineName, openEngine } from '@attune/engine/node';
import { type Adaptation, adaptMaskedLm } from '@attune/train/node';
import { abortOnInterrupt, printNote, readOptions, reportUncaught, terminalListener } from 'attune';
import { readPostings } from './postings';

reportUncaught(process); // errors end the program with a line that says what to do
const options = readOptions(process, {
  data: { type: 'string' },
  text: { type: 'string', default: 'text' },
  model: { type: 'string', default: 'new' },
  out: { type: 'string', default: 'runs/adapt' },
  overwrite: { type: 'boolean' },
  count: { type: 'number' },
  'leave-out': { type: 'string', multiple: true },
  config: { type: 'string', default: fileURLToPath(new URL('../config.json', import.meta.url)) },
  'learning-rate': { type: 'number' },
  epochs: { type: 'number' },
  'warm-up-epochs': { type: 'number' },
  'max-steps': { type: 'number' },
  seed: { type: 'number', default: 42 },
  engine: { type: 'string', default: 'auto' },
});
const onNote = (note: string) => printNote(process.stderr, note);

// 1. The arguments: a file, by Hugging Face's names, and what was typed before it.
const { newConfig, warmUp, arguments: given, ...masking } = JSON.parse(readFileSync(options.config, 'utf8'));
const typed = {
  learningRate: options['learning-rate'] ?? given.learningRate,
  numTrainEpochs: options.epochs ?? given.numTrainEpochs,
  maxSteps: options['max-steps'],
  seed: options.seed,
};
const warmUpEpochs = options['warm-up-epochs'] ?? warmUp?.numTrainEpochs;

async function run(): Promise<void> {
  // 2. The postings. Test postings are held out with their near copies. Texts on which a later classifier is tested are left
  //    out: a posting that the encoder has read, perhaps with its label in the first line, cannot test it.
  const { text, seed, 'leave-out': leaveOut } = options;
  const { count = options.data === undefined ? 1500 : Number.MAX_SAFE_INTEGER } = options; // every posting of your file
  const data = await readPostings({ data: options.data, text, count, seed, leaveOut, onNote });

  // 3. The adaptation. A model without a head for the task gets one, which learns alone until that helps no more: the
  //    encoder as it was is judged with a head that can do its work. Then all of the model learns.
  const adaptation = await adaptMaskedLm({
    data,
    ...masking, // chunkLength, mlmProbability
    model: options.model,
    ...(options.model === 'new' && { newConfig }), // a small one, with a vocabulary of its own
    arguments: { ...given, ...typed },
    warmUp: { ...warmUp, numTrainEpochs: warmUpEpochs, maxSteps: typed.maxSteps },
    engine: await openEngine({ name: options.engine as EngineName }),
    out: options.out,
    overwrite: options.overwrite,
    onEvent: terminalListener(process.stderr),
    onNote,
    signal: abortOnInterrupt(process),
  });

  // 4. What became of it. `adapted/model` is a checkpoint in Hugging Face's layout; in Python:
  //    transformers.AutoModelForMaskedLM.from_pretrained('runs/adapt/adapted/model')
  await writeFile(join(options.out, 'summary.json'), `${JSON.stringify(adaptation, null, 2)}\n`);
  console.log(linesOf(adaptation));
  console.log(`encoder: ${join(options.out, 'adapted', 'model')}`);
}

function linesOf({ newHead, before, after, ratio, headShare, learningRate, adapted }: Adaptation): string {
  const row = (name: string, { perplexity, loss, accuracy }: Adaptation['after']) =>
    `${name.padEnd(34)}${perplexity.toFixed(2).padStart(10)}${loss.toFixed(4).padStart(9)}${accuracy.toFixed(4).padStart(10)}`;
  const { asked, reached, mean } = learningRate;
  return [
    `${''.padEnd(34)}perplexity     loss  accuracy`,
    ...(newHead ? [row('new head, nothing learned', newHead)] : []),
    row(newHead ? 'before: the head alone has learned' : 'before', before),
    row('after', after),
    `perplexity after / before: ${ratio.toFixed(3)}`,
    ...(headShare === undefined
      ? []
      : [`of the fall from the new head, the head's: ${(100 * headShare).toFixed(1)} %`]),
    `learning rate: ${asked} asked, ${reached.toPrecision(3)} reached, ${mean.toPrecision(3)} on average over ${adapted.steps} steps`,
  ].join('\n');
}

await run();
