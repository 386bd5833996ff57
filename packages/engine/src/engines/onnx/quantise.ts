import type { HostTensor } from '../../tensor';

/** A matrix [rows, columns] as integers in [−largest, largest], each row with a scale of its own: symmetric quantisation. */
export interface Quantisation {
  readonly largest: number;
  /** Laid out [columns, rows]. */
  readonly transposed?: boolean;
}

/** What one unit of each row's integers is worth: max|row| / largest, and 1 for a row of zeros. */
export function rowScales({ data, shape: [rows] }: HostTensor, { largest }: Quantisation): Float32Array<ArrayBuffer> {
  const width = data.length / rows;
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let most = 0;
    for (let i = row * width; i < (row + 1) * width; i++) most = Math.max(most, Math.abs(data[i]));
    scales[row] = most === 0 ? 1 : most / largest;
  }
  return scales;
}

/** The integers of a matrix: round(value / scale of its row), so within half a unit of each value. */
export function quantiseRows(matrix: HostTensor, quantisation: Quantisation): Int8Array<ArrayBuffer> {
  const { data } = matrix;
  const scales = rowScales(matrix, quantisation);
  const rows = scales.length;
  const width = data.length / rows;
  const [rowStride, columnStride] = quantisation.transposed ? [1, rows] : [width, 1];
  const out = new Int8Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < width; column++)
      out[row * rowStride + column * columnStride] = Math.round(data[row * width + column] / scales[row]);
  return out;
}
