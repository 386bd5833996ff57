import { recomputed, type Tensors } from '@attune/engine';
import { type Computation, withPass } from './pass';

/**
 * The same model, whose backward pass keeps only the input of each layer and computes the layer again.
 *
 * Losses, gradients and dropout's bits are the same. A step takes about a third more time, and its memory grows with the layers' inputs and
 * dropout's masks, no longer with everything that the layers compute.
 *
 * @see transformers' `gradient_checkpointing`; Chen et al.: Training Deep Nets with Sublinear Memory Cost (2016)
 * @example
 * const model = withGradientCheckpointing(withLora(base, options));
 */
export function withGradientCheckpointing<Own extends Computation>(model: Own): Own {
  return withPass(model, ({ parameters }) => ({
    checkpoint: (layer, x, { names, shared }) =>
      recomputed(layer, x, { ...trainableOf(Object.values(names), parameters), ...shared }),
  }));
}

/** The float32 parameters of modules, of their adapters too. */
function trainableOf(modules: readonly string[], parameters: Tensors): Tensors {
  const isOwn = (name: string) => modules.some((module) => name.startsWith(`${module}.`));
  return Object.fromEntries(
    Object.entries(parameters).filter(([name, { dtype }]) => isOwn(name) && dtype === 'float32'),
  );
}
