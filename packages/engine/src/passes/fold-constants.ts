import { kernelOf } from '../kernels';
import type { Node, Program, ValueId } from '../program';
import { rounded, sizeOf, type TypedArray } from '../tensor';

/** Larger results are computed when the program runs: a graph should not carry megabytes of zeros. */
const largest = 4096;

/** Computes calls whose inputs are all constant, once, with the kernel's own meaning. */
export function foldConstants(program: Program): Program {
  const constants = new Map<ValueId, TypedArray>(program.constants);
  const nodes = program.nodes.filter((node) => {
    if (!isFoldable(node, program, constants)) return true;
    evaluate(node, program, constants).forEach((data, i) => constants.set(node.outputs[i], data));
    return false;
  });
  return { ...program, nodes, constants };
}

function isFoldable(node: Node, { values }: Program, constants: ReadonlyMap<ValueId, TypedArray>): boolean {
  return (
    !kernelOf(node.kernel).host &&
    Object.values(node.inputs).every((value) => constants.has(value)) &&
    node.outputs.every((value) => sizeOf(values[value].shape) <= largest)
  );
}

function evaluate(node: Node, { values }: Program, constants: ReadonlyMap<ValueId, TypedArray>): TypedArray[] {
  const inputs = Object.fromEntries(
    Object.entries(node.inputs).map(([key, value]) => [
      key,
      { shape: values[value].shape, data: Float64Array.from(constants.get(value)!) },
    ]),
  );
  const outputs = node.outputs.map((value) => values[value]);
  return kernelOf(node.kernel)
    .evaluate(inputs, node.attributes, outputs)
    .map((data, i) => rounded(data, outputs[i].dtype));
}
