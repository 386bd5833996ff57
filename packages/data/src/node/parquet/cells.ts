import type { ParquetParsers, SchemaElement, SchemaTree } from 'hyparquet';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A point in time, which is written when it is known whether it has a zone. */
class Instant {
  constructor(readonly nanoseconds: bigint) {}
}

/**
 * Parsers of stored values for `cellText`: times with all digits, which a Date would lose; bytes for text that is not UTF-8, so that an
 * error can name the row.
 */
export const parsers: Partial<ParquetParsers> = {
  stringFromBytes: (bytes) => decoded(bytes),
  dateFromDays: (days) => new Date(days * 86_400_000).toISOString().split('T')[0],
  timestampFromMilliseconds: (count) => new Instant(BigInt(count) * 1_000_000n),
  timestampFromMicroseconds: (count) => new Instant(BigInt(count) * 1000n),
  timestampFromNanoseconds: (count) => new Instant(BigInt(count)),
};

/**
 * A value as text: null is empty, numbers are decimal, booleans `true` and `false`, dates and times ISO 8601, nested values JSON; undefined for
 * bytes that are not text.
 *
 * @param tree the column's element, and the parts of a list or a structure
 */
export function cellText(value: unknown, tree: SchemaTree): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'bigint') return numberText(value, tree.element);
  if (value instanceof Instant) return instantText(value, tree.element);
  if (value instanceof Uint8Array) return undefined;
  return typeof value === 'object' ? JSON.stringify(nested(value, tree)) : String(value);
}

/** A value within a list or a structure, for JSON, which has neither 64-bit integers nor bytes: larger ones become strings, bytes base 64. */
function nested(value: unknown, tree: SchemaTree): unknown {
  if (value instanceof Instant) return instantText(value, tree.element);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'number' || typeof value === 'bigint') return nestedNumber(value, tree.element);
  if (Array.isArray(value)) return value.map((item) => nested(item, itemOf(tree)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, nested(own, memberOf(tree, key))]));
}

function nestedNumber(value: number | bigint, element: SchemaElement): unknown {
  if (unitsPerSecond(element) !== undefined) return numberText(value, element);
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return Number.isFinite(value) ? Number(numberText(value, element)) : value;
}

/** The part of a list that describes an item: below the group that repeats, if there is one. */
function itemOf(tree: SchemaTree): SchemaTree {
  const [repeated] = tree.children;
  if (tree.children.length !== 1 || repeated.element.repetition_type !== 'REPEATED') return tree;
  return repeated.children.length === 1 ? repeated.children[0] : repeated;
}

/** The part of a structure with a name, or the values of a map. */
function memberOf(tree: SchemaTree, name: string): SchemaTree {
  const own = tree.children.find(({ element }) => element.name === name);
  return own ?? tree.children[0]?.children[1] ?? tree;
}

function numberText(value: number | bigint, element: SchemaElement): string {
  const { type, converted_type: kind, scale = 0 } = element;
  const perSecond = unitsPerSecond(element);
  if (perSecond !== undefined) return timeOfDay(BigInt(value), perSecond);
  if (typeof value === 'bigint') return String(value);
  if (kind === 'DECIMAL') return value.toFixed(scale);
  return type === 'FLOAT' ? shortestFloat32(value) : String(value);
}

/** Units of a time of day per second; undefined for other values. */
function unitsPerSecond({ converted_type: kind, logical_type: logical }: SchemaElement): bigint | undefined {
  if (logical?.type === 'TIME') return { MILLIS: 1000n, MICROS: 1_000_000n, NANOS: 1_000_000_000n }[logical.unit];
  return kind === 'TIME_MILLIS' ? 1000n : kind === 'TIME_MICROS' ? 1_000_000n : undefined;
}

/** `09:30:00.5`, with all digits of a second. */
function timeOfDay(count: bigint, perSecond: bigint): string {
  return timestamp((count * 1_000_000_000n) / perSecond, '').slice('1970-01-01T'.length);
}

/** A time without a zone is local and has no Z. */
function instantText({ nanoseconds }: Instant, { logical_type: logical }: SchemaElement): string {
  return timestamp(nanoseconds, logical?.type === 'TIMESTAMP' && !logical.isAdjustedToUTC ? '' : 'Z');
}

/** The shortest decimal representation of a 32-bit float: 0.1, not 0.10000000149011612. */
function shortestFloat32(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}

function decoded(bytes: Uint8Array): string | Uint8Array {
  try {
    return utf8.decode(bytes);
  } catch {
    return bytes;
  }
}

/** `2024-01-31T09:30:00.5Z`, with all digits of a second. */
function timestamp(nanoseconds: bigint, zone: string): string {
  const second = 1_000_000_000n;
  const rest = ((nanoseconds % second) + second) % second;
  const whole = new Date(Number((nanoseconds - rest) / 1_000_000n)).toISOString().replace('.000Z', '');
  const fraction = rest === 0n ? '' : `.${String(rest).padStart(9, '0').replace(/0+$/, '')}`;
  return `${whole}${fraction}${zone}`;
}
