import { join } from 'node:path';
import { AttuneError } from '@attune/engine';
import { endTokens } from '@attune/models';
import { type LoadOptions, loadAdapter, loadModel } from '@attune/models/node';
import { loadTokenizer } from '@attune/tokenizer/node';
import { checkVocabulary } from './check-vocabulary';
import type { PreparedModel } from './prepare-model';
import { modelSourceOf } from './run-directory';
import { readObject } from './writer-files';

export interface LoadWriterOptions extends Pick<LoadOptions, 'revision' | 'onProgress' | 'onNote'> {
  /** A directory with PEFT's files of an adapter to the model. */
  readonly adapter?: string;
}

/** A model that writes, and its tokenizer. */
export interface Writer extends PreparedModel {
  readonly directory: string;
  /** What ends a text. */
  readonly endTokenIds: readonly number[];
}

/**
 * Loads a causal language model from a run directory, a model directory, or a hub id, with an adapter beside it if one is given.
 *
 * @throws AttuneError CHECKPOINT_NO_HEAD for a model that was never trained to write, MODEL_TASK for an encoder, ADAPTER_… as `loadAdapter`
 */
export async function loadWriter(source: string, { adapter, ...options }: LoadWriterOptions): Promise<Writer> {
  const loaded = await loadModel(modelSourceOf(source), { task: 'causal-lm', ...options });
  const { directory, initialised } = loaded;
  if (initialised.length > 0)
    throw new AttuneError(
      'CHECKPOINT_NO_HEAD',
      `${source}: expected a trained causal language model, its head is missing (${initialised.join(', ')}); take a model of the class LlamaForCausalLM`,
    );
  const tokenizer = await loadTokenizer(directory);
  const { config } = loaded.model;
  checkVocabulary(source, tokenizer, config);
  const endTokenIds = await endTokensOf(directory, config.original);
  const { model, parameters } = adapter === undefined ? loaded : await loadAdapter(adapter, loaded);
  return { model, parameters, tokenizer, directory, endTokenIds };
}

/** A model made for chat often ends its answers with another token than its texts, and only this file says so. */
async function endTokensOf(directory: string, config: Readonly<Record<string, unknown>>): Promise<readonly number[]> {
  const ids = endTokens((await readObject(join(directory, 'generation_config.json'))) ?? {});
  return ids.length > 0 ? ids : endTokens(config);
}
