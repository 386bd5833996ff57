import { recomputed, type Tensors } from '@attune/engine';
import { type Computation, withPass } from './pass';

/**
 * The same model with gradient checkpointing: the backward pass keeps only the input of each layer and recomputes the rest.
 *
 * Losses, gradients and dropout are the same. A step takes about a third longer. Its memory grows with the layers' inputs and
 * dropout masks instead of all activations.
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

/** The float32 parameters of modules, including those of their adapters. */
function trainableOf(modules: readonly string[], parameters: Tensors): Tensors {
  const isOwn = (name: string) => modules.some((module) => name.startsWith(`${module}.`));
  return Object.fromEntries(
    Object.entries(parameters).filter(([name, { dtype }]) => isOwn(name) && dtype === 'float32'),
  );
}
