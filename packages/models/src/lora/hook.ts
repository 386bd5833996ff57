import type { DropoutSource, Tensors } from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';

/** What an adapter adds to what a linear module makes of x [tokens, in]; nothing where it leaves the module as it is. */
export type Addition = (x: tf.Tensor, module: string, source?: DropoutSource) => tf.Tensor | undefined;

interface Adapter {
  readonly addition: Addition;
  /** Places of the tokens that go through the modules now. */
  readonly source?: DropoutSource;
  /** Places of the tokens that the batch reads. */
  readonly readSource?: DropoutSource;
}

/** The parameters go to every module, so the adapter goes with them, and the forward passes know nothing of it. */
const adapter = Symbol('adapter');
type Adapted = Tensors & { readonly [adapter]?: Adapter };

/** Parameters whose linear modules are adapted. */
export const withAdapter = (parameters: Tensors, own: Adapter): Tensors => {
  const adapted: Adapted = { ...parameters, [adapter]: own };
  return adapted;
};

/** The same parameters for the tokens that the batch reads: an adapter's random bits are those of the tokens' places. */
export function forReads(parameters: Tensors): Tensors {
  const own = (parameters as Adapted)[adapter];
  return own ? withAdapter(parameters, { ...own, source: own.readSource }) : parameters;
}

/** What a linear module makes of x, `y`, with what an adapter adds to it. */
export function adapt(y: tf.Tensor, { x, parameters, name }: { x: tf.Tensor; parameters: Tensors; name: string }) {
  const own = (parameters as Adapted)[adapter];
  const added = own?.addition(x, name, own.source);
  return added ? tf.add(y, added) : y;
}
