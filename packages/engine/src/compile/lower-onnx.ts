import { OnnxGraph, type OnnxTarget } from '../graphs/onnx-graph';
import { type NamedValue, namedNode } from '../kernel/kernel';
import { kernelOf } from '../ops/kernels';
import type { Node, Program, ValueId } from '../program';
import { partition } from './partition';

/** A program as an ONNX graph, with the nodes that the host runs before and after it. */
export interface LoweredProgram {
  /** The graph as a serialized ONNX model. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Nodes that the host runs before the graph, in order. */
  readonly before: readonly Node[];
  /** Nodes that the host runs after the graph, in order. */
  readonly after: readonly Node[];
  /** Values that the graph reads and writes, by their names in it. */
  readonly feeds: ReadonlyMap<string, ValueId>;
  /** Values that the graph writes, by their names in it. */
  readonly fetches: ReadonlyMap<string, ValueId>;
}

const nameOf = (value: ValueId) => `v${value}`;

/**
 * Lowers a program to one ONNX graph with host kernels around it. On a device no host kernel follows the graph.
 *
 * @example
 * const { bytes } = lowerToOnnx(optimize(record(fn, batch, parameters)));
 */
export function lowerToOnnx(program: Program, target: OnnxTarget = 'cpu'): LoweredProgram {
  const { before, inside, after } = partition(program, () => target !== 'webgpu');
  const made = new Set(inside.flatMap((node) => node.outputs));
  const isInput = new Set([...Object.values(program.inputs), ...before.flatMap((node) => node.outputs)]);
  const read = new Set(inside.flatMap((node) => Object.values(node.inputs)));
  const required = [...Object.values(program.outputs), ...after.flatMap((node) => Object.values(node.inputs))];
  const feeds = [...isInput].filter((value) => read.has(value));
  const fetches = [...new Set(required)].filter((value) => made.has(value));

  const graph = new OnnxGraph(target);
  const constants = new Map<ValueId, string>();
  for (const [value, data] of program.constants)
    if (read.has(value))
      constants.set(value, graph.constant(program.values[value].dtype, program.values[value].shape, data));
  const named = (value: ValueId): NamedValue => ({
    ...program.values[value],
    name: constants.get(value) ?? nameOf(value),
  });
  for (const value of feeds) graph.input(nameOf(value), program.values[value]);
  for (const node of orderOutputs(inside)) kernelOf(node.kernel).lower.onnx(namedNode(node, named), graph);
  for (const value of fetches) graph.output(nameOf(value), program.values[value]);

  const byName = (values: readonly ValueId[]) => new Map(values.map((value) => [nameOf(value), value]));
  return { bytes: graph.toBytes(), before, after, feeds: byName(feeds), fetches: byName(fetches) };
}

/**
 * Moves the nodes whose outputs no other node reads to the end of the graph, in reverse order.
 *
 * onnxruntime schedules backwards from the last node. Gradients are such nodes: in program order the first one
 * would need the whole backward pass, and every intermediate would be kept until its end. In reverse order each is
 * computed as soon as it can be.
 */
export function orderOutputs(nodes: readonly Node[]): readonly Node[] {
  const read = new Set(nodes.flatMap(({ inputs }) => Object.values(inputs)));
  const isLeaf = ({ outputs }: Node) => outputs.every((value) => !read.has(value));
  return [...nodes.filter((node) => !isLeaf(node)), ...nodes.filter(isLeaf).reverse()];
}
