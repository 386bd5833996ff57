import type { NamedNode, NamedValue } from '../kernels/kernel';
import type { Node, ValueId } from '../program';

/** A node as its kernel's lowering sees it. */
export function namedNode(node: Node, named: (value: ValueId) => NamedValue): NamedNode {
  return {
    inputs: Object.fromEntries(Object.entries(node.inputs).map(([key, value]) => [key, named(value)])),
    attributes: node.attributes,
    outputs: node.outputs.map(named),
  };
}
