import type { OptimizerConfig } from '../host/optimizers/optimizer';
import type { HostTensors } from '../tensor';

/**
 * Names of the parameters to train.
 *
 * @throws RangeError for one asked for that is not float32
 */
export function trainableNames(parameters: HostTensors, { trains }: OptimizerConfig): string[] {
  return Object.keys(parameters).filter((name) => {
    const { dtype } = parameters[name];
    if (trains && dtype !== 'float32' && trains(name))
      throw new RangeError(`openTraining: "${name}" is ${dtype}; only float32 parameters can be trained`);
    return dtype === 'float32' && (trains?.(name) ?? true);
  });
}
