/** Element type of a tensor. `bool` has one byte per element; `uint8` is for codes of quantized matrices. */
export type DType = 'float32' | 'int32' | 'bool' | 'uint8';

/** The array of a tensor. */
export type TypedArray = Float32Array | Int32Array | Uint8Array;

/** Shape and type of a tensor. */
export interface TensorSpec {
  /** Size of each dimension; empty for a scalar. */
  readonly shape: readonly number[];
  /** Type of the elements. */
  readonly dtype: DType;
}

/**
 * A tensor in ordinary memory, row-major.
 *
 * @example
 * const matrix: HostTensor = { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2], dtype: 'float32' };
 */
export interface HostTensor extends TensorSpec {
  /** The elements, row-major. */
  readonly data: TypedArray;
}

/** A tensor in ordinary memory whose data is written. */
export interface Destination extends HostTensor {
  /** Whether its elements are zero, so that a sum need not clear them. */
  readonly isZero?: boolean;
}

/** Tensors in ordinary memory, by name. */
export type HostTensors = Readonly<Record<string, HostTensor>>;

/**
 * Number of elements of a shape; 1 for a scalar.
 *
 * @example
 * sizeOf([2, 3]); // 6
 */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

const bytesPerElement: Record<DType, number> = { float32: 4, int32: 4, bool: 1, uint8: 1 };

/** Size of a tensor in bytes. */
export function bytesOf({ shape, dtype }: TensorSpec): number {
  return sizeOf(shape) * bytesPerElement[dtype];
}

/** Array type of each element type. */
export const arrayTypes = {
  float32: Float32Array,
  int32: Int32Array,
  bool: Uint8Array,
  uint8: Uint8Array,
} as const satisfies Record<DType, unknown>;

/** A zeroed array. */
export function allocate(dtype: DType, size: number): TypedArray {
  return new arrayTypes[dtype](size);
}

/** The values of a float64 array, rounded to an element type. */
export function rounded(data: Float64Array, dtype: DType): TypedArray {
  return arrayTypes[dtype].from(data);
}

/** A zeroed tensor. */
export function emptyTensor({ shape, dtype }: TensorSpec): HostTensor {
  return { shape, dtype, data: allocate(dtype, sizeOf(shape)) };
}

/**
 * A float32 tensor. A `Float32Array` is not copied.
 *
 * @param shape default [data.length]
 * @example
 * const x = float32([1, 2, 3, 4], [2, 2]);
 */
export function float32(data: Float32Array | readonly number[], shape: readonly number[] = [data.length]): HostTensor {
  return { data: data instanceof Float32Array ? data : Float32Array.from(data), shape, dtype: 'float32' };
}

/**
 * An int32 tensor. An `Int32Array` is not copied.
 *
 * @param shape default [data.length]
 * @example
 * const ids = int32([101, 102]);
 */
export function int32(data: Int32Array | readonly number[], shape: readonly number[] = [data.length]): HostTensor {
  return { data: data instanceof Int32Array ? data : Int32Array.from(data), shape, dtype: 'int32' };
}

/**
 * A uint8 tensor. A `Uint8Array` is not copied.
 *
 * @param shape default [data.length]
 * @example
 * const codes = uint8([0, 255]);
 */
export function uint8(data: Uint8Array | readonly number[], shape: readonly number[] = [data.length]): HostTensor {
  return { data: data instanceof Uint8Array ? data : Uint8Array.from(data), shape, dtype: 'uint8' };
}

/** A copy of a tensor. */
export function copyTensor(tensor: HostTensor): HostTensor {
  return { ...tensor, data: tensor.data.slice() };
}

/** @throws RangeError if `data` does not fit the shape, TypeError if it does not fit the dtype */
export function checkTensor(where: string, { data, shape, dtype }: HostTensor): void {
  if (data.length !== sizeOf(shape))
    throw new RangeError(
      `${where}: expected ${sizeOf(shape)} elements for shape [${shape}], got ${data.length}; pass the shape the data has`,
    );
  if (data.constructor !== allocate(dtype, 0).constructor)
    throw new TypeError(`${where}: dtype ${dtype} does not fit a ${data.constructor.name}; change one of them`);
}
