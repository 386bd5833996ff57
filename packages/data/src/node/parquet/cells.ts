import type { ParquetParsers, SchemaElement } from 'hyparquet';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parsers of stored values for `cellText`: dates and times as ISO 8601 with all digits, which a Date would lose; bytes for text that is not
 * UTF-8, so that an error can name the row.
 */
export function parsersOf({ logical_type: logical }: SchemaElement): Partial<ParquetParsers> {
  // A time without a zone is local and has no Z.
  const zone = logical?.type === 'TIMESTAMP' && !logical.isAdjustedToUTC ? '' : 'Z';
  return {
    stringFromBytes: (bytes) => decoded(bytes),
    dateFromDays: (days) => new Date(days * 86_400_000).toISOString().split('T')[0],
    timestampFromMilliseconds: (count) => timestamp(BigInt(count) * 1_000_000n, zone),
    timestampFromMicroseconds: (count) => timestamp(BigInt(count) * 1000n, zone),
    timestampFromNanoseconds: (count) => timestamp(BigInt(count), zone),
  };
}

/**
 * A value as text: null is empty, numbers are decimal, booleans `true` and `false`, nested values JSON; undefined for bytes that are
 * not text.
 */
export function cellText(value: unknown, element: SchemaElement): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return numberText(value, element);
  if (value instanceof Uint8Array) return undefined;
  return typeof value === 'object' ? JSON.stringify(value, jsonValue) : String(value);
}

function numberText(value: number, { type, converted_type: kind, scale = 0 }: SchemaElement): string {
  if (kind === 'DECIMAL') return value.toFixed(scale);
  return type === 'FLOAT' ? shortestFloat32(value) : String(value);
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
function jsonValue(_key: string, value: unknown): unknown {
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
