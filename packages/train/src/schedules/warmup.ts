/** How long the learning rate rises; names and meanings as Hugging Face's `TrainingArguments`. */
export interface WarmupArguments {
  /** Share of all steps, in [0, 1]. */
  readonly warmupRatio?: number;
  /** Steps; above 0 it wins over `warmupRatio`. */
  readonly warmupSteps?: number;
}

/**
 * Warm-up steps of a run: `warmupSteps` where above 0, else the share of all steps, rounded up.
 *
 * @see transformers' `TrainingArguments.get_warmup_steps` (training_args.py of version 4)
 */
export function warmupStepsOf(totalSteps: number, { warmupRatio = 0, warmupSteps = 0 }: WarmupArguments): number {
  return warmupSteps > 0 ? warmupSteps : Math.ceil(totalSteps * warmupRatio);
}
