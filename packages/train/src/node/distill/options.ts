import { AttuneError, type TableOf } from '@attune/internal';
import { placeOf } from '@attune/internal/node';
import type { RunInputs } from '../run/inputs';
import { modelSourceOf } from '../run/model-place';

/** Options of distillation. */
export interface DistillOptions {
  /**
   * A trained model of the same task and labels from which the student learns: a run, a model directory or a hub id. The probabilities
   * (or numbers) of several are averaged. Outputs are computed once per text and cached on the disk. Default none.
   */
  readonly teacher?: string | readonly string[];
  /** Divisor of the logits of teacher and student in the distillation loss, above 0: larger values give unlikely labels more weight. Default 2. */
  readonly distillTemperature?: number;
  /** Weight of the teacher in the loss, in [0, 1]; the labels have the rest. Default 0.5. With 0 the run equals one without a teacher. */
  readonly distillAlpha?: number;
  /** Cache of the teachers' outputs, shared by runs; default `teacher-outputs` next to the run. */
  readonly teacherCache?: string;
  /**
   * Layers of the model that the student keeps, counted from 0, in order: `[0, 2, 4]`. The others are removed before training. Default all.
   */
  readonly studentLayers?: readonly number[];
  /** More trained models of the same task and labels to compare in the report, such as the same student without a teacher; default none. */
  readonly beside?: readonly string[];
  /**
   * Teachers, by the names in `teacher`, that may have been trained on the measured texts: summary, report and model card say so. Default none.
   */
  readonly leakyTeachers?: readonly string[];
}

export const distillDefaults = { temperature: 2, alpha: 0.5 } as const;

const names = {
  expected: 'a path or a name, or an array of them',
  holds: (value: unknown) => {
    const all = Array.isArray(value) ? value : [value];
    return all.length > 0 && all.every((name) => typeof name === 'string' && name.trim() !== '');
  },
};

export const distillTable = {
  teacher: names,
  distillTemperature: 'positive',
  distillAlpha: 'probability',
  teacherCache: 'path',
  studentLayers: 'array',
  beside: 'strings',
  leakyTeachers: 'strings',
} satisfies TableOf<DistillOptions>;

/** Options of a teacher, complete. */
export interface Distilling {
  /** Places of the teachers. */
  readonly teachers: readonly string[];
  readonly temperature: number;
  readonly alpha: number;
}

/**
 * The settings of distillation; undefined without a teacher.
 *
 * @throws AttuneError ARGUMENT_INVALID for options that require a teacher, and for texts without labels that no teacher has a weight on
 */
export function distillingOf({
  unlabeled,
  ...options
}: DistillOptions & { readonly unlabeled?: object }): Distilling | undefined {
  const { teacher, distillTemperature, distillAlpha, teacherCache } = options;
  if (teacher === undefined) {
    const others = { distillTemperature, distillAlpha, teacherCache, unlabeled };
    const lonely = Object.entries(others).find(([, value]) => value !== undefined);
    if (lonely === undefined) return undefined;
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `${lonely[0]}: expected a teacher too, got none; name one: teacher: 'runs/teacher' (--teacher runs/teacher), or remove it`,
    );
  }
  const alpha = distillAlpha ?? distillDefaults.alpha;
  if (alpha === 0 && unlabeled !== undefined)
    throw new AttuneError(
      'ARGUMENT_INVALID',
      'unlabeled: expected distillAlpha above 0, got 0: texts without labels learn from the teacher alone; remove one of the two',
    );
  return {
    teachers: [...new Set([teacher].flat())],
    temperature: distillTemperature ?? distillDefaults.temperature,
    alpha,
  };
}

/** Options whose inputs include the teachers, which `overwrite` must not remove. */
export function withAskedModels<Options extends DistillOptions & RunInputs>(options: Options): Options {
  const { teacher = [], beside = [], inputs = [] } = options;
  const asked = { teacher: [teacher].flat(), beside };
  const more = Object.entries(asked).flatMap(([name, paths]) => paths.map((path) => ({ name, path })));
  return more.length > 0 ? { ...options, inputs: [...inputs, ...more] } : options;
}

/** Notes a student that keeps layers of another model than its teacher. */
export async function noteOtherLayers({ model, teacher, studentLayers, resume, onNote }: NotedStudent): Promise<void> {
  if (studentLayers === undefined || teacher === undefined || resume || onNote === undefined) return;
  const teachers = [teacher].flat();
  const [own, ...places] = await Promise.all([model, ...teachers].map((source) => placeOf(modelSourceOf(source))));
  if (places.includes(own)) return;
  const [first] = teachers;
  onNote(
    `studentLayers keeps layers of ${model}, not of the teacher ${first}; to keep the teacher's layers, set model to ${first} (--model ${first})`,
  );
}

interface NotedStudent extends Pick<DistillOptions, 'teacher' | 'studentLayers'> {
  readonly model: string;
  readonly resume?: boolean;
  readonly onNote?: (note: string) => void;
}
