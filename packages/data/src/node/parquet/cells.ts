import type { ParquetParsers, SchemaElement } from 'hyparquet';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parsers of stored values for `cellText`: dates and times as ISO 8601 with all digits, which a Date would lose; bytes for text that is not
 * UTF-8, so that an error can name the row.
 */
export function parsersOf(leaves: readonly SchemaElement[]): Partial<ParquetParsers> {
  // A time without a zone is local and has no Z.
  const isLocal = ({ logical_type: logical }: SchemaElement) =>
    logical?.type === 'TIMESTAMP' && !logical.isAdjustedToUTC;
  const zone = leaves.some(isLocal) ? '' : 'Z';
  return {
    stringFromBytes: (bytes) => decoded(bytes),
    dateFromDays: (days) => new Date(days * 86_400_000).toISOString().split('T')[0],
    timestampFromMilliseconds: (count) => timestamp(BigInt(count) * 1_000_000n, zone),
    timestampFromMicroseconds: (count) => timestamp(BigInt(count) * 1000n, zone),
    timestampFromNanoseconds: (count) => timestamp(BigInt(count), zone),
  };
}

/**
 * A value as text: null is empty, numbers are decimal, booleans `true` and `false`, times of day `09:30:00`, nested values JSON; undefined for
 * bytes that are not text.
 *
 * @param leaves the elements that hold the values of its column: one, except in structures of several fields
 */
export function cellText(value: unknown, leaves: readonly SchemaElement[]): string | undefined {
  const [leaf] = leaves;
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'bigint') return numberText(value, leaf);
  if (value instanceof Uint8Array) return undefined;
  if (typeof value !== 'object') return String(value);
  return JSON.stringify(value, leaves.length === 1 ? (_, own) => jsonOf(own, leaf) : (_, own) => jsonValue(own));
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

/** A nested value for JSON: numbers with the digits that their column has. */
function jsonOf(value: unknown, leaf: SchemaElement): unknown {
  if (typeof value !== 'number' && typeof value !== 'bigint') return jsonValue(value);
  if (unitsPerSecond(leaf) !== undefined) return numberText(value, leaf);
  return typeof value === 'number' && Number.isFinite(value) ? Number(numberText(value, leaf)) : jsonValue(value);
}

/** The shortest decimal representation of a 32-bit float: 0.1, not 0.10000000149011612. */
function shortestFloat32(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}

/** JSON has neither 64-bit integers nor bytes: integers beyond a double become strings, bytes base 64. */
function jsonValue(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
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
