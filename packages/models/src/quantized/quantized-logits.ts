import { type HostTensors, quantizedLinear } from '@attune/engine';
import { linearModules } from '../linear-modules';
import { isLoraModel } from '../lora/with-lora';
import type { Model } from '../model';
import { withPass } from '../pass';
import { quantizeMatrix } from './quantize-matrix';

/** A model with its parameters. */
interface WithParameters {
  readonly model: Model;
  readonly parameters: HostTensors;
}

/**
 * The model with the matrix of its logits in 8 bits, unless it is already quantized or has an adapter. A tied table of embeddings
 * is kept: codes and scales are additional parameters, `….weight.int8` and `….weight.scales` of the module.
 *
 * In a small model this matrix is a large part of the memory read per token, even more so if the others are in 4 bits.
 */
export function withQuantizedLogits<Own extends WithParameters>({ model, parameters }: Own): WithParameters {
  const module = linearModules(model).find(({ makesLogits }) => makesLogits);
  const matrix = module && parameters[module.weight];
  if (!matrix || (isLoraModel(model) && model.adapted.some(({ name }) => name === module.name)))
    return { model, parameters };
  const { codes, scales } = quantizeMatrix(matrix.data as Float32Array, matrix.shape, 'int8');
  const names = { codes: `${module.name}.weight.int8`, scales: `${module.name}.weight.scales` };
  const quantized = withPass(model, (inner) => ({
    linear(x, name, tensors) {
      if (name !== module.name) return inner.linear(x, name, tensors);
      const { parameters } = inner;
      return quantizedLinear(x, { format: 'int8', codes: parameters[names.codes], scales: parameters[names.scales] });
    },
  }));
  return { model: quantized, parameters: { ...parameters, [names.codes]: codes, [names.scales]: scales } };
}
