import {
  dequantizeInto,
  type HostTensor,
  type QuantizedFormat,
  quantizedBlock,
  quantizedLayout,
  quantizedLevels,
  quantizedSpecs,
  sizeOf,
} from '@attune/engine';

/** A matrix in 8 or 4 bits, as `quantizedLinear` takes it. */
export interface QuantizedTensors {
  /** [rows, groups, bytes per group] uint8 */
  readonly codes: HostTensor;
  /** [rows, blocks] float32: value of one unit of a block's levels */
  readonly scales: HostTensor;
}

/**
 * Quantizes a matrix in blocks of 64 numbers of a row. Each number becomes the nearest of the format's levels times the block's scale.
 *
 * - `int8`: 255 levels from −127 to 127, the scale max|x| / 127.
 * - `int4`: 16 levels from −8 to 7, the scale that maps the number furthest from zero to −8 (it may be negative), as in ggml's Q4_0.
 * - `nf4`: QLoRA's 16 levels, denser around zero, the scale max|x|. Codes and scales are those of bitsandbytes, packed row by row.
 *
 * @param values [rows · columns]
 * @throws RangeError for a wrong number of values, or a value that is not finite
 * @see Dettmers et al.: QLoRA (2023); bitsandbytes' `quantize_4bit` (blocksize 64, no double quantization) and `dQuantizeNF4`
 * @example
 * const { codes, scales } = quantizeMatrix(weights, [2048, 5632], 'nf4'); // 4.5 bits per number
 */
export function quantizeMatrix(
  values: Float32Array,
  shape: readonly number[],
  format: QuantizedFormat,
): QuantizedTensors {
  const [rows, columns] = shape;
  if (shape.length !== 2 || values.length !== rows * columns)
    throw new RangeError(`quantizeMatrix: expected a shape with ${values.length} numbers, got [${shape}]`);
  const { codes, scales } = quantizedSpecs(format, shape);
  const data = { codes: new Uint8Array(sizeOf(codes.shape)), scales: new Float32Array(sizeOf(scales.shape)) };
  quantizeRows(values, { format, columns }, data);
  return { codes: { ...codes, data: data.codes }, scales: { ...scales, data: data.scales } };
}

function quantizeRows(
  values: Float32Array,
  { format, columns }: { format: QuantizedFormat; columns: number },
  { codes, scales }: { codes: Uint8Array; scales: Float32Array },
): void {
  const { blocks, groups, groupBytes, byteOf, shiftOf } = quantizedLayout(format, columns);
  const all = Array.from({ length: blocks * quantizedBlock }, (_, column) => column);
  const [bytes, shifts] = [Int32Array.from(all, byteOf), Int32Array.from(all, shiftOf)];
  const { scaleOf, encode, zero } = coders[format];
  const ofRow = new Uint8Array(all.length);
  for (let row = 0; row * columns < values.length; row++) {
    ofRow.fill(zero);
    for (let block = 0; block * quantizedBlock < columns; block++) {
      const from = row * columns + block * quantizedBlock;
      const part = values.subarray(from, Math.min(from + quantizedBlock, (row + 1) * columns));
      const scale = Math.fround(scaleOf(furthest(part, from)));
      scales[row * blocks + block] = scale;
      if (scale !== 0) encode(part, scale, ofRow, block * quantizedBlock);
    }
    const start = row * groups * groupBytes;
    for (let i = 0; i < ofRow.length; i++) codes[start + bytes[i]] |= ofRow[i] << shifts[i];
  }
}

/**
 * The numbers that a quantized matrix represents.
 *
 * @param shape [rows, columns] of the matrix
 * @example
 * const values = dequantizeMatrix(quantizeMatrix(weights, [2, 64], 'int8'), [2, 64], 'int8'); // within max|block| / 254
 */
export function dequantizeMatrix(
  { codes, scales }: QuantizedTensors,
  shape: readonly number[],
  format: QuantizedFormat,
): Float32Array<ArrayBuffer> {
  const data = { format, columns: shape[1], codes: codes.data, scales: scales.data };
  return dequantizeInto(data, new Float32Array(sizeOf(shape)));
}

interface Coder {
  /** Scale of a block, from its number furthest from zero. */
  readonly scaleOf: (furthest: number) => number;
  /** Writes the codes of the nearest levels, starting at `at`. */
  readonly encode: (values: Float32Array, scale: number, codes: Uint8Array, at: number) => void;
  /** The code of zero. */
  readonly zero: number;
}

const coders: Readonly<Record<QuantizedFormat, Coder>> = {
  int8: { scaleOf: (furthest) => Math.abs(furthest) / 127, encode: evenly(128), zero: 128 },
  int4: { scaleOf: (furthest) => (furthest === 0 ? 0 : furthest / -8), encode: evenly(8), zero: 8 },
  nf4: { scaleOf: Math.abs, encode: byNormalFloats, zero: 7 },
};

function evenly(zero: number): Coder['encode'] {
  const last = 2 * zero - 1;
  return (values, scale, codes, at) => {
    for (let i = 0; i < values.length; i++)
      codes[at + i] = Math.min(Math.max(Math.round(values[i] / scale) + zero, 0), last);
  };
}

const middles = quantizedLevels.nf4.slice(1).map((level, i) => (level + quantizedLevels.nf4[i]) / 2);

/** Index of the nearest of 16 ascending levels, by four comparisons with the midpoints between them. */
function byNormalFloats(values: Float32Array, scale: number, codes: Uint8Array, at: number): void {
  for (let i = 0; i < values.length; i++) {
    const scaled = values[i] / scale;
    let code = scaled > middles[7] ? 8 : 0;
    if (scaled > middles[code + 3]) code += 4;
    if (scaled > middles[code + 1]) code += 2;
    if (scaled > middles[code]) code += 1;
    codes[at + i] = code;
  }
}

/** @param from offset of the block in the matrix */
function furthest(values: Float32Array, from: number): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]);
    if (!(size < Number.POSITIVE_INFINITY))
      throw new RangeError(
        `quantizeMatrix: expected finite numbers, got ${values[i]} at ${from + i}; the weights are damaged`,
      );
    if (size > Math.abs(most)) most = values[i];
  }
  return most;
}
