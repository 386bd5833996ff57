import type { Engine } from '@attune/engine';
import { sizeOf } from '@attune/engine';
import type { Sequence } from '@attune/models';
import type { FinishedModel } from '../model/finished-model';
import { type LogitsReading, openLogits } from '../model/logits';
import type { Difference } from '../sequence/comparison';
import { measuredRate } from './speed';
import type { Closing, Teacher } from './teacher';

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

/** Another model on the reported part, measured before the student is trained. */
export type Other<Said> = Omit<SideBySide, 'metrics' | 'difference'> & {
  /** What it says of the reported part. */
  readonly said: Said;
};

/** How open models are measured. */
interface Measuring<Open, Said> {
  /** What some of them say together. */
  readonly saidOf: (models: readonly Open[]) => Promise<Said>;
  readonly rateOf: (model: Open) => Promise<number | undefined>;
}

/** Each teacher on the reported part and, of several, all of them together. */
export async function measuredTeachers<Open extends Pick<Teacher, 'source' | 'parameters'>, Said>(
  teachers: readonly Open[],
  { saidOf, rateOf }: Measuring<Open, Said>,
): Promise<readonly Other<Said>[]> {
  const each: Other<Said>[] = [];
  for (const teacher of teachers) {
    const { source, parameters } = teacher;
    const textsPerSecond = await rateOf(teacher);
    each.push({ role: 'teacher', source, parameters, textsPerSecond, said: await saidOf([teacher]) });
  }
  if (teachers.length < 2) return each;
  const parameters = each.reduce((sum, own) => sum + own.parameters, 0);
  const seconds = each.reduce((sum, { textsPerSecond = Number.NaN }) => sum + 1 / textsPerSecond, 0);
  const source = teachers.map((own) => own.source).join(', ');
  const together = { role: 'teachers', source, parameters, textsPerSecond: 1 / seconds } as const;
  return [...each, { ...together, said: await saidOf(teachers) }];
}

/** Other models on the reported part, one after another in memory. */
export async function measuredBeside<Open extends Pick<Teacher, 'parameters'> & Closing, Said>(
  sources: readonly string[],
  { open, saidOf, rateOf }: Measuring<Open, Said> & { readonly open: (source: string) => Promise<Open> },
): Promise<readonly Other<Said>[]> {
  const measured: Other<Said>[] = [];
  for (const source of sources) {
    const model = await open(source);
    try {
      const textsPerSecond = await rateOf(model);
      const { parameters } = model;
      measured.push({ role: 'beside', source, parameters, textsPerSecond, said: await saidOf([model]) });
    } finally {
      await model.logits.close();
    }
  }
  return measured;
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

interface RateOptions<Input extends Sequence, Output, Item> {
  readonly engine: Engine;
  readonly reading: LogitsReading<Input, Output>;
  readonly items: readonly Item[];
  readonly encode: (items: readonly Item[]) => readonly Input[];
}

/** Size and speed of a trained model, whose numbers stay its own. */
export async function sizeAndRate<Input extends Sequence, Output, Item>(
  { model, parameters }: FinishedModel,
  { engine, reading, items, encode }: RateOptions<Input, Output, Item>,
): Promise<Pick<SideBySide, 'parameters' | 'textsPerSecond'>> {
  const copies = Object.entries(parameters).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]);
  const logits = await openLogits({ model, parameters: Object.fromEntries(copies) }, { engine }, reading);
  try {
    return {
      parameters: Object.values(model.specs).reduce((sum, { shape }) => sum + sizeOf(shape), 0),
      textsPerSecond: await measuredRate(items, async (own) => logits.of(encode(own))),
    };
  } finally {
    await logits.close();
  }
}
