import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError, type Engine } from '@attune/engine';
import { openEngine } from '@attune/engine/node';
import { endTokens, tokenGenerator } from '@attune/models';
import { type LoadOptions, loadModel } from '@attune/models/node';
import { loadTokenizer } from '@attune/tokenizer/node';
import { checkVocabulary } from '../check-vocabulary';
import { modelSourceOf } from '../run-directory';
import { type TextGenerator, textGeneratorOf } from './text-generator-of';

export interface GeneratorOptions extends Pick<LoadOptions, 'revision' | 'onProgress' | 'onNote'> {
  /** Opened for the generator, and closed with it, unless given. */
  readonly engine?: Engine;
  readonly threads?: number;
}

/**
 * Loads a model that writes from a run directory, a model directory, or a hub id.
 *
 * A text ends at the tokens that `generation_config.json` or else `config.json` names as `eos_token_id`, unless others are given.
 *
 * @throws AttuneError CHECKPOINT_NO_HEAD for a model that was never trained to write, MODEL_TASK for an encoder; of its functions
 * ARGUMENT_INVALID for an option that cannot be, PROMPT_TOO_LONG for a prompt that leaves no room in the model's context
 * @example
 * const writer = await loadGenerator('models/stories260K');
 * for await (const text of writer.stream('Once upon a time', { temperature: 0.8, seed: 1 })) process.stdout.write(text);
 */
export async function loadGenerator(source: string, options: GeneratorOptions = {}): Promise<TextGenerator> {
  const { revision, onProgress, onNote, threads } = options;
  const loaded = await loadModel(modelSourceOf(source), { task: 'causal-lm', revision, onProgress, onNote });
  if (loaded.initialised.length > 0)
    throw new AttuneError(
      'CHECKPOINT_NO_HEAD',
      `${source}: expected a trained causal language model, its head is missing (${loaded.initialised.join(', ')}); take a model of the class LlamaForCausalLM`,
    );
  const tokenizer = await loadTokenizer(loaded.directory);
  const { config } = loaded.model;
  checkVocabulary(source, tokenizer, config);
  const stopTokenIds = await endTokensOf(loaded.directory, config.original);
  const engine = options.engine ?? (await openEngine({ threads }));
  return {
    ...textGeneratorOf({ generator: tokenGenerator({ ...loaded, engine }), tokenizer, config, stopTokenIds }),
    async close() {
      if (!options.engine) await engine.close();
    },
  };
}

/** A model made for chat often ends its answers with another token than its texts, and only this file says so. */
async function endTokensOf(directory: string, config: Readonly<Record<string, unknown>>): Promise<readonly number[]> {
  const path = join(directory, 'generation_config.json');
  const ids = existsSync(path) ? endTokens(await readObject(path)) : [];
  return ids.length > 0 ? ids : endTokens(config);
}

async function readObject(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return { ...JSON.parse(await readFile(path, 'utf8')) };
  } catch (cause) {
    const what = `${path}: expected a JSON object (${(cause as Error).message}); mend the file, or delete it`;
    throw new AttuneError('CHECKPOINT_CONFIG', what, { cause });
  }
}
