// Options of a student: its teachers, texts without labels, and its layers.
import type { DistillOptions } from '@attune/train/node';
import { z } from 'zod';
import { expected, type Flags, listFlag, numberFlag, type TypedOptions, textFlag } from '../program/command';

const group = 'Distillation:';

/** Models between commas, or a list of them; none has an empty name. */
const modelsFlag = () => {
  const error = expected('models between commas, each with a name');
  return listFlag().refine((names) => names.every((name) => name.trim() !== ''), {
    error: ({ input }) => error({ input: Array.isArray(input) ? input.join(',') : input }),
  });
};

/** A number within a range. */
const rangedFlag = (range: string, holds: (value: number) => boolean) =>
  numberFlag().refine(holds, { error: expected(`a number ${range}`) });

/** The first of the teachers as they were typed: names between commas, or a list of them. */
export const firstTeacher = (teacher: TypedOptions[string]): unknown =>
  Array.isArray(teacher) ? teacher[0] : `${teacher}`.split(',')[0];

/** Layers between commas, or a list of them. */
const layersFlag = () => {
  const error = expected('numbers of layers between commas, such as 0,2,4');
  const layer = z.union([z.number().int(), z.string().trim().regex(/^\d+$/, { error })], { error }).transform(Number);
  return z
    .union([textFlag(), z.array(z.union([z.number(), z.string()])), z.number()], { error })
    .transform((given) => (typeof given === 'string' ? given.split(',') : [given].flat()))
    .pipe(z.array(layer));
};

/** Options of `attune train` for distillation. */
export const distillOptions = {
  teacher: {
    schema: modelsFlag().optional(),
    value: 'models',
    help: 'also learn from a trained model of the same task and labels: a run, a directory or a hub id; with commas, from the mean of several',
    group,
  },
  distillTemperature: {
    schema: rangedFlag('> 0', (value) => value > 0 && value < Number.POSITIVE_INFINITY).optional(),
    value: 'temperature',
    help: 'divisor of the logits of teacher and student in the distillation loss; default 2',
    group,
  },
  distillAlpha: {
    schema: rangedFlag('from 0 to 1', (value) => value >= 0 && value <= 1).optional(),
    value: 'share',
    help: "weight of the teacher in the loss, from 0 to 1; the labels' weight is the rest; default 0.5",
    group,
  },
  unlabeled: {
    schema: textFlag().optional(),
    value: 'file',
    help: "texts without labels; the student learns the teacher's outputs on them",
    group,
  },
  unlabeledText: {
    schema: textFlag().optional(),
    value: 'column',
    help: 'text column of --unlabeled, or a template; default the only column, else that of --text',
    group,
  },
  teacherCache: {
    schema: textFlag().optional(),
    value: 'path',
    help: "cache of the teachers' outputs, shared by runs; default teacher-outputs next to --out",
    group,
  },
  studentLayers: {
    schema: layersFlag().optional(),
    value: 'layers',
    help: 'layers of --model that the student keeps, counted from 0, such as 0,2,4; --model then defaults to the teacher',
    group,
  },
  beside: {
    schema: modelsFlag().optional(),
    value: 'models',
    help: 'more trained models to compare in the results, such as the same student without a teacher',
    group,
  },
} as const;

/** The flags of distillation as options of the library. */
export function studentFlags(flags: Flags<typeof distillOptions>): DistillOptions {
  const { teacher, distillTemperature, distillAlpha, teacherCache, studentLayers, beside } = flags;
  return { teacher, distillTemperature, distillAlpha, teacherCache, studentLayers, beside };
}
