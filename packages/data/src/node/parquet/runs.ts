export interface Runs {
  readonly start: number;
  readonly end: number;
  /** Bits a value. */
  readonly width: number;
  /** Most values that there can be. */
  readonly count: number;
  /** Whether there have to be so many. */
  readonly isWhole?: boolean;
}

/**
 * Throws RangeError if a run of Parquet's run-length encoding is longer than there are values, which a decoder would go on writing, or if runs
 * end too early, and it would take what follows for more of them.
 *
 * Source: apache/parquet-format, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid".
 */
export function checkRuns(bytes: Uint8Array, { start, end, width, count, isWhole = false }: Runs): void {
  if (width > 32) throw new RangeError(`values of ${width} bits`);
  if (start < 0 || end < start || end > bytes.length) throw new RangeError('runs go beyond their page');
  let offset = start;
  let seen = 0;
  while (seen < count && offset < end) {
    const { value: header, next } = varint(bytes, offset, end);
    const isPacked = (header & 1) === 1;
    const values = isPacked ? (header >>> 1) * 8 : header >>> 1;
    // Packed values come in eights, so that the last of them may be padding.
    if (values > count + (isPacked ? 7 : 0)) throw new RangeError(`a run of ${values} values, of ${count}`);
    offset = next + (isPacked ? (header >>> 1) * width : Math.ceil(width / 8));
    seen += values;
  }
  if (isWhole && seen < count) throw new RangeError(`runs of ${seen} values, of ${count}`);
}

function varint(bytes: Uint8Array, start: number, end: number): { value: number; next: number } {
  let value = 0;
  for (let i = 0; i < 5 && start + i < end; i++) {
    value |= (bytes[start + i] & 0x7f) << (7 * i);
    if (bytes[start + i] < 0x80) return { value, next: start + i + 1 };
  }
  throw new RangeError('a run without a length');
}
