import { sizeOf, type TensorSpec } from '../tensor';
import { instantiate } from '../wasm';
import { optimizerWasm } from './optimizer-wasm';

/** A trained parameter with gradient and moments, in one WebAssembly memory. */
export interface TrainableArrays {
  readonly parameter: Float32Array;
  readonly gradient: Float32Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Gradient of one batch, before it is added to `gradient`. Otherwise never touched, so that it takes no memory. */
  readonly fresh: Float32Array;
  /** Working space of the kernels: 16 float64 for a norm, and decay factors. */
  readonly sums: Float64Array;
  readonly factors: Float32Array;
  readonly kernels: OptimizerKernels;
}

/** Exports of wasm/optimizer.ts. Addresses are byte offsets; lengths are multiples of 4 elements. */
export interface OptimizerKernels {
  adamw(
    parameter: number,
    gradient: number,
    first: number,
    second: number,
    length: number,
    beta1: number,
    fresh1: number,
    beta2: number,
    fresh2: number,
    keep: number,
    rate: number,
    correction: number,
    epsilon: number,
  ): void;
  adam(
    parameter: number,
    gradient: number,
    first: number,
    second: number,
    length: number,
    beta1: number,
    fresh1: number,
    beta2: number,
    fresh2: number,
    scale: number,
    decay: number,
    rate: number,
    correction: number,
    epsilon: number,
  ): void;
  sgd(
    parameter: number,
    gradient: number,
    buffer: number,
    length: number,
    scale: number,
    decay: number,
    momentum: number,
    nesterov: number,
    rate: number,
  ): void;
  decay(parameter: number, length: number, factors: number, count: number): void;
  addSquares(values: number, length: number, sums: number): void;
  addScaled(sum: number, values: number, length: number, scale: number): void;
}

const pageBytes = 65_536;
/** Largest size of a WebAssembly memory, without a page of working space. */
const memoryBytes = 65_535 * pageBytes;
const sumsLength = 16;
const factorsLength = 1024;
const arraysPerParameter = 5;

/** Elements a SIMD loop covers: a multiple of four; what is past the array's end stays zero. */
export const paddedLength = (length: number): number => Math.ceil(length / 4) * 4;

const bytesFor = (spec: TensorSpec) =>
  paddedLength(sizeOf(spec.shape)) * Float32Array.BYTES_PER_ELEMENT * arraysPerParameter;

/**
 * Zeroed arrays for every trained parameter, in WebAssembly memories of up to 4 GB. The optimizer runs on them with SIMD,
 * and an engine reads and writes them in place.
 *
 * @throws RangeError for a parameter that is too large for one memory
 */
export function trainableMemory(
  specs: Readonly<Record<string, TensorSpec>>,
  limit = memoryBytes,
): Record<string, TrainableArrays> {
  const arrays: Record<string, TrainableArrays> = {};
  for (const names of chunks(specs, limit)) {
    const bytes = names.reduce((sum, name) => sum + bytesFor(specs[name]), 0);
    const memory = new WebAssembly.Memory({ initial: 1 + Math.ceil(bytes / pageBytes) });
    const kernels = instantiate<OptimizerKernels>(optimizerWasm, memory);
    const sums = new Float64Array(memory.buffer, 0, sumsLength);
    const factors = new Float32Array(memory.buffer, sums.byteLength, factorsLength);
    let offset = pageBytes;
    const take = (length: number) => {
      const array = new Float32Array(memory.buffer, offset, length);
      offset += paddedLength(length) * Float32Array.BYTES_PER_ELEMENT;
      return array;
    };
    for (const name of names) {
      const length = sizeOf(specs[name].shape);
      arrays[name] = {
        parameter: take(length),
        gradient: take(length),
        first: take(length),
        second: take(length),
        fresh: take(length),
        sums,
        factors,
        kernels,
      };
    }
  }
  return arrays;
}

/** Names in order, one list per memory. */
function chunks(specs: Readonly<Record<string, TensorSpec>>, limit: number): string[][] {
  const bytesOf = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, bytesFor(spec)]));
  for (const [name, bytes] of Object.entries(bytesOf))
    if (bytes > limit)
      throw new RangeError(
        `training: "${name}" [${specs[name].shape}] needs ${bytes} bytes with its moments, a memory holds ${limit}`,
      );
  return portions(bytesOf, limit);
}

/** Elements of an array, as SIMD loops take them: `length` is a multiple of four. */
export interface Range {
  readonly start: number;
  readonly length: number;
}

export const wholeOf = ({ parameter }: TrainableArrays): Range => ({
  start: 0,
  length: paddedLength(parameter.length),
});

/** Byte offset of an element. */
export const addressOf = (array: Float32Array, { start }: Range): number =>
  array.byteOffset + start * Float32Array.BYTES_PER_ELEMENT;

/**
 * Sum of squares of a gradient in float64, always in the same order.
 *
 * @param ranges ascending parts that start at multiples of 16; the gradient is zero outside of them, so that the sum has the
 *   same bits as over the whole
 */
export function squaredNorm(arrays: TrainableArrays, ranges: Iterable<Range> = [wholeOf(arrays)]): number {
  const { gradient, sums, kernels } = arrays;
  sums.fill(0);
  for (const range of ranges) kernels.addSquares(addressOf(gradient, range), range.length, sums.byteOffset);
  return sums.reduce((total, sum) => total + sum, 0);
}

/** Adds `scale` times the batch's gradient (`fresh`) to the kept one. */
export function addFresh(arrays: TrainableArrays, scale: number, ranges: Iterable<Range> = [wholeOf(arrays)]): void {
  const { gradient, fresh, kernels } = arrays;
  for (const range of ranges)
    kernels.addScaled(addressOf(gradient, range), addressOf(fresh, range), range.length, scale);
}

/** Names in order, in groups of at most `limit` bytes; a larger one is alone. */
export function portions(bytesOf: Readonly<Record<string, number>>, limit: number): string[][] {
  const all: string[][] = [];
  let left = -1;
  for (const [name, bytes] of Object.entries(bytesOf)) {
    if (bytes > left) {
      all.push([]);
      left = limit;
    }
    all.at(-1)!.push(name);
    left -= bytes;
  }
  return all;
}
