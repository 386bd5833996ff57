import type { Program } from '../program';
import { rewrite } from './rewrite';

/** Computes equal calls once: the same kernel on the same inputs with the same attributes. */
export function shareCommonSubexpressions(program: Program): Program {
  const seen = new Map<string, readonly number[]>();
  return rewrite(program, ({ kernel, inputs, attributes, outputs }) => {
    const key = JSON.stringify([kernel, Object.entries(inputs), attributes]);
    const earlier = seen.get(key);
    if (!earlier) seen.set(key, outputs);
    return earlier && new Map(outputs.map((value, i) => [value, earlier[i]]));
  });
}
