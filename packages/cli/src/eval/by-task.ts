import type { Task } from '@attune/models';
import type { EvalInput, LabelledEvalInput } from '../commands/eval';
import { modelTask } from '../model-task';
import { refuseFlags } from '../refuse-flags';
import { UsageError } from '../usage-error';

const evaluations: Readonly<Record<Task, (input: EvalInput) => Promise<void>>> = {
  'sequence-classification': async (input) => (await import('./run')).runEval(labelled(input)),
  'token-classification': async (input) => (await import('./token')).evalTagger(input),
  'masked-lm': async (input) => (await import('./masked-lm')).evalMaskedLm(input),
};

/** What `attune eval` does: measure a model by what it is for. */
export async function evalByTask(input: EvalInput): Promise<void> {
  const task = await modelTask(input.argument, { revision: input.flags.revision, io: input.io });
  return evaluations[task](input);
}

function labelled({ flags: { format, ...flags }, ...input }: EvalInput): LabelledEvalInput {
  refuseFlags(flags, ['labelNames', 'seenIn'], `a model of labelled texts, which ${input.argument} is`);
  if (format === 'conll' || format === 'lines')
    throw new UsageError(`--format: expected csv, tsv, jsonl or parquet for labelled texts, got ${format}`);
  return { ...input, flags: { ...flags, format } };
}
