import { bitsSpec } from '../ops/packed-mask';
import type { Node, Program, ValueId } from '../program';
import type { TensorSpec } from '../tensor';

/** The same program for a device: dropout's masks, made by the host, go there as bits and become numbers there. */
export function packMasks(program: Program): Program {
  const values: TensorSpec[] = [...program.values];
  const fresh = (spec: TensorSpec): ValueId => values.push(spec) - 1;
  const nodes = program.nodes.flatMap((node): Node[] => {
    if (node.kernel !== 'DropoutMask') return [node];
    const bits = fresh(bitsSpec(node.attributes.shape as readonly number[]));
    const { rate, shape } = node.attributes;
    return [
      { ...node, kernel: 'DropoutBits', outputs: [bits] },
      { kernel: 'UnpackMask', inputs: { bits }, attributes: { rate, shape }, outputs: node.outputs },
    ];
  });
  return { ...program, values, nodes };
}
