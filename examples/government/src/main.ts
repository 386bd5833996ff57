// Government records: is the volume of a state's year, or of a district, at least a threshold? The label is a rule's; the
// question is what a model can learn of it that reads only what a record is called.
//
//   node dist/main.js [--state Kerala] [--threshold 5000] [--with-volume] [--group year] [--by year]
//   node dist/main.js --data F.csv --text "State: {state}. District: {district}." --volume enrolments [--model DIR]
//   node dist/main.js --teacher path/to/bert: a small new model learns what a pretrained one, fine-tuned on the same records, says

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AttuneError, countNumberLeaks, csvText, didYouMean, kFolds, takeRows, thresholdRecords } from '@attune/data';
import { readTable } from '@attune/data/node';
import { type EngineName, openEngine } from '@attune/engine/node';
import { binaryReport } from '@attune/metrics';
import { writeRendered } from '@attune/report/node';
import { compareClassifiers, crossValidate } from '@attune/train/node';
import { abortOnInterrupt, printNote, reportUncaught } from 'attune';
import { flaggedRecords, names, type Records, resultPage, resultsOf, type Scores, tables, truthOf } from './results';
import { readSettings, type Settings } from './settings';

const note = (text: string) => printNote(process.stderr, text);
// 1. The data. Cleaning says what it did to how many rows; the label is labelByThreshold(volume, threshold) and nothing else.
async function readRecords({ data, volume, withVolume, state, ...options }: Settings) {
  const cleaned = thresholdRecords(await readTable(data), { ...options, number: volume, withNumber: withVolume });
  const { records, steps } = cleaned;
  for (const { step, count } of steps) note(`${step}: ${count}`);
  const high = records.filter(({ label }) => label === 'high').length;
  note(`${records.length} records, ${high} with ${volume} ≥ ${options.threshold}`);
  requireGroup(records, state);
  // 2. The leak. Where a text has the number that its label was made from, the answer is in the question.
  const leaks = countNumberLeaks(records);
  if (leaks > 0) note(`LEAK: ${leaks} of ${records.length} texts contain the number that their label was made from`);
  return cleaned;
}

// 3. The folds. A state is in one part alone: what is asked is whether a model knows of states that it has not seen. As
//    there are few, each is held out once, and of the others some choose the epoch, the learning rate and the penalties.
function foldsOf(records: Records, { folds, validation, seed }: Settings) {
  const columns = { texts: records.map(({ text }) => text), labels: records.map(({ label }) => label as string) };
  const groups = records.map(({ group }) => group);
  return kFolds({ labels: columns.labels, groups, folds, validation, seed }).folds.map((fold) => ({
    train: takeRows(columns, fold.training),
    validation: takeRows(columns, fold.validation!),
    test: takeRows(columns, fold.heldOut).texts,
    heldOut: fold.heldOut,
  }));
}

type Compared = Parameters<typeof compareClassifiers>[0];

// 4. A teacher, where one is asked for: a pretrained model that is fine-tuned on the fold's own records, never on those that are held out.
async function teacherOf(options: Compared, { teacher, learningRates }: Settings): Promise<Partial<Compared>> {
  if (teacher === undefined) return {};
  const out = join(options.out, 'teacher');
  const { newConfig: _, ...own } = options;
  const { chosen } = await compareClassifiers({ ...own, out, model: teacher, learningRates: learningRates.pretrained });
  return { teacher: join(out, `rate-${chosen.learningRate}`) };
}

// 5. Five models a fold, on the same records. The scores of the parts held out are, together, scores of all records.
async function scoreRecords(records: Records, settings: Settings) {
  const { model, out, overwrite, seed } = settings;
  const truth = truthOf(records);
  const scores = Object.fromEntries(names.map((name) => [name, truth.map(Number)])) as Scores; // the rule's stay as they are
  const penalties: number[] = [];
  const learningRates = settings.learningRates[model === 'new' ? 'new' : 'pretrained'];
  const spread = await crossValidate<ReturnType<typeof foldsOf>[number]>({
    ...{ model, out, overwrite, folds: foldsOf(records, settings) },
    ...(model === 'new' && { newConfig: settings.newConfig }),
    arguments: { ...settings.arguments, seed },
    engine: await openEngine({ name: settings.engine as EngineName }),
    provenance: { ...settings },
    onNote: once(note),
    signal: abortOnInterrupt(process),
    fit: async (options) => {
      const { heldOut, ...data } = options.data;
      const run = { ...options, data };
      const fold = await compareClassifiers({ ...run, learningRates, ...(await teacherOf(run, settings)) });
      for (const name of names)
        if (name !== 'rule') for (const [i, row] of heldOut.entries()) scores[name][row] = fold.scores[name][i].high;
      penalties.push(fold.chosen.tfidfC);
      const own = (all: readonly number[]) => Array.from(heldOut, (row) => all[row]);
      const figures = names.map((name) => [name, binaryReport(own(truth), own(scores[name]))]);
      return { summary: { ...fold.chosen, ...Object.fromEntries(figures) } };
    },
    onFold: ({ fold, folds, summary }) => note(`fold ${fold} of ${folds}${summary ? ' has ended' : ''}`),
  });
  const C = penalties.sort((a, b) => a - b)[penalties.length >> 1];
  return { scores, spread, C };
}

// 6. Results: figures and a page for people, and the records that the transformer flags, which is what it would be wanted for.
async function run(settings: Settings): Promise<void> {
  const { out } = settings;
  const { records, steps } = await readRecords(settings);
  const { scores, spread, C } = await scoreRecords(records, settings);
  const results = resultsOf(records, scores);
  const flagged = flaggedRecords(records, scores);
  const write = (name: string, text: string) => writeFileSync(join(out, name), text);
  write('results.json', `${JSON.stringify({ records: records.length, steps, ...results, ...spread }, null, 2)}\n`);
  write('flagged.jsonl', flagged.map((record) => `${JSON.stringify(record)}\n`).join(''));
  write('flagged.csv', csvText(flagged));
  await writeRendered(join(out, 'report.html'), () => resultPage({ records, steps, scores, results, C, settings }));
  console.log(tables(records, scores, { results, settings }));
  console.log(`${flagged.length} records flagged: ${out}/flagged.csv\nreport: ${out}/report.html`);
}

function requireGroup(records: Records, group: string | undefined): void {
  const known = [...new Set(records.map((record) => record.group))];
  if (group === undefined || known.some((name) => name.toLowerCase() === group.toLowerCase())) return;
  const came = `got ${JSON.stringify(group)}${didYouMean(group, known)}`;
  throw new AttuneError('DATA_GROUP', `--state: expected one of the ${known.length} in the data, ${came}`);
}

/** Every fold has the same to say. */
function once(listener: (text: string) => void): (text: string) => void {
  const heard = new Set<string>();
  return (text) => {
    if (!heard.has(text)) listener(text);
    heard.add(text);
  };
}

reportUncaught(process); // errors end the program with a line that says what to do
await run(readSettings(process));
