import { type ProgramFunction, recomputed, type Tensors } from '@attune/engine';
import type { Tensor } from '@tensorflow/tfjs-core';

/** The parameters go to every layer, so the wish goes with them. */
const recomputes = Symbol('recomputes');
type Wishing = Tensors & { readonly [recomputes]?: true };

/**
 * The same model, of whose layers a gradient keeps only what goes into each: on the way back a layer is computed once more.
 * Losses, gradients and dropout's bits are the same; a step takes about a third more time, and its memory grows with
 * what goes into its layers and with dropout's masks, no longer with all that they compute.
 *
 * @see transformers' `gradient_checkpointing`; Chen et al.: Training Deep Nets with Sublinear Memory Cost (2016)
 * @example
 * const model = withGradientCheckpointing(withLora(base, options));
 */
export function withGradientCheckpointing<Own extends { readonly program: ProgramFunction }>(model: Own): Own {
  const { program } = model;
  return {
    ...model,
    program: (batch, parameters) => {
      const wishing: Wishing = { ...parameters, [recomputes]: true };
      return program(batch, wishing);
    },
  };
}

interface Recomputing {
  readonly parameters: Tensors;
  /** What the modules of the layer are called, by their part in it. */
  readonly names: object;
}

/** What `layer` makes of x, recomputed on the way back where the parameters wish it. */
export function perhapsRecomputed(layer: (x: Tensor) => Tensor, x: Tensor, { parameters, names }: Recomputing): Tensor {
  if (!(parameters as Wishing)[recomputes]) return layer(x);
  const modules: string[] = Object.values(names);
  const isOwn = (name: string) => modules.some((module) => name.startsWith(`${module}.`));
  const own = Object.entries(parameters).filter(([name, { dtype }]) => isOwn(name) && dtype === 'float32');
  return recomputed(layer, x, Object.fromEntries(own));
}
