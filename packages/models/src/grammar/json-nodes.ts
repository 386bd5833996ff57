import { beyondAscii, bytes, choice, type Node, oneOf, optional, repeat, rule, sequence, text } from './nodes';

/** White space between the parts of a value: none, a space, or a line break with indentation. Bounded, because unbounded white space might never end. */
const space = choice(text(''), text(' '), sequence(text('\n'), repeat(text(' '), 0, 16)));

const digit = bytes([0x30, 0x39]);
const hex = bytes([0x30, 0x39], [0x41, 0x46], [0x61, 0x66]);

/** `\u` and four digits, except halves of a surrogate pair: each escape is one character. */
const unicodeEscape = sequence(
  text('u'),
  choice(sequence(oneOf('0123456789ABCEFabcef'), hex, hex, hex), sequence(oneOf('Dd'), oneOf('01234567'), hex, hex)),
);
const character = choice(
  bytes([0x20, 0x21], [0x23, 0x5b], [0x5d, 0x7f]),
  beyondAscii,
  sequence(text('\\'), choice(oneOf('"\\/bfnrt'), unicodeEscape)),
);

/** A string of `least` to `most` characters. */
export const stringNode = (least = 0, most = Number.POSITIVE_INFINITY): Node =>
  sequence(text('"'), repeat(character, least, most), text('"'));

/** Up to 15 digits, which a JavaScript number represents exactly. */
const wholeNumber = choice(text('0'), sequence(bytes([0x31, 0x39]), repeat(digit, 0, 14)));

/** An integer of any sign, or not below 0 or 1. */
export function integerNode(least?: 0 | 1): Node {
  if (least === 1) return sequence(bytes([0x31, 0x39]), repeat(digit, 0, 14));
  return least === 0 ? wholeNumber : sequence(optional(text('-')), wholeNumber);
}

/** A number of any sign, or not below 0. */
export function numberNode(least?: 0): Node {
  const fraction = sequence(text('.'), repeat(digit, 1, 15));
  const exponent = sequence(oneOf('eE'), optional(oneOf('+-')), repeat(digit, 1, 2));
  return sequence(integerNode(least), optional(fraction), optional(exponent));
}

/** A value as `JSON.stringify` writes it. */
export const literalNode = (value: unknown): Node => text(JSON.stringify(value));

const comma = sequence(text(','), space);

/** An array of `least` to `most` items. */
export function arrayNode(item: Node, least = 0, most = Number.POSITIVE_INFINITY): Node {
  if (most < Math.max(1, least)) return least > most ? choice() : text('[]');
  const items = sequence(item, repeat(sequence(comma, item), Math.max(0, least - 1), most - 1));
  const some = sequence(text('['), space, items, space, text(']'));
  return least === 0 ? choice(text('[]'), some) : some;
}

/** A property of an object with a known name. */
export interface Property {
  readonly name: string;
  readonly value: Node;
  readonly isRequired: boolean;
}

const pair = (name: Node, value: Node) => sequence(name, text(':'), optional(text(' ')), value);

/** An object with given properties, in this order; those that are not required may be absent. */
export function objectNode(properties: readonly Property[]): Node {
  const made = new Map<string, Node>();
  const from = (index: number, isFirst: boolean): Node => {
    if (index === properties.length) return isFirst ? text('}') : sequence(space, text('}'));
    const key = `${index} ${isFirst}`;
    const known = made.get(key);
    if (known) return known;
    const { name, value, isRequired } = properties[index];
    const own = sequence(isFirst ? space : comma, pair(literalNode(name), value), from(index + 1, false));
    const node = isRequired ? own : choice(own, from(index + 1, isFirst));
    made.set(key, node);
    return node;
  };
  return sequence(text('{'), from(0, true));
}

/** An object with any names and up to `most` properties. */
export function mapNode(value: Node, most = Number.POSITIVE_INFINITY): Node {
  if (most < 1) return text('{}');
  const own = pair(stringNode(), value);
  const some = sequence(text('{'), space, own, repeat(sequence(comma, own), 0, most - 1), space, text('}'));
  return choice(text('{}'), some);
}

/** Any value. */
export const anyNode: Node = rule(() =>
  choice(
    ...[null, true, false].map(literalNode),
    ...[numberNode(), stringNode(), arrayNode(anyNode), mapNode(anyNode)],
  ),
);

/** A value at the start of a model's answer: at once, after a space or on a new line. */
export const documentNode = (value: Node): Node => sequence(optional(oneOf(' \n')), value);
