import type { Node, Program, ValueId } from '../program';
import type { TensorSpec } from '../tensor';

/**
 * The same program with other nodes in place of some.
 *
 * @param replace gives what a node becomes, itself where it stays; `fresh` makes a new value
 */
export function replaceNodes(
  program: Program,
  replace: (node: Node, fresh: (spec: TensorSpec) => ValueId) => readonly Node[],
): Program {
  const values: TensorSpec[] = [...program.values];
  const nodes = program.nodes.flatMap((node) => replace(node, (spec) => values.push(spec) - 1));
  return { ...program, values, nodes };
}
