import type { Engine } from '@attune/engine';
import { openEngine } from '@attune/engine/node';
import { type LoadWriterOptions, loadWriter } from '../load-writer';
import { openTokens } from './open-tokens';
import { type TextGenerator, textGeneratorOf } from './text-generator-of';

export interface GeneratorOptions extends LoadWriterOptions {
  /** Opened for the generator, and closed with it, unless given. */
  readonly engine?: Engine;
  readonly threads?: number;
}

/**
 * Loads a model that writes from a run directory, a model directory, or a hub id; with the adapter in PEFT's files if one is named.
 *
 * A text ends at the tokens that `generation_config.json` or else `config.json` names as `eos_token_id`, unless others are given.
 *
 * @throws AttuneError CHECKPOINT_NO_HEAD for a model that was never trained to write, MODEL_TASK for an encoder, ADAPTER_… for an
 * adapter that is not the model's; of its functions ARGUMENT_INVALID for an option that cannot be, PROMPT_TOO_LONG for a prompt that
 * leaves no room in the model's context
 * @example
 * const writer = await loadGenerator('models/stories260K');
 * for await (const text of writer.stream('Once upon a time', { temperature: 0.8, seed: 1 })) process.stdout.write(text);
 */
export async function loadGenerator(source: string, options: GeneratorOptions = {}): Promise<TextGenerator> {
  const { threads, engine: given, ...loading } = options;
  const { model, parameters, tokenizer, endTokenIds: stopTokenIds } = await loadWriter(source, loading);
  const { config } = model;
  const engine = given ?? (await openEngine({ threads }));
  const { generator, close } = await openTokens({ model, parameters }, { engine, threads });
  return {
    ...textGeneratorOf({ generator, tokenizer, config, stopTokenIds }),
    async close() {
      await close();
      if (!given) await engine.close();
    },
  };
}
