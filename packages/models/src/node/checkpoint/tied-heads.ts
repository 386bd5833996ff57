import { describe } from '../../checkpoint/describe';
import type { ModelConfig } from '../../checkpoint/model-config';
import { families } from '../../families';
import { type Model, modelForTask } from '../../model';
import { matchNames } from '../plan-reading';
import type { Weights } from './open-safetensors';
import type { NotedPlace } from './wrapped-names';

/** The config with the head's matrix tied, or not tied, to the table of word embeddings. */
export function withTied(config: ModelConfig, tied: boolean): ModelConfig {
  const original = { ...config.original, tie_word_embeddings: tied };
  return { ...config, original, ...(config.decoder && { decoder: { ...config.decoder, tied } }) };
}

/**
 * Whether the file has a separate, different matrix for a head that `config.json` ties to the word embeddings. Such a head was
 * trained and is used, as in transformers 5.
 */
export async function hasOwnHead(weights: Weights, model: Model, { where, onNote }: NotedPlace): Promise<boolean> {
  const { from } = matchNames([...weights.tensors.keys()], model);
  const ofFamily = families[model.config.modelType].specs(model.config);
  for (const [head, words] of Object.entries(model.tied)) {
    const inFile = from.get(words);
    if (!(words in ofFamily) || inFile === undefined || inFile === head || !weights.tensors.has(head)) continue;
    if (await areEqual(weights, head, inFile)) continue;
    const what = `${describe(head)} is not ${describe(inFile)}, though config.json ties them`;
    onNote(`${where}: ${what}: the head's own weights are used, and saved with "tie_word_embeddings": false`);
    return true;
  }
  return false;
}

/** Whether two tensors of a file have the same shape and numbers. */
export async function areEqual(weights: Weights, first: string, second: string): Promise<boolean> {
  const [a, b] = [first, second].map((name) => weights.tensors.get(name)!);
  if (a.shape.join() !== b.shape.join()) return false;
  const others = weights.chunks(second);
  for await (const chunk of weights.chunks(first)) {
    const { value: other } = await others.next();
    if (!other || chunk.some((value, i) => value !== other[i])) return false;
  }
  return true;
}

/**
 * Advice for a missing head: most models without a head in the file are tied, but `config.json` does not say so (a Llama's may omit
 * the key). Undefined if something else is missing.
 */
export function tiedAdvice({ config, task }: Model, missing: readonly string[]): string | undefined {
  if (task !== 'causal-lm' && task !== 'masked-lm') return undefined;
  const { tied } = modelForTask(withTied(config, true), task);
  if (!missing.some((name) => Object.hasOwn(tied, name) && name.endsWith('.weight'))) return undefined;
  return 'if its head is the table of word embeddings, set "tie_word_embeddings": true in its config.json';
}
