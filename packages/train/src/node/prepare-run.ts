import { AttuneError, type HostTensor } from '@attune/engine';
import { type Model, modelForTask } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';
import { type TrainingArguments, trainingArguments } from '../arguments';
import type { Dataset } from '../dataset';
import type { FitOptions } from './fit-options';
import { type CleanParts, cleanParts, datasetOf, noteTruncated } from './prepare-data';
import { prepareModel } from './prepare-model';
import { checkRunDirectory } from './run-directory';

/** Everything a run needs, checked; nothing is written yet. */
export interface PreparedRun {
  /** Complete: `maxLength` is the one that applies. */
  readonly args: TrainingArguments & { readonly maxLength: number };
  readonly parts: CleanParts;
  readonly model: Model;
  readonly parameters: Record<string, HostTensor>;
  readonly tokenizer: Tokenizer;
  readonly data: { readonly train: Dataset; readonly validation?: Dataset; readonly reported: Dataset };
}

export async function prepareRun(options: FitOptions): Promise<PreparedRun> {
  const { onNote = () => {}, onDownload, newConfig, revision } = options;
  const args = trainingArguments(options.arguments);
  await checkRunDirectory(options.out, options);
  const parts = cleanParts(options.data, onNote);
  const { labels } = parts.encoder;
  const source = { labels, texts: parts.train.texts, seed: args.seed, newConfig, revision, onNote, onDownload };
  const { model: plain, parameters, tokenizer, notes } = await prepareModel(options.model, source);
  const { labelSmoothingFactor: labelSmoothing, focalGamma } = args;
  const model = modelForTask(plain.config, 'sequence-classification', { labelSmoothing, focalGamma });
  for (const note of notes) onNote(note);
  const maxLength = maxLengthOf(args, model);
  const encoding = { tokenizer, encoder: parts.encoder, maxLength };
  const data = {
    train: datasetOf(parts.train, encoding),
    validation: parts.validation && datasetOf(parts.validation, encoding),
    reported: datasetOf(parts.reported, encoding),
  };
  noteTruncated(data.train, maxLength, onNote);
  return { args: { ...args, maxLength }, parts, model, parameters, tokenizer, data };
}

function maxLengthOf({ maxLength }: TrainingArguments, { config: { maxPositions } }: Model): number {
  if (maxLength === undefined || maxLength <= maxPositions) return maxLength ?? maxPositions;
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `maxLength: expected at most ${maxPositions}, the model's positions, got ${maxLength}`,
  );
}
