import type { Engine } from '@attune/engine';
import { sizeOf } from '@attune/engine';
import type { Sequence } from '@attune/models';
import type { FinishedModel } from '../model/finished-model';
import { type LogitsReading, openLogits } from '../model/logits';
import type { Difference } from '../sequence/comparison';
import { measuredRates } from './speed';
import { type Closing, closeAll, openAll, type Teacher } from './teacher';

/** One of the models that a report compares: its quality on the reported part, its size and its speed. */
export interface SideBySide {
  /** `student` is the model of the run, `teacher` a model that it learned from, `teachers` their average, `beside` another model. */
  readonly role: 'student' | 'teacher' | 'teachers' | 'beside';
  /** Its name in the options; of the student its run. */
  readonly source: string;
  /** The main metrics of the summary, on the reported part, with the decision of the model's own files. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Number of parameters; of averaged teachers their sum. */
  readonly parameters: number;
  /** Texts of the reported part per second on the run's engine, including encoding. */
  readonly textsPerSecond?: number;
  /** The student's metrics minus the model's, with 95 % intervals. */
  readonly difference?: Readonly<Record<string, Difference>>;
  /** The metrics at the tuned thresholds that are recorded with the model; absent without any. */
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

/** The distillation of a run, in its summary. */
export interface DistillationFacts {
  /** The teachers, by their names in the options. */
  readonly teachers: readonly string[];
  /** SHA-256 of each, with its tokenizer and labels. */
  readonly digests: readonly string[];
  /** Divisor of the logits. */
  readonly temperature: number;
  /** Weight of the teacher in the loss of labeled examples. */
  readonly alpha: number;
  /** Number of training examples without a label. */
  readonly unlabeledExamples: number;
  /** Ways in which a teacher may know the measured texts; absent without any. */
  readonly leaks?: DistillationLeaks;
}

/** Another model on the reported part, measured before the student is trained. */
export type Other<Said> = Pick<SideBySide, 'role' | 'source' | 'parameters'> & {
  /** Its outputs on the reported part. */
  readonly said: Said;
};

type Saying<Open, Said> = (models: readonly Open[]) => Promise<Said>;

/** Each teacher on the reported part and, of several, their average. */
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

/** Other models on the reported part, one in memory at a time. */
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

/** The distillation of a run, for its record and summary. */
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
  /** Opens another model again, which was closed while the student was trained. */
  readonly open: (source: string) => Promise<Open>;
  readonly ask: (model: Open, items: readonly Item[]) => Promise<unknown>;
}

/** The student's size, and the speed of all models, measured in turns on a copy of the student's parameters. */
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

/** The rates of the models, in order; averaged teachers take the sum of their times. */
function ratesOf(others: readonly Pick<SideBySide, 'role'>[], rates: readonly (number | undefined)[]) {
  const left = [...rates];
  const ofTeachers = rates.slice(0, others.filter(({ role }) => role === 'teacher').length);
  return others.map(({ role }) => {
    if (role !== 'teachers') return left.shift();
    return 1 / ofTeachers.reduce<number>((sum, rate = Number.NaN) => sum + 1 / rate, 0);
  });
}
