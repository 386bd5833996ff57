import type { OptimizerConfig } from '../host/optimizers/optimizer';
import type { HostTensors } from '../tensor';

/**
 * Names of the parameters to train.
 *
 * @throws RangeError for one asked for that is not float32; where all are to be trained and one of them is quantised
 */
export function trainableNames(parameters: HostTensors, { trains }: OptimizerConfig): string[] {
  const frozen = Object.keys(parameters).find((name) => parameters[name].dtype === 'uint8');
  if (!trains && frozen !== undefined)
    throw new RangeError(
      `openTraining: all parameters are to be trained, but "${frozen}" is quantised, and stays as it is; say what to train (trains), as withLora does`,
    );
  return Object.keys(parameters).filter((name) => {
    const { dtype } = parameters[name];
    if (trains && dtype !== 'float32' && trains(name))
      throw new RangeError(`openTraining: "${name}" is ${dtype}; only float32 parameters can be trained`);
    return dtype === 'float32' && (trains?.(name) ?? true);
  });
}
