import { bitsSpec } from '../ops/packed-mask';
import type { Node, Program } from '../program';
import { replaceNodes } from './replace-nodes';

/** The same program for a device: dropout's masks, made by the host, go there as bits and become numbers there. */
export function packMasks(program: Program): Program {
  return replaceNodes(program, (node, fresh): readonly Node[] => {
    if (node.kernel !== 'DropoutMask') return [node];
    const bits = fresh(bitsSpec(node.attributes.shape as readonly number[]));
    const { rate, shape } = node.attributes;
    return [
      { ...node, kernel: 'DropoutBits', outputs: [bits] },
      { kernel: 'UnpackMask', inputs: { bits }, attributes: { rate, shape }, outputs: node.outputs },
    ];
  });
}
