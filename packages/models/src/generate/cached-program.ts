import type { ProgramFunction } from '@attune/engine';
import { headInputs } from '../heads/head';
import { headOf } from '../heads/tasks';
import { openCache } from '../llama/cache';
import { llama, llamaStates } from '../llama/llama';
import type { Model } from '../model';

/**
 * A Llama over new tokens alone, with its adapters and its quantized matrices if it has any: the keys and values of the tokens before come
 * with the batch (see `openCache`), those of the new ones go out.
 *
 * Outputs: `logits` [reads, vocab] of the tokens read, `new:keys:i` and `new:values:i` [rows, keyValueHeads, queries, headDim],
 * keys turned by their positions already.
 */
export function cachedProgram({ openPass }: Pick<Model, 'openPass'>): ProgramFunction {
  const head = headOf(llama.heads, 'causal-lm')!;
  return (batch, parameters) => {
    const pass = openPass(batch, parameters);
    const cache = openCache(pass);
    const { states, read } = llamaStates(pass, cache);
    return { logits: head.logits(read, headInputs(pass, states)), ...cache.added };
  };
}
