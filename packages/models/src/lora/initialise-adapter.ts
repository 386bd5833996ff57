import { fold, type HostTensor, keyOf, sizeOf, uniform } from '@attune/engine';
import { type LoraModel, loraNames } from './with-lora';

/**
 * Fresh adapters as PEFT makes them: A uniform within ±1/√in (Kaiming's with a = √5), B 0, so that the model computes what
 * its base does.
 *
 * Each number is a function of (seed, parameter's name, index).
 *
 * @example
 * const parameters = { ...ofBase, ...initialiseAdapter(model, 42) };
 */
export function initialiseAdapter({ adapted, specs }: LoraModel, seed: number): Record<string, HostTensor> {
  const all = adapted.map(({ name, inputs }): Record<string, HostTensor> => {
    const { a, b } = loraNames(name);
    const key = keyOf(seed, ...Array.from(a, (character) => character.codePointAt(0)!));
    const bound = 1 / Math.sqrt(inputs);
    const data = Float32Array.from(
      { length: sizeOf(specs[a].shape) },
      (_, i) => bound * (2 * uniform(fold(key, i)) - 1),
    );
    return { [a]: { ...specs[a], data }, [b]: { ...specs[b], data: new Float32Array(sizeOf(specs[b].shape)) } };
  });
  return Object.assign({}, ...all);
}
