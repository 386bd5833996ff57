import { kernelOf } from '../../kernels';
import type { Float64Tensor } from '../../kernels/kernel';
import type { Program, ValueId } from '../../program';
import type { HostTensors } from '../../tensor';

/** Inputs of the float64 replay: any tensor, or one already in float64. */
export type Float64Inputs = Readonly<Record<string, Float64Tensor | HostTensors[string]>>;

/**
 * Runs a program in float64 with plain loops: slow, short, and the yardstick of every engine.
 *
 * @returns every output by name
 */
export function replayFloat64(program: Program, inputs: Float64Inputs): Record<string, Float64Tensor> {
  const known = new Map<ValueId, Float64Tensor>();
  for (const [value, data] of program.constants)
    known.set(value, { shape: program.values[value].shape, data: Float64Array.from(data) });
  for (const [name, value] of Object.entries(program.inputs)) {
    if (!inputs[name]) throw new RangeError(`replay: input "${name}" is missing`);
    known.set(value, { shape: program.values[value].shape, data: Float64Array.from(inputs[name].data) });
  }
  for (const node of program.nodes) {
    const arguments_ = Object.fromEntries(Object.entries(node.inputs).map(([key, value]) => [key, known.get(value)!]));
    const specs = node.outputs.map((value) => program.values[value]);
    kernelOf(node.kernel)
      .evaluate(arguments_, node.attributes, specs)
      .forEach((data, i) => known.set(node.outputs[i], { shape: specs[i].shape, data }));
  }
  return Object.fromEntries(Object.entries(program.outputs).map(([name, value]) => [name, known.get(value)!]));
}
