import { fold, type HostTensor, keyOf, normal, type Specs, sizeOf, type TensorSpec } from '@attune/engine';
import type { ModelConfig } from './checkpoint/model-config';

/**
 * Fresh parameters as transformers makes them: weights N(0, initializerRange²), biases 0, norm weights 1, and the
 * padding token's embedding 0.
 *
 * Each number is a function of (seed, parameter's name, index), whatever else is initialized.
 */
export function initialize(specs: Specs, config: ModelConfig, seed: number): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, { ...spec, data: initialValues(name, spec, { config, seed }) }]),
  );
}

function initialValues(
  name: string,
  { shape }: TensorSpec,
  { config, seed }: { config: ModelConfig; seed: number },
): Float32Array {
  const data = new Float32Array(sizeOf(shape));
  if (name.endsWith('.bias')) return data;
  if (/norm\.weight$/i.test(name)) return data.fill(1);
  const key = keyOf(seed, ...Array.from(name, (character) => character.codePointAt(0)!));
  for (let i = 0; i < data.length; i++) data[i] = config.initializerRange * normal(fold(key, i));
  if (name.endsWith('word_embeddings.weight')) {
    const start = config.padTokenId * config.hiddenSize;
    data.fill(0, start, start + config.hiddenSize);
  }
  return data;
}
