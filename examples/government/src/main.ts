// Government records: is the volume of a state's year, or of a district, at least a threshold? The label is a rule's; the
// question is what a model can learn of it that reads only what a record is called.
//
//   node dist/main.js [--state Kerala] [--threshold 5000] [--with-volume] [--group year] [--by year]
//   node dist/main.js --data F.csv --text "State: {state}. District: {district}." --volume enrolments [--model DIR]

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AttuneError, didYouMean } from '@attune/data';
import { readTable } from '@attune/data/node';
import { type EngineName, openEngine } from '@attune/engine/node';
import { writeRendered } from '@attune/report/node';
import { crossValidate } from '@attune/train/node';
import { abortOnInterrupt, printNote, reportFailure } from 'attune';
import { type FoldData, foldsOf } from './folds';
import { type ModelName, scoreFold } from './models';
import { resultPage } from './page';
import { countLeaks, type LabelledRecord, labelledRecords } from './records';
import {
  aheadText,
  compareModels,
  csvOf,
  figuresOf,
  flaggedRecords,
  groupRows,
  modelColumns,
  modelRows,
  names,
  textTable,
} from './results';
import { readSettings, type Settings } from './settings';

const note = (text: string) => printNote(process.stderr, text);

// 1. The data. Cleaning says what it did to how many rows; the label is labelOf(volume, threshold) and nothing else.
async function readRecords(settings: Settings) {
  const cleaned = labelledRecords(await readTable(settings.data), settings);
  const { records, steps } = cleaned;
  for (const { step, count } of steps) note(`${step}: ${count}`);
  const high = records.filter(({ label }) => label === 'high').length;
  note(`${records.length} records, ${high} with ${settings.volume} ≥ ${settings.threshold}`);
  requireGroup(records, settings.state);
  // 2. The leak. Where a text has the number that its label was made from, the answer is in the question.
  const leaks = countLeaks(records);
  if (leaks > 0) note(`LEAK: ${leaks} of ${records.length} texts contain the number that their label was made from`);
  return cleaned;
}

// 3. The folds. A state is in one part alone: what is asked is whether a model knows of states that it has not seen. As
//    there are few, each is held out once, and of the others some choose the epoch, the learning rate and the penalties.
// 4. Five models a fold, on the same records. The scores of the parts held out are, together, scores of all records.
async function scoreRecords(records: readonly LabelledRecord[], settings: Settings) {
  const { model, out, overwrite, seed } = settings;
  const scores = Object.fromEntries(names.map((name) => [name, records.map(() => 0)])) as Record<ModelName, number[]>;
  const penalties: number[] = [];
  const learningRates = settings.learningRates[model === 'new' ? 'new' : 'pretrained'];
  const spread = await crossValidate<FoldData>({
    ...{ model, out, overwrite, folds: foldsOf(records, settings) },
    ...(model === 'new' && { newConfig: settings.newConfig }),
    arguments: { ...settings.arguments, seed },
    engine: await openEngine({ name: settings.engine as EngineName }),
    provenance: { ...settings },
    onNote: once(note),
    signal: abortOnInterrupt(process),
    fit: async (options) => {
      const { test, heldOut } = options.data;
      const fold = await scoreFold({ ...options, learningRates });
      for (const name of names) for (const [i, row] of heldOut.entries()) scores[name][row] = fold.scores[name][i];
      penalties.push(fold.chosen.tfidfC);
      const figures = Object.fromEntries(names.map((name) => [name, figuresOf(test, fold.scores[name])]));
      return { summary: { ...fold.chosen, ...figures } };
    },
    onFold: ({ fold, folds, summary }) => note(`fold ${fold} of ${folds}${summary ? ' has ended' : ''}`),
  });
  const C = penalties.sort((a, b) => a - b)[penalties.length >> 1];
  return { scores, spread, C };
}

// 5. Results: the table, the page, and the records flagged, which is what such a model would be wanted for.
async function run(settings: Settings): Promise<void> {
  const { out, state, by, volume, threshold } = settings;
  const { records, steps } = await readRecords(settings);
  const { scores, spread, C } = await scoreRecords(records, settings);
  const comparison = compareModels(records, scores);
  const flagged = flaggedRecords(records, scores);
  const write = (name: string, text: string) => writeFileSync(join(out, name), text);
  write('flagged.jsonl', flagged.map((record) => `${JSON.stringify(record)}\n`).join(''));
  write('flagged.csv', csvOf(flagged));
  write('results.json', `${JSON.stringify({ records: records.length, steps, ...comparison, ...spread }, null, 2)}\n`);
  const title = `Records with ${volume} ≥ ${threshold}`;
  const page = { title, by, group: state, records, steps, scores, comparison, baseline: { C } };
  await writeRendered(join(out, 'report.html'), () => resultPage(page));
  console.log(textTable([modelColumns, ...modelRows(comparison)]));
  console.log(`transformer less TF-IDF, macro-F1: ${aheadText(comparison)}`);
  if (state) console.log(textTable([['text', 'volume', 'label', ...names], ...groupRows(records, scores, state)]));
  console.log(`${flagged.length} records flagged: ${out}/flagged.csv\nreport: ${out}/report.html`);
}

function requireGroup(records: readonly LabelledRecord[], group: string | undefined): void {
  const known = [...new Set(records.map((record) => record.group))];
  if (group === undefined || known.some((name) => name.toLowerCase() === group.toLowerCase())) return;
  const came = `got ${JSON.stringify(group)}${didYouMean(group, known)}`;
  throw new AttuneError('DATA_LABEL', `--state: expected one of the ${known.length} in the data, ${came}`);
}

/** Every fold has the same to say. */
function once(listener: (text: string) => void): (text: string) => void {
  const heard = new Set<string>();
  return (text) => {
    if (!heard.has(text)) listener(text);
    heard.add(text);
  };
}

Promise.resolve(process.argv.slice(2))
  .then(readSettings)
  .then(run)
  .catch((error) => process.exit(reportFailure(error, process)));
