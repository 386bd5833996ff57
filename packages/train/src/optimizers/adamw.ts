import type { OptimizerConfig } from '@attune/engine';
import type { TrainingArguments } from '../arguments';

/** Whether weight decay applies to a parameter: not to biases and norms, as Hugging Face's Trainer has it. */
export function decays(parameter: string): boolean {
  return !parameter.endsWith('.bias') && !/norm\.weight$/i.test(parameter);
}

/** AdamW as the training arguments describe it. */
export function adamw({
  adamBeta1,
  adamBeta2,
  adamEpsilon,
  weightDecay,
  maxGradNorm,
}: TrainingArguments): OptimizerConfig {
  return {
    name: 'adamw',
    beta1: adamBeta1,
    beta2: adamBeta2,
    epsilon: adamEpsilon,
    weightDecay,
    decays,
    maxGradNorm: maxGradNorm > 0 ? maxGradNorm : undefined,
  };
}
