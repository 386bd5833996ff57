import { kernelOf } from '../../kernels';
import type { NamedNode, NamedValue } from '../../kernels/kernel';
import type { Node, Program, ValueId } from '../../program';
import { OnnxGraph, type OnnxTarget } from './graph';

/** A program split at its edges: what the host does before, what the graph does, what the host does after. */
export interface LoweredProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly before: readonly Node[];
  readonly after: readonly Node[];
  /** Values the graph reads and writes, by their names in the graph. */
  readonly feeds: ReadonlyMap<string, ValueId>;
  readonly fetches: ReadonlyMap<string, ValueId>;
}

const nameOf = (value: ValueId) => `v${value}`;

/** Lowers a program to one ONNX graph, with its host kernels around it; on a device, what follows the graph is in it. */
export function lowerToOnnx(program: Program, target: OnnxTarget = 'cpu'): LoweredProgram {
  const { before, inside, after } = splitAtEdges(program, target);
  const made = new Set(inside.flatMap((node) => node.outputs));
  const isInput = new Set([...Object.values(program.inputs), ...before.flatMap((node) => node.outputs)]);
  const read = new Set(inside.flatMap((node) => Object.values(node.inputs)));
  const wanted = [...Object.values(program.outputs), ...after.flatMap((node) => Object.values(node.inputs))];
  const feeds = [...isInput].filter((value) => read.has(value));
  const fetches = [...new Set(wanted)].filter((value) => made.has(value));

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
  for (const node of inside) kernelOf(node.kernel).lower.onnx(namedNode(node, named), graph);
  for (const value of fetches) graph.output(nameOf(value), program.values[value]);

  const byName = (values: readonly ValueId[]) => new Map(values.map((value) => [nameOf(value), value]));
  return { bytes: graph.toBytes(), before, after, feeds: byName(feeds), fetches: byName(fetches) };
}

/** A node as its kernel's lowering sees it. */
export function namedNode(node: Node, named: (value: ValueId) => NamedValue): NamedNode {
  return {
    inputs: Object.fromEntries(Object.entries(node.inputs).map(([key, value]) => [key, named(value)])),
    attributes: node.attributes,
    outputs: node.outputs.map(named),
  };
}

/** A host kernel leaves the graph where its inputs are the program's own, or where nobody but the caller reads its output. */
function splitAtEdges(program: Program, target: OnnxTarget) {
  const inputs = new Set(Object.values(program.inputs));
  const outputs = new Set(Object.values(program.outputs));
  const read = new Set(program.nodes.flatMap((node) => Object.values(node.inputs)));
  const [before, inside, after]: [Node[], Node[], Node[]] = [[], [], []];
  for (const node of program.nodes) {
    const edge = kernelOf(node.kernel).host?.edge;
    const isBefore = edge === 'before' && Object.values(node.inputs).every((value) => inputs.has(value));
    const isAfter =
      target === 'cpu' && edge === 'after' && node.outputs.every((value) => outputs.has(value) && !read.has(value));
    (isBefore ? before : isAfter ? after : inside).push(node);
  }
  return { before, inside, after };
}
