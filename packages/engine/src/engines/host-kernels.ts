import { kernelOf } from '../kernels';
import type { Node, Program } from '../program';
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
