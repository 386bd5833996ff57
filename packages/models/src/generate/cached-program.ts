import type { ProgramFunction } from '@attune/engine';
import { adaptedProgram, isLoraModel } from '../lora/with-lora';
import type { Model } from '../model';
import { cachedForward } from './cached-forward';

/** A model's pass over new tokens alone (`cachedForward`), with its adapters if it has any. */
export function cachedProgram(model: Model): ProgramFunction {
  const plain = cachedForward(model.config);
  return isLoraModel(model) ? adaptedProgram(plain, model) : plain;
}
