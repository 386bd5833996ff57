import { type QuantisedFormat, quantisedBlock, quantisedLayout } from '../../kernels/quantized/formats';
import type { HostTensor } from '../../tensor';
import type { PortableLowerings } from './portable';

/** How some kernels are written into a file for onnxruntime alone, where a parameter is a constant. */
export const runtimeLowerings: PortableLowerings = {
  // A constant matrix in 4 bits is arranged for the processor once, and read as it is: a token of a Llama took a fifth of the
  // time (measured). In 8 bits there is no such product in float32, and none with nf4's levels.
  QuantizedLinear: ({ inputs: { x, codes, scales }, attributes, outputs: [out] }, { graph, parameters }) => {
    const { format, columns, turned } = attributes as { format: QuantisedFormat; columns: number; turned: boolean };
    const [own, factors] = [parameters.get(codes.name), parameters.get(scales.name)];
    if (format !== 'int4' || turned || !own || !factors) return false;
    const [rows] = codes.shape;
    const blocks = Math.ceil(columns / quantisedBlock);
    const pairs = graph.weight(`${codes.name}.pairs`, {
      dtype: 'uint8',
      shape: [rows, blocks, quantisedBlock / 2],
      data: () => pairsOf(own, columns),
    });
    const perBlock = graph.weight(`${scales.name}.blocks`, {
      dtype: 'float32',
      shape: [rows * blocks],
      data: () => firstOfRows(factors, blocks),
    });
    const sizes = { K: columns, N: rows, bits: 4, block_size: quantisedBlock };
    graph.emit('MatMulNBits', [x.name, pairs, perBlock], [out.name], sizes, 'com.microsoft');
    return true;
  },
};

/** Codes of 4 bits, neighbours in a byte, the first in its lower half; what a row lacks of whole blocks is zero. */
function pairsOf({ data, shape: [rows, groups, groupBytes] }: HostTensor, columns: number): Uint8Array<ArrayBuffer> {
  const { byteOf, shiftOf } = quantisedLayout('int4', columns);
  const bytes = Int32Array.from({ length: columns }, (_, column) => byteOf(column));
  const shifts = Int32Array.from({ length: columns }, (_, column) => shiftOf(column));
  const rowBytes = (Math.ceil(columns / quantisedBlock) * quantisedBlock) / 2;
  const pairs = new Uint8Array(rows * rowBytes);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const code = (data[row * groups * groupBytes + bytes[column]] >> shifts[column]) & 15;
      pairs[row * rowBytes + (column >> 1)] |= code << (4 * (column & 1));
    }
  return pairs;
}

/** The first `count` of each row. */
function firstOfRows({ data, shape: [rows, width] }: HostTensor, count: number): Float32Array<ArrayBuffer> {
  const first = new Float32Array(rows * count);
  for (let row = 0; row < rows; row++)
    first.set((data as Float32Array).subarray(row * width, row * width + count), row * count);
  return first;
}
