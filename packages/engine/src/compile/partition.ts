import { kernelOf } from '../ops/kernels';
import type { Node, Program, ValueId } from '../program';
import { mapRecord } from '../records';
import { type Destination, emptyTensor, type HostTensor } from '../tensor';

/** The nodes of a program by who runs them: the host before the graph, the graph, the host after it. */
export interface SplitProgram {
  readonly before: readonly Node[];
  readonly inside: readonly Node[];
  readonly after: readonly Node[];
}

/**
 * A host kernel leaves the graph where its inputs are the program's own, or where nobody but the caller reads its output.
 *
 * @param mayFollow which of the second kind may leave it, all unless given: off a device an output would have to come
 */
export function splitAtEdges(program: Program, mayFollow: (node: Node) => boolean = () => true): SplitProgram {
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

/** Runs a node's host side on tensors in memory, into `outputs` where given. */
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

/** A program's constants, and what it is given, by their values. */
export function givenValues<Input>(
  { constants, inputs, values }: Program,
  given: Readonly<Record<string, Input>>,
): Map<ValueId, Input | HostTensor> {
  const known = new Map<ValueId, Input | HostTensor>();
  for (const [value, data] of constants) known.set(value, { ...values[value], data });
  for (const [name, value] of Object.entries(inputs)) known.set(value, given[name]);
  return known;
}

/** Runs nodes in order on what `memory` has of their values, inputs and outputs. */
export function runAllOnHost(
  nodes: readonly Node[],
  values: Program['values'],
  memory: ReadonlyMap<ValueId, Destination>,
): void {
  const at = (value: ValueId) => memory.get(value)!;
  for (const node of nodes) runOnHost(node, values, mapRecord(node.inputs, at), node.outputs.map(at));
}
