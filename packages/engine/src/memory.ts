import { lastUses, type Program, type ValueId } from './program';
import { bytesOf } from './tensor';

/** The most bytes of intermediate values that are alive at once when nodes run in order: what a runtime's arena must hold. */
export function peakBytes(program: Program): number {
  const last = lastUses(program);
  const dying = new Map<number, ValueId[]>();
  for (const [value, index] of last) dying.set(index, [...(dying.get(index) ?? []), value]);
  const computed = new Set<ValueId>();
  let alive = 0;
  let peak = 0;
  program.nodes.forEach((node, index) => {
    for (const value of node.outputs) {
      computed.add(value);
      alive += bytesOf(program.values[value]);
    }
    peak = Math.max(peak, alive);
    for (const value of dying.get(index) ?? []) if (computed.has(value)) alive -= bytesOf(program.values[value]);
  });
  return peak;
}
