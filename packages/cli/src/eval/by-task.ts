import type { ModelTask } from '@attune/models';
import type { EvalInput, LabelledEvalInput } from '../commands/eval';
import { writingFlags } from '../commands/writing-options';
import { modelTask } from '../model-task';
import { refuseFlags } from '../refuse-flags';
import { UsageError } from '../usage-error';

const evaluations: Readonly<Record<ModelTask, (input: EvalInput) => Promise<void>>> = {
  'sequence-classification': async (input) => (await import('./run')).runEval(labelled(input)),
  'token-classification': async (input) => (await import('./token')).evalTagger(input),
  'masked-lm': async (input) => (await import('./masked-lm')).evalMaskedLm(input),
  'causal-lm': async (input) => (await import('./causal-lm')).evalCausalLm(input),
};

/** What `attune eval` does: measure a model by what it is for. */
export async function evalByTask(input: EvalInput): Promise<void> {
  const task = await modelTask(input.argument, { revision: input.flags.revision, io: input.io });
  if (task !== 'causal-lm')
    refuseFlags(
      input.flags,
      [...writingFlags, 'adapter', 'quantize'],
      `a model that does not write, which ${input.argument} is`,
    );
  return evaluations[task](input);
}

function labelled({ flags: { format, ...flags }, ...input }: EvalInput): LabelledEvalInput {
  refuseFlags(flags, ['labelNames', 'seenIn'], `a model of labelled texts, which ${input.argument} is`);
  if (format === 'conll' || format === 'lines')
    throw new UsageError(`--format: expected csv, tsv, jsonl or parquet for labelled texts, got ${format}`);
  return { ...input, flags: { ...flags, format } };
}
