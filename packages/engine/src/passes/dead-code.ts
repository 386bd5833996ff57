import type { Program, ValueId } from '../program';

/** Drops nodes whose outputs nobody reads, and constants nobody uses. */
export function removeDeadCode(program: Program): Program {
  const live = new Set<ValueId>(Object.values(program.outputs));
  const nodes = program.nodes.toReversed().filter((node) => {
    const needed = node.outputs.some((value) => live.has(value));
    if (needed) for (const value of Object.values(node.inputs)) live.add(value);
    return needed;
  });
  const constants = new Map([...program.constants].filter(([value]) => live.has(value)));
  return { ...program, nodes: nodes.toReversed(), constants };
}
