// Options of a student: its teachers, texts without labels, and the layers that it keeps.
import type { DistillOptions } from '@attune/train/node';
import { z } from 'zod';
import { expected, type Flags, listFlag, numberFlag, textFlag } from '../program/command';

const group = 'Distillation:';

/** Layers between commas, or a list of them. */
const layersFlag = () => {
  const error = expected('numbers of layers between commas, such as 0,2,4');
  const layer = z.union([z.number().int(), z.string().trim().regex(/^\d+$/, { error })], { error }).transform(Number);
  return z
    .union([textFlag(), z.array(z.union([z.number(), z.string()])), z.number()], { error })
    .transform((given) => (typeof given === 'string' ? given.split(',') : [given].flat()))
    .pipe(z.array(layer));
};

/** Options of `attune train` that make the model a student. */
export const distillOptions = {
  teacher: {
    schema: listFlag().optional(),
    value: 'models',
    help: 'learn from a trained model too: a run, a directory or a hub id of the same task and labels; of several with a comma, the mean of what they say',
    group,
  },
  distillTemperature: {
    schema: numberFlag().optional(),
    value: 'temperature',
    help: "divide logits by this where the teacher's probabilities are learned; default 2",
    group,
  },
  distillAlpha: {
    schema: numberFlag().optional(),
    value: 'share',
    help: "the teacher's share of the loss, from 0 to 1, the rest being the labels'; default 0.5",
    group,
  },
  unlabeled: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'texts without labels, of which the student learns what the teacher says',
    group,
  },
  unlabeledText: {
    schema: textFlag().optional(),
    value: 'column',
    help: 'column or template of the text in --unlabeled; default: as --text, or the only column',
    group,
  },
  teacherCache: {
    schema: textFlag().optional(),
    value: 'path',
    help: "directory where a teacher's outputs are kept, each computed once; default: teacher-outputs beside --out",
    group,
  },
  studentLayers: {
    schema: layersFlag().optional(),
    value: 'layers',
    help: 'keep these layers of --model, counted from 0, such as 0,2,4; --model is then the teacher by default',
    group,
  },
  beside: {
    schema: listFlag().optional(),
    value: 'models',
    help: 'further trained models that the results are shown beside, such as the same student without a teacher',
    group,
  },
} as const;

/** The options of a student among the flags, as the library has them. */
export function studentFlags(flags: Flags<typeof distillOptions>): DistillOptions {
  const { teacher, distillTemperature, distillAlpha, teacherCache, studentLayers, beside } = flags;
  return { teacher, distillTemperature, distillAlpha, teacherCache, studentLayers, beside };
}
