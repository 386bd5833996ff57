import type { PromptedText, TruncationMode } from '../../causal-examples';
import type { EvaluationEvent, LossEvent } from '../../events';
import type { RunOptions } from '../fit-options';
import { fitRun, type TrainingFacts } from '../fit-run';
import { type CausalLmResults, prepareCausalLmFit } from './prepare-causal-lm-fit';

/** Texts to learn whole, or after a prompt, part by part. Without a test part, results are reported on the validation part. */
export interface CausalLmTextParts {
  readonly train: readonly (PromptedText | string)[];
  readonly validation?: readonly (PromptedText | string)[];
  readonly test?: readonly (PromptedText | string)[];
}

/** What `fitCausalLm` takes. */
export interface CausalLmFitOptions extends RunOptions {
  readonly data: CausalLmTextParts;
  /** Which end of a text longer than `maxLength` stays; `keep_start`, as TRL has it, unless given. */
  readonly truncationMode?: TruncationMode;
}

export type CausalLmSummary = CausalLmResults['figures'] & TrainingFacts;

export interface CausalLmFitResult {
  readonly summary: CausalLmSummary;
  readonly config: Readonly<Record<string, unknown>>;
  /** The lines of `metrics.jsonl`. */
  readonly history: readonly (LossEvent | EvaluationEvent)[];
}

/**
 * Trains a Llama to write completions after prompts, or to go on with texts, and writes the run directory, as
 * `fitSequenceClassifier` does; `loadGenerator` then writes with it.
 *
 * Of a prompted text the completion alone is learnt, and that it ends there. Without `maxLength` the least multiple of 8 applies
 * that cuts fewer than 1 % of the training texts; a text of which the cut leaves nothing to learn is left out, and both are
 * counted in a note. With `lora` the model is frozen, and adapters learn.
 * @throws AttuneError naming what is wrong and what to do
 * @example
 * const train = [{ prompt: '### Job: Welder\n### Skills:', completion: ' ["welding"]' }];
 * await fitCausalLm({
 *   ...{ data: { train, validation: train }, model: 'models/llama', engine, out: 'runs/skills' },
 *   lora: { r: 32, alpha: 64, targetModules: 'all-linear' },
 * });
 */
export async function fitCausalLm(options: CausalLmFitOptions): Promise<CausalLmFitResult> {
  const { summary, config, history } = await fitRun(options, () => prepareCausalLmFit(options));
  return { summary, config, history };
}
