// The settings of a run, and its trained model or adapters, as files.
import { join } from 'node:path';
import type { HostTensor } from '@attune/engine';
import { isLoraModel, type LoraModel } from '@attune/models';
import { version } from '../../../package.json';
import type { Examples } from '../../loop/task';
import type { FinishedModel } from '../model/finished-model';
import { tokenizerOfLength } from '../model/max-length';
import type { ModelOrigin } from '../model/origin';
import { type ArtifactDirectory, type RunDirectory, withoutDecision } from './directory';
import type { RunOptions } from './options';
import type { PreparedFit, TaskResults } from './prepared-fit';

/** The content of `config.json`: everything that decided the run. */
export function configOf(
  { model: source, revision, engine, provenance, lora, quantize, mergeAdapter }: RunOptions,
  { args, model, settings }: Pick<PreparedFit<Examples, TaskResults>, 'args' | 'model' | 'settings'>,
  origin: ModelOrigin,
): Record<string, unknown> {
  const { original: _, ...architecture } = model.config;
  return {
    task: model.task,
    model: source,
    ...(revision && { revision }),
    ...origin,
    ...provenance,
    ...settings,
    ...(lora && { lora }),
    ...(quantize && { quantize }),
    ...(mergeAdapter !== undefined && { mergeAdapter }),
    arguments: args,
    engine: engine.name,
    architecture,
    node: process.version,
    attune: version,
  };
}

interface Written {
  readonly options: RunOptions;
  readonly prepared: Pick<PreparedFit<Examples, TaskResults>, 'args' | 'model' | 'tokenizer' | 'files'>;
  readonly origin: ModelOrigin;
  /** The trained ones. */
  readonly parameters: Record<string, HostTensor>;
}

/** Writes the trained model or adapters; returns the directory from which the run is loaded. */
export async function writeTrained(
  directory: RunDirectory,
  finished: FinishedModel,
  { options, prepared: { args, model, files, ...prepared }, origin, parameters }: Written,
): Promise<ArtifactDirectory> {
  const tokenizer = tokenizerOfLength(prepared.tokenizer, args.maxLength);
  // Python takes a missing relative path for a hub id.
  const { absolute: baseModel = options.model } = origin.modelDirectory ?? {};
  const adapter = isLoraModel(model) && { model, parameters, baseModel };
  if (adapter && isLoraModel(finished.model)) {
    await directory.writeAdapter(adapter, { tokenizer, files, model: model.config });
    options.onNote?.(besideNote(options, adapter.model));
    return 'adapter';
  }
  if (adapter) await directory.writeAdapter(adapter);
  const { task } = model;
  const config = withoutDecision(model.config);
  await directory.writeModel({ config, task, parameters: finished.parameters }, tokenizer, files);
  return 'model';
}

function besideNote({ out, model, quantize }: RunOptions, { adapted }: Pick<LoraModel, 'adapted'>): string {
  const beside = `${join(out, 'adapter')} holds the trained adapters, and no model/ is written: loading ${out} also reads the base ${model}`;
  const bits = quantize ? `, in ${quantize}` : '';
  const isMergeable = adapted.every(({ name, weight }) => weight === `${name}.weight`); // a tied head's is the embeddings'
  return `${beside}${bits}${isMergeable ? '; with mergeAdapter (--merge-adapter) the whole model is also written, in float32' : ''}`;
}
