import { fold, type HostTensor, keyOf, normal, sizeOf } from '@attune/engine';
import type { ModelConfig } from './checkpoint/model-config';
import type { ParameterSpec, ParameterSpecs } from './specs';

/**
 * Initializes parameters as transformers does: weights N(0, initializerRange²), biases 0, norm weights 1 (0 if 1 is added to them), and the
 * padding token's embedding 0.
 *
 * Each number depends only on the seed, the parameter's name and the index.
 */
export function initialize(specs: ParameterSpecs, config: ModelConfig, seed: number): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => {
      const { shape, dtype } = spec;
      return [name, { shape, dtype, data: initialValues(name, spec, { config, seed }) }];
    }),
  );
}

function initialValues(
  name: string,
  { shape, role = roleOf(name), start = 1, hasPaddingRow = false }: ParameterSpec,
  { config, seed }: { config: ModelConfig; seed: number },
): Float32Array {
  const data = new Float32Array(sizeOf(shape));
  if (name.endsWith('.bias')) return data;
  if (role === 'norm') return data.fill(start);
  const key = keyOf(seed, ...Array.from(name, (character) => character.codePointAt(0)!));
  for (let i = 0; i < data.length; i++) data[i] = config.initializerRange * normal(fold(key, i));
  if (hasPaddingRow) {
    const [, width] = shape;
    data.fill(0, config.padTokenId * width, (config.padTokenId + 1) * width);
  }
  return data;
}

/** Role of a custom head's parameter, inferred from its name. */
const roleOf = (name: string) => (/norm\.weight$/i.test(name) ? 'norm' : undefined);
