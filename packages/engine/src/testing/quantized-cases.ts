import type { Tensor } from '@tensorflow/tfjs-core';
import { type QuantisedFormat, quantisedFormats, quantisedSpecs } from '../kernels/quantized/formats';
import { quantizedLinear } from '../ops/quantized-linear';
import { type HostTensors, sizeOf, uint8 } from '../tensor';
import { randomFloats, randomIntegers, randomPositive } from './random-tensors';

/** A layer whose frozen matrix [7, columns] is quantised: whole blocks of 64 columns, an odd number of them, and a part of one. */
export interface QuantizedCase {
  readonly title: string;
  readonly matrix: HostTensors;
  /** [3, columns] */
  readonly x: HostTensors[string];
  readonly layer: (x: Tensor, matrix: Readonly<Record<string, Tensor>>) => Tensor;
}

const sizes = [128, 64, 150];

export const quantizedCases: readonly QuantizedCase[] = quantisedFormats.flatMap((format) =>
  sizes.map((columns) => ({
    title: `quantizedLinear, ${format} of ${columns} columns`,
    matrix: matrixOf(format, columns),
    x: randomFloats([3, columns], 51),
    layer: (x, { codes, scales }) => quantizedLinear(x, { format, codes, scales }),
  })),
);

function matrixOf(format: QuantisedFormat, columns: number): HostTensors {
  const { codes, scales } = quantisedSpecs(format, [7, columns]);
  const bytes = Uint8Array.from(randomIntegers([sizeOf(codes.shape)], 52, 256).data);
  return { codes: uint8(bytes, codes.shape), scales: randomPositive(scales.shape, 53, 0.2) };
}
