import { kernelOf } from '../kernels';
import type { Node, Program, ValueId } from '../program';
import { mapRecord } from '../record/record';
import { type Destination, emptyTensor, type HostTensor } from '../tensor';

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
