import { AttuneError } from '@attune/engine';
import type { ModelTask } from '@attune/models';
import type { LabelledPredictInput, PredictInput } from '../commands/predict';
import { modelTask } from '../model-task';
import { UsageError } from '../usage-error';

const predictions: Readonly<Record<ModelTask, (input: PredictInput) => Promise<void>>> = {
  'sequence-classification': async (input) => (await import('./run')).runPredict(labelled(input)),
  'token-classification': async (input) => (await import('./token')).predictEntities(input),
  'masked-lm': async ({ argument: source }) => {
    throw new AttuneError(
      'MODEL_UNSUPPORTED',
      `${source}: expected a trained classifier or tagger, got a masked language model, which labels nothing; train one from it: attune train --model ${source}`,
    );
  },
  'causal-lm': async ({ argument: source }) => {
    throw new AttuneError(
      'MODEL_UNSUPPORTED',
      `${source}: expected a trained classifier or tagger, got a model that writes: attune generate ${source} --prompt '…'`,
    );
  },
};

/** What `attune predict` does: predict with a model by what it is for. */
export async function predictByTask(input: PredictInput): Promise<void> {
  const task = await modelTask(input.argument, { revision: input.flags.revision, io: input.io });
  return predictions[task](input);
}

function labelled({ flags: { format, ...flags }, ...input }: PredictInput): LabelledPredictInput {
  if (format === 'conll')
    throw new UsageError('--format: expected rows of texts for a classifier, got conll, which a tagger reads');
  return { ...input, flags: { ...flags, format } };
}
