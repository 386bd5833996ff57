import { replayFloat64 } from '../engines/replay/float64';
import type { Float64Tensor } from '../kernels/kernel';
import { type ProgramFunction, record } from '../record/record';
import type { HostTensors } from '../tensor';

/**
 * The gradient of a program's scalar output `loss` by one input, by central differences on the float64 replay.
 *
 * @param step the half-width; the error is about step² + 1e-16/step
 */
export function centralDifferences(
  fn: ProgramFunction,
  { batch, parameters }: { batch: HostTensors; parameters: HostTensors },
  by: string,
  step = 1e-5,
): Float64Tensor {
  const program = record(fn, batch, parameters);
  const inputs = { ...batch, ...parameters };
  const origin = Float64Array.from(inputs[by].data);
  const lossAt = (i: number, offset: number) => {
    const data = origin.slice();
    data[i] += offset;
    return replayFloat64(program, { ...inputs, [by]: { shape: inputs[by].shape, data } }).loss.data[0];
  };
  return {
    shape: inputs[by].shape,
    data: origin.map((_, i) => (lossAt(i, step) - lossAt(i, -step)) / (2 * step)),
  };
}
