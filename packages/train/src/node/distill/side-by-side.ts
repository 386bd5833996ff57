import type { Engine } from '@attune/engine';
import { sizeOf } from '@attune/engine';
import type { Sequence } from '@attune/models';
import type { FinishedModel } from '../model/finished-model';
import { type LogitsReading, openLogits } from '../model/logits';
import type { Difference } from '../sequence/comparison';
import { measuredRates } from './speed';
import { type Closing, closeAll, openAll, type Teacher } from './teacher';

/** A model of those that a report shows beside one another: its quality on the reported part, its size and its speed. */
export interface SideBySide {
  /** `student` is the model of the run, `teacher` one that it learned from, `teachers` these averaged, `beside` another one. */
  readonly role: 'student' | 'teacher' | 'teachers' | 'beside';
  /** As it was named; of the student its run. */
  readonly source: string;
  /** The metrics that the summary leads with, on the reported part, as the model's own files decide. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Number of its parameters; of teachers that are averaged, of all of them. */
  readonly parameters: number;
  /** Texts of the reported part that it reads per second, as the run's engine does, encoding included. */
  readonly textsPerSecond?: number;
  /** How far the student is ahead of it, by metric; of one label per text, and of taggers. */
  readonly difference?: Readonly<Record<string, Difference>>;
}

/** How a run learned from its teachers, in its summary. */
export interface DistillationFacts {
  /** The teachers, as they were named. */
  readonly teachers: readonly string[];
  /** SHA-256 of each, with its tokenizer and labels. */
  readonly digests: readonly string[];
  /** Divisor of the logits. */
  readonly temperature: number;
  /** Share of the teacher in the loss of labeled examples. */
  readonly alpha: number;
  /** Training examples without a label. */
  readonly unlabeledExamples: number;
}

/** Another model on the reported part, asked before the student is trained. */
export type Other<Said> = Pick<SideBySide, 'role' | 'source' | 'parameters'> & {
  /** What it says of the reported part. */
  readonly said: Said;
};

type Saying<Open, Said> = (models: readonly Open[]) => Promise<Said>;

/** Each teacher on the reported part and, of several, all of them together. */
export async function askedTeachers<Open extends Pick<Teacher, 'source' | 'parameters'>, Said>(
  teachers: readonly Open[],
  saidOf: Saying<Open, Said>,
): Promise<readonly Other<Said>[]> {
  const each: Other<Said>[] = [];
  for (const teacher of teachers) {
    const { source, parameters } = teacher;
    each.push({ role: 'teacher', source, parameters, said: await saidOf([teacher]) });
  }
  if (teachers.length < 2) return each;
  const parameters = each.reduce((sum, own) => sum + own.parameters, 0);
  const source = teachers.map((own) => own.source).join(', ');
  return [...each, { role: 'teachers', source, parameters, said: await saidOf(teachers) }];
}

/** Other models on the reported part, one after another in memory. */
export async function askedBeside<Open extends Pick<Teacher, 'parameters'> & Closing, Said>(
  sources: readonly string[],
  open: (source: string) => Promise<Open>,
  saidOf: Saying<Open, Said>,
): Promise<readonly Other<Said>[]> {
  const asked: Other<Said>[] = [];
  for (const source of sources) {
    const model = await open(source);
    try {
      asked.push({ role: 'beside', source, parameters: model.parameters, said: await saidOf([model]) });
    } finally {
      await model.logits.close();
    }
  }
  return asked;
}

/** How a run learned from its teachers. */
export const distillationFacts = (
  { teachers, temperature, alpha }: Pick<DistillationFacts, 'temperature' | 'alpha'> & { teachers: readonly Teacher[] },
  unlabeledExamples: number,
): DistillationFacts => ({
  teachers: teachers.map(({ source }) => source),
  digests: teachers.map(({ digest }) => digest),
  temperature,
  alpha,
  unlabeledExamples,
});

interface RateOptions<Input extends Sequence, Output, Item, Open> {
  readonly engine: Engine;
  readonly reading: LogitsReading<Input, Output>;
  /** The reported part. */
  readonly items: readonly Item[];
  /** How the student reads it. */
  readonly encode: (items: readonly Item[]) => readonly Input[];
  readonly others: readonly Pick<SideBySide, 'role' | 'source'>[];
  /** Opens another model again: its memory was free while the student was trained. */
  readonly open: (source: string) => Promise<Open>;
  readonly ask: (model: Open, items: readonly Item[]) => Promise<unknown>;
}

/** The student's size, and the speed of all models, measured in turns. The student's numbers stay its own. */
export async function sizeAndRates<Input extends Sequence, Output, Item, Open extends Closing>(
  { model, parameters }: FinishedModel,
  { engine, reading, items, encode, others, open, ask }: RateOptions<Input, Output, Item, Open>,
) {
  const copies = Object.entries(parameters).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]);
  const sources = others.filter(({ role }) => role !== 'teachers').map(({ source }) => source);
  const opened = await openAll(sources, open);
  const logits = await openLogits({ model, parameters: Object.fromEntries(copies) }, { engine }, reading);
  try {
    const student = (some: readonly Item[]) => logits.of(encode(some));
    const models = opened.map((own) => (some: readonly Item[]) => ask(own, some));
    const [textsPerSecond, ...rates] = await measuredRates(items, [student, ...models]);
    const size = Object.values(model.specs).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    return { student: { parameters: size, textsPerSecond }, rates: ratesOf(others, rates) };
  } finally {
    await closeAll([{ logits }, ...opened]);
  }
}

/** The rates of models in their order; teachers together take as long as one after the other. */
function ratesOf(others: readonly Pick<SideBySide, 'role'>[], rates: readonly (number | undefined)[]) {
  const left = [...rates];
  const ofTeachers = rates.slice(0, others.filter(({ role }) => role === 'teacher').length);
  return others.map(({ role }) => {
    if (role !== 'teachers') return left.shift();
    return 1 / ofTeachers.reduce<number>((sum, rate = Number.NaN) => sum + 1 / rate, 0);
  });
}
