// Groups of examples that must stay in the same part.
/**
 * Connected component of each node of an undirected graph, numbered from 0 by first node.
 *
 * `count` is the number of nodes; an edge is a pair of nodes. Disjoint sets with path halving and union by size.
 * @throws RangeError for an edge to a nonexistent node.
 * @example connectedComponents(4, [[0, 2], [2, 3]]) // [0, 1, 0, 0]
 */
export function connectedComponents(count: number, edges: Iterable<readonly [number, number]>): Int32Array {
  const parents = Int32Array.from({ length: count }, (_, node) => node);
  const sizes = new Int32Array(count).fill(1);
  for (const [a, b] of edges) {
    const left = rootOf(parents, a);
    const right = rootOf(parents, b);
    if (left === right) continue;
    const [root, child] = sizes[left] >= sizes[right] ? [left, right] : [right, left];
    parents[child] = root;
    sizes[root] += sizes[child];
  }
  return denseIds(parents.map((_, node) => rootOf(parents, node))).ids;
}

/**
 * Group ids that keep equal texts in the same part.
 *
 * Texts are equal if they differ only in case, runs of white space, and white space at the ends.
 * @example equalTextGroups(['Welder', 'Cook', ' welder']) // [0, 1, 0]
 */
export function equalTextGroups(texts: readonly string[]): Int32Array {
  return denseIds(texts.map(normalText)).ids;
}

/** The text in lower case, with runs of white space as one space and none at the ends. */
export function normalText(text: string): string {
  return text.trim().replace(/\s+/g, ' ').toLowerCase();
}

/**
 * Merges two groupings: examples that share a group in either one share a group in the result.
 *
 * @throws RangeError if the lengths differ.
 * @example mergeGroups(['x', 'x', 'y'], [7, 8, 8]) // [0, 0, 0]
 */
export function mergeGroups(a: ArrayLike<string | number>, b: ArrayLike<string | number>): Int32Array {
  if (a.length !== b.length) {
    throw new RangeError(
      `mergeGroups: expected groups of equal length, got ${a.length} and ${b.length}; give one group per example`,
    );
  }
  return connectedComponents(a.length, [...linksWithin(a), ...linksWithin(b)]);
}

/** An edge from every example to the first one of its group. */
export function* linksWithin(groups: ArrayLike<string | number>): Generator<[number, number]> {
  const firsts = new Map<string | number, number>();
  for (let i = 0; i < groups.length; i++) {
    const first = firsts.get(groups[i]);
    if (first === undefined) firsts.set(groups[i], i);
    else yield [first, i];
  }
}

function rootOf(parents: Int32Array, node: number): number {
  if (!(node >= 0 && node < parents.length)) {
    throw new RangeError(`connectedComponents: expected nodes from 0 to ${parents.length - 1}, got ${node}`);
  }
  let root = node;
  while (parents[root] !== root) {
    parents[root] = parents[parents[root]];
    root = parents[root];
  }
  return root;
}

/** Values numbered in the order of their first appearance. */
interface DenseIds<T> {
  /** The number of each value, `[values]`. */
  readonly ids: Int32Array;
  /** The distinct values; number i is `distinct[i]`. */
  readonly distinct: T[];
}

export function denseIds<T>(values: ArrayLike<T>): DenseIds<T> {
  const known = new Map<T, number>();
  const ids = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const id = known.get(values[i]) ?? known.size;
    if (id === known.size) known.set(values[i], id);
    ids[i] = id;
  }
  return { ids, distinct: [...known.keys()] };
}
