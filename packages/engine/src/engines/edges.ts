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
 * @param mayFollow which of the second kind may leave it, all unless given: off a device an output would have to come
 */
export function splitAtEdges(program: Program, mayFollow: (node: Node) => boolean = () => true): SplitProgram {
  const inputs = new Set(Object.values(program.inputs));
  const outputs = new Set(Object.values(program.outputs));
  const read = new Set(program.nodes.flatMap((node) => Object.values(node.inputs)));
  const [before, inside, after]: [Node[], Node[], Node[]] = [[], [], []];
  for (const node of program.nodes) {
    const edge = kernelOf(node.kernel).host?.edge;
    const isBefore = edge === 'before' && Object.values(node.inputs).every((value) => inputs.has(value));
    const isLast = node.outputs.every((value) => outputs.has(value) && !read.has(value));
    const isAfter = edge === 'after' && isLast && mayFollow(node);
    (isBefore ? before : isAfter ? after : inside).push(node);
  }
  return { before, inside, after };
}
