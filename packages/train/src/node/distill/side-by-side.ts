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
  /** The student's metrics minus the model's, with 95 % intervals. */
  readonly difference?: Readonly<Record<string, Difference>>;
  /** The metrics at the thresholds that its run tuned; absent where none are recorded with the model. */
  readonly tuned?: Readonly<Record<string, number>>;
  /** The student's metrics minus the model's, each at its tuned thresholds where it has them; absent where neither has. */
  readonly tunedDifference?: Readonly<Record<string, Difference>>;
}

/** Ways in which a teacher may know the measured texts, which makes scores too high. */
export interface DistillationLeaks {
  /** Teachers that may have been trained on them. */
  readonly teachers: readonly string[];
  /** Number of measured texts that are among the texts without labels. */
  readonly unlabeled: number;
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
  /** Ways in which a teacher may know the measured texts; absent without any. */
  readonly leaks?: DistillationLeaks;
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
  { unlabeledExamples, leaks }: Pick<DistillationFacts, 'unlabeledExamples' | 'leaks'>,
): DistillationFacts => ({
  teachers: teachers.map(({ source }) => source),
  digests: teachers.map(({ digest }) => digest),
  temperature,
  alpha,
  unlabeledExamples,
  ...(leaks && { leaks }),
});

interface LeakOptions {
  /** The measured inputs, each as a text that no other input shares. */
  readonly measured: readonly string[];
  /** The inputs without labels, in the same way. */
  readonly unlabeled: readonly string[];
  readonly leakyTeachers?: readonly string[];
  readonly onNote: (note: string) => void;
}

/** Ways in which a teacher may know the measured texts, with a note on those among the texts without labels; undefined without any. */
export function leaksIn({
  measured,
  unlabeled,
  leakyTeachers: teachers = [],
  onNote,
}: LeakOptions): DistillationLeaks | undefined {
  const seen = new Set(unlabeled);
  const { length } = measured.filter((text) => seen.has(text));
  if (length === 0 && teachers.length === 0) return undefined;
  if (length > 0)
    onNote(
      `${length.toLocaleString('en')} of the measured texts are among the texts without labels (unlabeled), and a teacher that knows them makes scores too high: remove them there`,
    );
  return { teachers, unlabeled: length };
}

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
