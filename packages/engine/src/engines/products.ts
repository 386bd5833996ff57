import { AttuneError } from '../attune-error';
import type { CompileOptions } from './engine';

/** @throws AttuneError ENGINE_PRECISION where an engine that computes in float32 alone is asked for something else */
export function checkFloat32(engine: string, { products = 'float32' }: CompileOptions): void {
  if (products !== 'float32')
    throw new AttuneError(
      'ENGINE_PRECISION',
      `compile: engine ${engine} has matrix products in float32, got ${products}; leave it out (bf16), or use tfjs-node (npx attune setup tfjs-node)`,
    );
}
