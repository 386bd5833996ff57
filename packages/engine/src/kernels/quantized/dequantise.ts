import { type QuantisedFormat, quantisedBlock, quantisedLayout, quantisedLevels } from './formats';

/** A matrix whose numbers are codes of a format, each standing for its level times its block's scale. */
export interface QuantisedData {
  readonly format: QuantisedFormat;
  /** Columns of the matrix. */
  readonly columns: number;
  /** As `quantisedSpecs` lays them out. */
  readonly codes: ArrayLike<number>;
  readonly scales: ArrayLike<number>;
}

/** The numbers that the codes stand for, row by row, into `target` [rows · columns]. */
export function dequantiseInto<Target extends Float32Array | Float64Array>(
  { format, columns, codes, scales }: QuantisedData,
  target: Target,
): Target {
  const { blocks, groups, groupBytes, byteOf, shiftOf } = quantisedLayout(format, columns);
  const bytes = Int32Array.from({ length: columns }, (_, column) => byteOf(column));
  const shifts = Int32Array.from({ length: columns }, (_, column) => shiftOf(column));
  const levels = quantisedLevels[format];
  const mask = levels.length - 1;
  const rowBytes = groups * groupBytes;
  for (let row = 0, to = 0; to < target.length; row++)
    for (let column = 0; column < columns; column++, to++) {
      const code = (codes[row * rowBytes + bytes[column]] >> shifts[column]) & mask;
      target[to] = levels[code] * scales[row * blocks + Math.floor(column / quantisedBlock)];
    }
  return target;
}
