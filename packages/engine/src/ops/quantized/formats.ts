import type { TensorSpec } from '../../tensor';

/** Format of a frozen matrix: 8 bits, 4 bits with evenly spaced levels, or 4 bits with QLoRA's NormalFloat levels. */
export type QuantizedFormat = 'int8' | 'int4' | 'nf4';

/** Number of columns that share a scale. */
export const quantizedBlock = 64;

/** Table of bitsandbytes: quantiles of a normal distribution, including 0 and ±1. */
const normalFloats = [
  -1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635, -0.18477343022823334,
  -0.09105003625154495, 0, 0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
  0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1,
];

const evenly = (count: number) => Float32Array.from({ length: count }, (_, code) => code - count / 2);

/**
 * Level of each code, which is multiplied by the scale of its block.
 *
 * @see Dettmers et al.: QLoRA (2023), appendix E; bitsandbytes' `create_normal_map`
 */
export const quantizedLevels: Readonly<Record<QuantizedFormat, Float32Array>> = {
  int8: evenly(256),
  int4: evenly(16),
  nf4: Float32Array.from(normalFloats),
};

/** All formats. */
export const quantizedFormats = Object.keys(quantizedLevels) as readonly QuantizedFormat[];

/** Layout of the codes of a row. */
export interface QuantizedLayout {
  /** Number of blocks, and of scales, per row; the last block may exceed the columns. */
  readonly blocks: number;
  /** Number of groups per row, each of `groupBytes` bytes. */
  readonly groups: number;
  /** Bytes per group. */
  readonly groupBytes: number;
  /** Index of the byte with a column's code, within its row. */
  readonly byteOf: (column: number) => number;
  /** Bits by which a column's code is shifted in its byte: 0 or 4. */
  readonly shiftOf: (column: number) => number;
}

/**
 * Layout of the codes of a row.
 *
 * `int8`: a byte per column. `nf4`: two neighbors per byte, the first in the upper half, as in bitsandbytes. `int4`: the lower
 * halves of a row's bytes hold its first half, the upper halves its second, so that each unpacks into whole blocks.
 *
 * @example
 * const { blocks, byteOf, shiftOf } = quantizedLayout('int4', 768);
 */
export function quantizedLayout(format: QuantizedFormat, columns: number): QuantizedLayout {
  const blocks = Math.ceil(columns / quantizedBlock);
  if (format === 'int8')
    return { blocks, groups: blocks, groupBytes: quantizedBlock, byteOf: (column) => column, shiftOf: () => 0 };
  if (format === 'nf4')
    return {
      blocks,
      groups: blocks,
      groupBytes: quantizedBlock / 2,
      byteOf: (column) => column >> 1,
      shiftOf: (column) => (column % 2 === 0 ? 4 : 0),
    };
  const groups = Math.ceil(blocks / 2);
  const half = groups * quantizedBlock;
  return {
    blocks: 2 * groups,
    groups,
    groupBytes: quantizedBlock,
    byteOf: (column) => column % half,
    shiftOf: (column) => (column < half ? 0 : 4),
  };
}

/**
 * Shapes and types of a matrix [rows, columns] in a format: `codes` [rows, groups, bytes per group], and `scales` [rows, blocks].
 *
 * @example
 * const { codes, scales } = quantizedSpecs('nf4', [768, 768]);
 */
export function quantizedSpecs(
  format: QuantizedFormat,
  [rows, columns]: readonly number[],
): {
  /** [rows, groups, bytes per group] uint8 */
  readonly codes: TensorSpec;
  /** [rows, blocks] float32 */
  readonly scales: TensorSpec;
} {
  const { blocks, groups, groupBytes } = quantizedLayout(format, columns);
  return {
    codes: { shape: [rows, groups, groupBytes], dtype: 'uint8' },
    scales: { shape: [rows, blocks], dtype: 'float32' },
  };
}

/** Attributes of a product with a quantized matrix W: x · Wᵀ, or x · W if `turned`. */
export interface ProductAttributes {
  readonly format: QuantizedFormat;
  /** Columns of W. */
  readonly columns: number;
  readonly turned: boolean;
}

/** A quantized matrix: each code represents its level times the scale of its block. */
export interface QuantizedData {
  /** Format of the codes. */
  readonly format: QuantizedFormat;
  /** Columns of the matrix. */
  readonly columns: number;
  /** In the layout of `quantizedSpecs`. */
  readonly codes: ArrayLike<number>;
  /** One number per block, [rows, blocks], by which the levels are multiplied. */
  readonly scales: ArrayLike<number>;
}

/**
 * Dequantizes into `target` [rows · columns], and returns it.
 *
 * @example
 * const weight = dequantizeInto({ format: 'nf4', columns, codes, scales }, new Float32Array(rows * columns));
 */
export function dequantizeInto<Target extends Float32Array | Float64Array>(
  { format, columns, codes, scales }: QuantizedData,
  target: Target,
): Target {
  const { blocks, groups, groupBytes, byteOf, shiftOf } = quantizedLayout(format, columns);
  const bytes = Int32Array.from({ length: columns }, (_, column) => byteOf(column));
  const shifts = Int32Array.from({ length: columns }, (_, column) => shiftOf(column));
  const levels = quantizedLevels[format];
  const mask = levels.length - 1;
  const rowBytes = groups * groupBytes;
  for (let row = 0, to = 0; to < target.length; row++)
    for (let column = 0; column < columns; column++, to++) {
      const code = (codes[row * rowBytes + bytes[column]] >> shifts[column]) & mask;
      target[to] = levels[code] * scales[row * blocks + Math.floor(column / quantizedBlock)];
    }
  return target;
}
