import { type Model, withGradientCheckpointing } from '@attune/models';
import type { TrainingArguments } from './arguments';

/** What a step takes the gradient of. */
export function trainedProgram(model: Model, { gradientCheckpointing }: TrainingArguments): Model['program'] {
  return gradientCheckpointing ? withGradientCheckpointing(model).program : model.program;
}
