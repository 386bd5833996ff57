import type { Engine } from '@attune/engine';
import { AttuneError } from '@attune/internal';
import type { ProblemType, Sequence } from '@attune/models';
import { averaged, type Taught } from '../../tasks/distillation';
import { rowsOf } from '../../tasks/logits';
import { encodeTexts, inputKey, type TextInput } from '../../tasks/sequence/examples';
import { guessedProblemType, problems } from '../../tasks/sequence/problems';
import { textLogits } from '../sequence/predictor';
import type { Distilling } from './options';
import { type Asking, askTeacher, labelPlaces, type OpenTeacher, openTeacher } from './teacher';

/** A classifier of texts, or a regression, that is asked. */
export type TextTeacher = OpenTeacher<Sequence, Float32Array>;

/**
 * Opens a trained model of the same kind of problem.
 *
 * @throws AttuneError TEACHER_TASK for one of another kind: a regression for classes, and the other way round
 */
export async function openTextTeacher(
  source: string,
  {
    problemType,
    engine,
    onNote,
    role = 'teacher',
  }: { problemType: ProblemType; engine: Engine; onNote: (note: string) => void; role?: string },
): Promise<TextTeacher> {
  const reading = textLogits;
  const teacher = await openTeacher(source, { task: 'sequence-classification', engine, reading, onNote, role });
  const kind = guessedProblemType(teacher.config);
  if (kind === problemType) return teacher;
  await teacher.logits.close();
  throw new AttuneError(
    'TEACHER_TASK',
    `${role}: expected a model for ${problemType}, ${source} is one for ${kind}; name another, or train the student for that: --problem-type ${kind}`,
  );
}

/** A teacher's logits of every input, [inputs · labels] in the order of the student's labels. */
async function logitsFrom(
  teacher: TextTeacher,
  inputs: readonly TextInput[],
  { labels, ...asking }: Asking,
): Promise<Float32Array> {
  const places = labelPlaces(teacher, labels);
  const width = labels.length;
  const said = await askTeacher(inputs, {
    ...asking,
    teacher,
    textOf: inputKey,
    ask: (items) => askedTexts(teacher, items),
  });
  const all = new Float32Array(inputs.length * width);
  said.forEach((row, i) => {
    for (let label = 0; label < width; label++) all[i * width + label] = row[places[label]];
  });
  return all;
}

/** A teacher's logits of each input. */
export async function askedTexts(
  { logits, tokenizer, maxLength, config, source }: TextTeacher,
  inputs: readonly TextInput[],
): Promise<Float32Array[]> {
  const values = await logits.of(encodeTexts(tokenizer, inputs, maxLength));
  if (values.some(Number.isNaN))
    throw new AttuneError(
      'MODEL_NOT_FINITE',
      `teacher: expected finite outputs, ${source} gives NaN; its weights are damaged: name another --teacher`,
    );
  return rowsOf(values, config.labels.length);
}

/** A regression's one output has no name that means anything. */
const comparedLabels = (problemType: ProblemType, { config }: TextTeacher, labels: readonly string[]) =>
  problemType === 'regression' ? config.labels : labels;

/** What the teachers say of inputs, averaged: probabilities at a temperature, or numbers, [inputs · labels]. */
export async function saidOf(
  teachers: readonly TextTeacher[],
  inputs: readonly TextInput[],
  { problemType, temperature, labels, ...asking }: Asking & { problemType: ProblemType; temperature: number },
): Promise<Float32Array> {
  const said: Float32Array[] = [];
  for (const teacher of teachers) {
    const own = comparedLabels(problemType, teacher, labels);
    const logits = await logitsFrom(teacher, inputs, { ...asking, labels: own });
    const tempered = problemType === 'regression' ? logits : logits.map((x) => x / temperature);
    said.push(problems[problemType].scores(tempered, labels.length));
  }
  return averaged(said, labels.length);
}

/** What the training texts learn of the teachers; undefined where these have no share in the loss. */
export async function taughtTexts(
  teachers: readonly TextTeacher[],
  { labeled, unlabeled }: { readonly labeled: readonly TextInput[]; readonly unlabeled: readonly TextInput[] },
  options: Asking & Pick<Distilling, 'temperature' | 'alpha'> & { problemType: ProblemType },
): Promise<Taught | undefined> {
  if (teachers.length === 0 || options.alpha === 0) return undefined;
  const inputs = [...labeled, ...unlabeled];
  const targets = await saidOf(teachers, inputs, options);
  return {
    targets,
    outputs: options.labels.length,
    starts: Int32Array.from({ length: inputs.length + 1 }, (_, i) => i),
    alpha: options.alpha,
    labeled: labeled.length,
  };
}

/** Probabilities, or numbers, as logits that come to them again. */
export function asLogits(said: Float32Array, problemType: ProblemType): Float32Array {
  const log = (p: number) => Math.log(Math.max(p, 1e-30));
  if (problemType === 'regression') return said;
  if (problemType === 'multi_label_classification') return said.map((p) => log(p) - log(1 - p));
  return said.map(log);
}
