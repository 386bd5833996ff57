import { join } from 'node:path';
import { AttuneError } from '@attune/engine';
import { endTokens } from '@attune/models';
import { loadTokenizer } from '@attune/tokenizer/node';
import { checkVocabulary } from './check-vocabulary';
import { type LoadTrainedOptions, loadTrained } from './load-trained';
import type { PreparedModel } from './prepare-model';
import { endTokenOf, readObject, withEndToken } from './writer-files';

export type LoadWriterOptions = Omit<LoadTrainedOptions, 'task'>;

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
export async function loadWriter(source: string, options: LoadWriterOptions): Promise<Writer> {
  const loaded = await loadTrained(source, { ...options, task: 'causal-lm' });
  const { directory, initialised, parameters } = loaded;
  if (initialised.length > 0)
    throw new AttuneError(
      'CHECKPOINT_NO_HEAD',
      `${source}: expected a trained causal language model, its head is missing (${initialised.join(', ')}); take a model of the class LlamaForCausalLM`,
    );
  const tokenizer = await loadTokenizer(directory);
  checkVocabulary(source, tokenizer, loaded.model.config);
  const model = loaded.isAdaptedRun ? await asTrained({ ...loaded, tokenizer }) : loaded.model;
  const endTokenIds = await endTokensOf(directory, model.config.original);
  return { model, parameters, tokenizer, directory, endTokenIds };
}

/** A run without a model of its own has no config that says what its texts end with. */
const asTrained = async (loaded: PreparedModel) => withEndToken(loaded.model, await endTokenOf(loaded));

/** A model made for chat often ends its answers with another token than its texts, and only this file says so. */
async function endTokensOf(directory: string, config: Readonly<Record<string, unknown>>): Promise<readonly number[]> {
  const ids = endTokens((await readObject(join(directory, 'generation_config.json'))) ?? {});
  return ids.length > 0 ? ids : endTokens(config);
}
