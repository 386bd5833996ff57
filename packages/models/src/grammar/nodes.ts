/**
 * Nodes of a grammar: bytes, and combinations of nodes.
 *
 * Nodes are plain objects. A `rule` lets a node contain itself. Texts are UTF-8.
 */
export type Node =
  | {
      readonly kind: 'bytes';
      /** `[256]`: 1 for bytes that match. */
      readonly set: Uint8Array;
    }
  | { readonly kind: 'sequence'; readonly items: readonly Node[] }
  | { readonly kind: 'choice'; readonly items: readonly Node[] }
  | { readonly kind: 'repeat'; readonly item: Node; readonly least: number; readonly most: number }
  | {
      readonly kind: 'rule';
      /** The node it stands for, resolved on first use. */
      readonly node: () => Node;
    };

/** All items, one after the other. */
export const sequence = (...items: readonly Node[]): Node => ({ kind: 'sequence', items });

/** Any one of the items. */
export const choice = (...items: readonly Node[]): Node => ({ kind: 'choice', items });

/** Matches no text. */
export const never: Node = choice();

/** The empty text. */
export const empty: Node = sequence();

/** Largest count of a repetition in a user's grammar: each count is a separate place. */
export const mostTimes = 2000;

/** One node `least` to `most` times. */
export const repeat = (item: Node, least = 0, most = Number.POSITIVE_INFINITY): Node => ({
  ...{ kind: 'repeat', item, least, most },
});

/** A node, or the empty text. */
export const optional = (item: Node): Node => choice(empty, item);

/** A node that is made on first use, so that it may contain itself. */
export function rule(make: () => Node): Node {
  let made: Node | undefined;
  return {
    kind: 'rule',
    node() {
      made ??= make();
      return made;
    },
  };
}

/** One byte of some ranges, both ends included. */
export function bytes(...ranges: readonly (readonly [first: number, last: number])[]): Node {
  const set = new Uint8Array(256);
  for (const [first, last] of ranges) set.fill(1, first, last + 1);
  return { kind: 'bytes', set };
}

/** Any one of some ASCII characters. */
export const oneOf = (characters: string): Node =>
  bytes(...Array.from(characters, (character) => [character.charCodeAt(0), character.charCodeAt(0)] as const));

/** A literal text. */
export const text = (value: string): Node =>
  sequence(...Array.from(new TextEncoder().encode(value), (byte) => bytes([byte, byte])));

const rest = bytes([0x80, 0xbf]);

/** A character beyond ASCII: table 3-7 of the Unicode standard, which lists what is well-formed. */
export const beyondAscii: Node = choice(
  sequence(bytes([0xc2, 0xdf]), rest),
  sequence(bytes([0xe0, 0xe0]), bytes([0xa0, 0xbf]), rest),
  sequence(bytes([0xe1, 0xec], [0xee, 0xef]), rest, rest),
  sequence(bytes([0xed, 0xed]), bytes([0x80, 0x9f]), rest),
  sequence(bytes([0xf0, 0xf0]), bytes([0x90, 0xbf]), rest, rest),
  sequence(bytes([0xf1, 0xf3]), rest, rest, rest),
  sequence(bytes([0xf4, 0xf4]), bytes([0x80, 0x8f]), rest, rest),
);

/** Least number of bytes that each node matches; infinity for a node that matches no text, such as one that always contains itself. */
export function leastBytes(root: Node): ReadonlyMap<Node, number> {
  const all = new Set<Node>([root]);
  for (const node of all) for (const child of childrenOf(node)) all.add(child);
  const least = new Map<Node, number>(Array.from(all, (node) => [node, Number.POSITIVE_INFINITY]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of Array.from(all).reverse()) {
      const value = leastOf(node, (child) => least.get(child)!);
      if (value < least.get(node)!) {
        least.set(node, value);
        changed = true;
      }
    }
  }
  return least;
}

function childrenOf(node: Node): readonly Node[] {
  if (node.kind === 'bytes') return [];
  if (node.kind === 'repeat') return [node.item];
  return node.kind === 'rule' ? [node.node()] : node.items;
}

function leastOf(node: Node, of: (child: Node) => number): number {
  if (node.kind === 'bytes') return 1;
  if (node.kind === 'rule') return of(node.node());
  if (node.kind === 'choice') return Math.min(...node.items.map(of));
  if (node.kind === 'sequence') return node.items.reduce((sum, item) => sum + of(item), 0);
  if (node.least > node.most) return Number.POSITIVE_INFINITY;
  return node.least === 0 ? 0 : node.least * of(node.item);
}
