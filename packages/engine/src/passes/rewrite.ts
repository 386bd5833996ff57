import type { Node, Program, ValueId } from '../program';

/** Walks the nodes in order, replacing what `decide` maps away, and renames later uses. */
export function rewrite(
  program: Program,
  decide: (node: Node, rename: (value: ValueId) => ValueId) => ReadonlyMap<ValueId, ValueId> | undefined,
): Program {
  const renamed = new Map<ValueId, ValueId>();
  const rename = (value: ValueId) => renamed.get(value) ?? value;
  const renameAll = (values: Readonly<Record<string, ValueId>>) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, rename(value)]));
  const nodes: Node[] = [];
  for (const node of program.nodes) {
    const current = { ...node, inputs: renameAll(node.inputs) };
    const replacements = decide(current, rename);
    if (!replacements) nodes.push(current);
    else for (const [from, to] of replacements) renamed.set(from, rename(to));
  }
  return { ...program, nodes, outputs: renameAll(program.outputs) };
}
