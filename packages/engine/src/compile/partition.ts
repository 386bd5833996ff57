import { kernelOf } from '../ops/kernels';
import type { Node, Program, ValueId } from '../program';
import { mapRecord } from '../records';
import { type Destination, emptyTensor, type HostTensor } from '../tensor';

/** The nodes of a program, split into those the host runs before the graph, those of the graph, and those the host runs after it. */
export interface Partition {
  readonly before: readonly Node[];
  readonly inside: readonly Node[];
  readonly after: readonly Node[];
}

/**
 * Splits a program. A host kernel leaves the graph if its inputs are the program's, or if only the caller reads its output.
 *
 * @param mayFollow which kernels of the second kind may leave the graph, default all; on a device their inputs would have to be copied out
 */
export function partition(program: Program, mayFollow: (node: Node) => boolean = () => true): Partition {
  const inputs = new Set(Object.values(program.inputs));
  const outputs = new Set(Object.values(program.outputs));
  const read = new Set(program.nodes.flatMap((node) => Object.values(node.inputs)));
  const [before, inside, after]: [Node[], Node[], Node[]] = [[], [], []];
  for (const node of program.nodes) {
    const edge = kernelOf(node.kernel).host?.edge;
    const isBefore = edge === 'before' && Object.values(node.inputs).every((value) => inputs.has(value));
    const isLast = node.outputs.every((value) => outputs.has(value) && !read.has(value));
    const isAfter = edge === 'after' && isLast && mayFollow(node);
    (isBefore ? before : isAfter ? after : inside).push(node);
  }
  return { before, inside, after };
}

/** Runs a node's host side on tensors in memory, into `outputs` or fresh tensors. */
export function runOnHost(
  node: Node,
  values: Program['values'],
  inputs: Readonly<Record<string, HostTensor>>,
  outputs: readonly Destination[] = node.outputs.map((value) => emptyTensor(values[value])),
): readonly HostTensor[] {
  const { host } = kernelOf(node.kernel);
  if (!host) throw new Error(`host: kernel "${node.kernel}" has no host side`);
  host.run(inputs, node.attributes, outputs);
  return outputs;
}

/** The tensors of a program's constants and inputs, by value. */
export function knownValues<Input>(
  { constants, inputs, values }: Program,
  tensors: Readonly<Record<string, Input>>,
): Map<ValueId, Input | HostTensor> {
  const known = new Map<ValueId, Input | HostTensor>();
  for (const [value, data] of constants) known.set(value, { ...values[value], data });
  for (const [name, value] of Object.entries(inputs)) known.set(value, tensors[name]);
  return known;
}

/** Runs nodes in order on the tensors of their inputs and outputs. */
export function runAllOnHost(
  nodes: readonly Node[],
  values: Program['values'],
  memory: ReadonlyMap<ValueId, Destination>,
): void {
  const at = (value: ValueId) => memory.get(value)!;
  for (const node of nodes) runOnHost(node, values, mapRecord(node.inputs, at), node.outputs.map(at));
}
