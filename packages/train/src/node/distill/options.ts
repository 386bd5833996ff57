import { AttuneError, type TableOf } from '@attune/internal';
import type { RunInputs } from '../run/inputs';

/** Options of a fit that learns from a teacher. */
export interface DistillOptions {
  /**
   * A trained model of the same task and labels that is learned from: a run, a model directory or a hub id; of several their probabilities
   * (or numbers) are averaged. Its outputs are computed once per text and kept on the disk. Default none.
   */
  readonly teacher?: string | readonly string[];
  /** Divisor of logits, above 0, at which the teacher's probabilities are learned: above 1 they tell more of the unlikely labels. Default 2. */
  readonly distillTemperature?: number;
  /** Share of the teacher in the loss, in [0, 1], the rest being the labels'; default 0.5. With 0 the run is that without a teacher. */
  readonly distillAlpha?: number;
  /** Directory where a teacher's outputs are kept, for further runs too; default `teacher-outputs` beside the run. */
  readonly teacherCache?: string;
  /**
   * Layers of the model that the student keeps, counted from 0, rising: `[0, 2, 4]`. The others are left out before training. Default all.
   */
  readonly studentLayers?: readonly number[];
  /** Further trained models of the same task and labels that the report measures beside the student, such as the same student without a teacher; default none. */
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
  /** Where the teachers are. */
  readonly teachers: readonly string[];
  readonly temperature: number;
  readonly alpha: number;
}

/**
 * What options say of a teacher; undefined where there is none.
 *
 * @throws AttuneError ARGUMENT_INVALID for what means something beside a teacher alone, and for texts without labels that nothing would be learned of
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
      `${lonely[0]}: expected a teacher beside it, got none; name one: teacher: 'runs/teacher' (--teacher runs/teacher), or leave it out`,
    );
  }
  const alpha = distillAlpha ?? distillDefaults.alpha;
  if (alpha === 0 && unlabeled !== undefined)
    throw new AttuneError(
      'ARGUMENT_INVALID',
      'unlabeled: expected distillAlpha above 0 beside it, got 0: texts without labels learn from the teacher alone; leave one of the two out',
    );
  return {
    teachers: [...new Set([teacher].flat())],
    temperature: distillTemperature ?? distillDefaults.temperature,
    alpha,
  };
}

/** Options whose inputs name the teachers too, which `overwrite` must leave alone. */
export function withAskedModels<Options extends DistillOptions & RunInputs>(options: Options): Options {
  const { teacher = [], beside = [], inputs = [] } = options;
  const asked = { teacher: [teacher].flat(), beside };
  const more = Object.entries(asked).flatMap(([name, paths]) => paths.map((path) => ({ name, path })));
  return more.length > 0 ? { ...options, inputs: [...inputs, ...more] } : options;
}
