// From large to small: a student learns from a tenth of the labels, and of the other texts what a teacher says that has seen all.
//
//   node dist/main.js [--labeled 0.1] [--student-layers 0] [--out runs/distill] [--overwrite]
//   node dist/main.js --data jobs.csv --text description --label sector [--model path/to/bert | --teacher runs/sectors]
//     [--unlabeled more.csv] [--student-layers 0,2,4]

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { column } from '@attune/data';
import { readTable } from '@attune/data/node';
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
import { lessonsOf, readPostings } from './parts';

reportUncaught(process); // errors end the program with a line that says what to do
const options = readOptions(process, {
  data: { type: 'string' },
  text: { type: 'string', default: 'text' },
  label: { type: 'string', default: 'sector' },
  unlabeled: { type: 'string' },
  labeled: { type: 'number', default: 0.1 },
  teacher: { type: 'string' },
  model: { type: 'string', default: 'new' },
  'student-layers': { type: 'string' },
  out: { type: 'string', default: 'runs/distill' },
  overwrite: { type: 'boolean' },
});
const config = JSON.parse(readFileSync(new URL('../config.json', import.meta.url), 'utf8'));
const engine = await openEngine();
const common = {
  engine,
  overwrite: options.overwrite,
  provenance: { data: options.data ?? 'generatePostings', labeled: options.labeled },
  onEvent: terminalListener(process.stderr),
  onNote: (note: string) => printNote(process.stderr, note),
  signal: abortOnInterrupt(process),
};
const place = (name: string) => join(options.out, name);

// 1. The data. The student has the labels of a tenth of the training texts; the others, and those of a further file, have none.
const { teacher: taught, student, unlabeled } = lessonsOf(await readPostings(options), options.labeled);
const more = options.unlabeled === undefined ? [] : column(await readTable(options.unlabeled), options.text);
const texts = [...unlabeled.texts, ...more];

// 2. The teacher: a run that you have, or one that is trained here, of all labels.
async function trainTeacher(): Promise<string> {
  const out = place('teacher');
  const isNew = options.model === 'new';
  const { newConfig, arguments: own } = config.teacher;
  await trainAndReport({
    ...{ ...common, out, data: taught, model: options.model, title: 'The teacher' },
    ...(isNew && { newConfig }),
    arguments: isNew ? own : { ...own, learningRate: 5e-5 },
  });
  return out;
}

// 3. The student: a small new model, or some of the teacher's layers with its embeddings and its head. It is trained twice from the
//    same start: on its labels alone, and on its labels and the teacher. With the teacher it has more texts, so fewer epochs are more steps.
async function trainStudents(teacher: string): Promise<void> {
  const layers = options['student-layers'];
  const { newConfig, arguments: own, epochsAlone, epochsTaught, temperature, alpha } = config.student;
  const isThin = layers !== undefined;
  const model = isThin ? { model: teacher, studentLayers: layers.split(',').map(Number) } : { model: 'new', newConfig };
  const start = { ...common, ...model, data: student };
  const alone = place('alone');
  await trainAndReport({
    ...{ ...start, out: alone, title: 'The student, without a teacher' },
    arguments: { ...own, numTrainEpochs: epochsAlone },
  });
  const { summary } = await trainAndReport({
    ...{ ...start, out: place('student'), title: 'The student' },
    arguments: { ...own, numTrainEpochs: texts.length > 0 ? epochsTaught : epochsAlone },
    teacher,
    distillTemperature: temperature,
    distillAlpha: alpha,
    ...(texts.length > 0 && { unlabeled: { texts } }),
    beside: [alone],
  });
  // 4. Teacher, student, the student without a teacher, and TF-IDF, on the same test texts.
  console.log(resultLines(summary));
  console.log(`report: ${place('student')}/report.html`);
}

await trainStudents(options.teacher ?? (await trainTeacher()));
await engine.close();
