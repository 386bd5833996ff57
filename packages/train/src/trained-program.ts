import type { CompileOptions } from '@attune/engine';
import { type Model, withGradientCheckpointing } from '@attune/models';
import type { TrainingArguments } from './arguments';

/** What a step takes the gradient of. */
export function trainedProgram(model: Model, { gradientCheckpointing }: TrainingArguments): Model['program'] {
  return gradientCheckpointing ? withGradientCheckpointing(model).program : model.program;
}

/** What training computes matrix products in, and its evaluations. */
export const productsOf = ({ bf16 }: TrainingArguments): CompileOptions => ({
  products: bf16 ? 'bfloat16' : 'float32',
});
