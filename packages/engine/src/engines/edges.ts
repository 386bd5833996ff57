import { kernelOf } from '../kernels';
import type { Node, Program } from '../program';

/** The nodes of a program by who runs them: the host before the graph, the graph, the host after it. */
export interface SplitProgram {
  readonly before: readonly Node[];
  readonly inside: readonly Node[];
  readonly after: readonly Node[];
}

/**
 * A host kernel leaves the graph where its inputs are the program's own, or where nobody but the caller reads its output.
 *
 * @param keepsAfter leaves the second kind in the graph: on a device its output would have to come off it
 */
export function splitAtEdges(program: Program, { keepsAfter = false } = {}): SplitProgram {
  const inputs = new Set(Object.values(program.inputs));
  const outputs = new Set(Object.values(program.outputs));
  const read = new Set(program.nodes.flatMap((node) => Object.values(node.inputs)));
  const [before, inside, after]: [Node[], Node[], Node[]] = [[], [], []];
  for (const node of program.nodes) {
    const edge = kernelOf(node.kernel).host?.edge;
    const isBefore = edge === 'before' && Object.values(node.inputs).every((value) => inputs.has(value));
    const isAfter =
      !keepsAfter && edge === 'after' && node.outputs.every((value) => outputs.has(value) && !read.has(value));
    (isBefore ? before : isAfter ? after : inside).push(node);
  }
  return { before, inside, after };
}
