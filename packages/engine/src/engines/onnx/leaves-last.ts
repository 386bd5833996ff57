import type { Node } from '../../program';

/**
 * The same nodes, those that no other reads at the end, the last of them first.
 *
 * onnxruntime begins with what the last node needs, goes on with the one before, and so on. A step's gradients are such nodes:
 * in the order of the program the first one would need the whole way back, and all that the others are made of would be
 * kept until its end. So each is computed as soon as it can be.
 */
export function leavesLast(nodes: readonly Node[]): readonly Node[] {
  const read = new Set(nodes.flatMap(({ inputs }) => Object.values(inputs)));
  const isLeaf = ({ outputs }: Node) => outputs.every((value) => !read.has(value));
  return [...nodes.filter((node) => !isLeaf(node)), ...nodes.filter(isLeaf).reverse()];
}
