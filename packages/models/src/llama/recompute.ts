import { AttuneError, recomputed, type Tensors } from '@attune/engine';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Model } from '../model';

/** The parameters go to every layer, so the wish goes with them. */
const recomputes = Symbol('recomputes');
type Wishing = Tensors & { readonly [recomputes]?: true };

/**
 * The same model, of whose layers a gradient keeps only what goes into each: on the way back a layer is computed once more.
 * Losses, gradients and dropout's bits are the same; a step takes about a third more time, and its memory no longer grows with all
 * that a layer computes.
 *
 * @throws AttuneError MODEL_UNSUPPORTED for a family other than Llama
 * @see transformers' `gradient_checkpointing`; Chen et al.: Training Deep Nets with Sublinear Memory Cost (2016)
 * @example
 * const model = withGradientCheckpointing(withLora(base, options));
 */
export function withGradientCheckpointing<Own extends Model>(model: Own): Own {
  const { modelType } = model.config;
  if (modelType !== 'llama')
    throw new AttuneError(
      'MODEL_UNSUPPORTED',
      `withGradientCheckpointing: expected a llama, got a ${modelType}; train it without`,
    );
  const { program } = model;
  return {
    ...model,
    program: (batch, parameters) => {
      const wishing: Wishing = { ...parameters, [recomputes]: true };
      return program(batch, wishing);
    },
  };
}

/** What `layer` makes of x, recomputed on the way back where the parameters wish it. @param prefix of the names of its own parameters */
export function perhapsRecomputed(
  layer: (x: Tensor) => Tensor,
  x: Tensor,
  { parameters, prefix }: { parameters: Tensors; prefix: string },
): Tensor {
  if (!(parameters as Wishing)[recomputes]) return layer(x);
  const own = Object.entries(parameters).filter(([name, { dtype }]) => name.startsWith(prefix) && dtype === 'float32');
  return recomputed(layer, x, Object.fromEntries(own));
}
