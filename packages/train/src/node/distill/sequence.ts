import type { Engine } from '@attune/engine';
import { AttuneError } from '@attune/internal';
import type { ProblemType, Sequence } from '@attune/models';
import { averaged, type Taught } from '../../tasks/distillation';
import { rowsOf } from '../../tasks/logits';
import type { Decision } from '../../tasks/sequence/decision';
import { encodeTexts, inputKey, type TextInput } from '../../tasks/sequence/examples';
import { guessedProblemType, problems } from '../../tasks/sequence/problems';
import { hasTrained } from '../model/load';
import { savedDecision, trainedOnPairs } from '../sequence/load';
import { textLogits } from '../sequence/predictor';
import { rowsByLength } from './by-length';
import type { Distilling } from './options';
import { type Asking, askTeacher, labelPlaces, notFinite, type OpenTeacher, openTeacher } from './teacher';

/** A teacher of texts: a classifier or a regression. */
export type TextTeacher = OpenTeacher<Sequence, Float32Array> & {
  /** The tuned decision of its run, where it is not in the weights. */
  readonly decision: Decision;
};

interface OpenTextOptions {
  readonly problemType: ProblemType;
  /** Whether the inputs are pairs of texts. */
  readonly pairs: boolean;
  readonly engine: Engine;
  readonly onNote: (note: string) => void;
  readonly role?: string;
}

/**
 * Opens a trained model of the same kind of problem.
 *
 * @throws AttuneError TEACHER_TASK for one of another kind: a regression for classes, one of pairs for single texts, and the other way round
 */
export async function openTextTeacher(
  source: string,
  { problemType, pairs, engine, onNote, role = 'teacher' }: OpenTextOptions,
): Promise<TextTeacher> {
  const reading = textLogits;
  const teacher = await openTeacher(source, { task: 'sequence-classification', engine, reading, onNote, role });
  try {
    const kind = guessedProblemType(teacher.config);
    if (kind !== problemType)
      throw new AttuneError(
        'TEACHER_TASK',
        `${role}: expected a model for ${problemType}, ${source} is one for ${kind}; name another, or train the student for that: --problem-type ${kind}`,
      );
    const readsPairs = await trainedOnPairs(hasTrained(source) ? source : teacher.directory);
    if (readsPairs !== undefined && readsPairs !== pairs) throw otherInputs(teacher, pairs);
    return { ...teacher, decision: await savedDecision(teacher.directory) };
  } catch (error) {
    await teacher.logits.close();
    throw error;
  }
}

function otherInputs({ source, role }: Pick<TextTeacher, 'source' | 'role'>, pairs: boolean): AttuneError {
  const [expected, got] = pairs ? ['pairs of texts', 'single texts'] : ['single texts', 'pairs of texts'];
  const advice = pairs ? 'train the student on single texts' : 'name the second texts: textPair (--text-pair)';
  return new AttuneError(
    'TEACHER_TASK',
    `${role}: expected a model of ${expected}, ${source} was trained on ${got}; name another --${role}, or ${advice}`,
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
    ask: (items) => teachingTexts(teacher, items),
  });
  const all = new Float32Array(inputs.length * width);
  said.forEach((row, i) => {
    for (let label = 0; label < width; label++) all[i * width + label] = row[places[label]];
  });
  return all;
}

/** A teacher's logits of each input, which do not depend on the other inputs. */
export function teachingTexts(teacher: TextTeacher, inputs: readonly TextInput[]): Promise<Float32Array[]> {
  const { tokenizer, maxLength, batchTokens } = teacher;
  const sequences = encodeTexts(tokenizer, inputs, maxLength);
  return rowsByLength(sequences, { tokens: batchTokens, rowsOf: (batch) => logitsOf(teacher, batch) });
}

/** A teacher's logits of each input, in the batches of prediction. */
export const askedTexts = (teacher: TextTeacher, inputs: readonly TextInput[]): Promise<Float32Array[]> =>
  logitsOf(teacher, encodeTexts(teacher.tokenizer, inputs, teacher.maxLength));

async function logitsOf(teacher: TextTeacher, sequences: readonly Sequence[]): Promise<Float32Array[]> {
  const values = await teacher.logits.of(sequences);
  if (values.some(Number.isNaN)) throw notFinite(teacher, 'NaN');
  return rowsOf(values, teacher.config.labels.length);
}

/** The one output of a regression has no meaningful name. */
const comparedLabels = (problemType: ProblemType, { config }: TextTeacher, labels: readonly string[]) =>
  problemType === 'regression' ? config.labels : labels;

/** The teachers' averaged outputs: probabilities at a temperature, or numbers, [inputs · labels]. */
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

/** The teachers' targets of the training texts; undefined where teachers have no weight in the loss. */
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

/** Logits that give these probabilities, or numbers, again. */
export function asLogits(said: Float32Array, problemType: ProblemType): Float32Array {
  const log = (p: number) => Math.log(Math.max(p, 1e-30));
  if (problemType === 'regression') return said;
  if (problemType === 'multi_label_classification') return said.map((p) => log(p) - log(1 - p));
  return said.map(log);
}
