/** Element types that cross the engine's border: `bool` is one byte an element, `uint8` the codes of a quantized matrix. */
export type DType = 'float32' | 'int32' | 'bool' | 'uint8';

export type TypedArray = Float32Array | Int32Array | Uint8Array;

/** What is known of a tensor before it is computed. */
export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** A tensor in ordinary memory, row-major. */
export interface HostTensor extends TensorSpec {
  readonly data: TypedArray;
}

/** A tensor in ordinary memory that is written into. */
export interface Destination extends HostTensor {
  /** Its elements are known to be zero, so that a sum need not clear them first. */
  readonly isZero?: boolean;
}

export type HostTensors = Readonly<Record<string, HostTensor>>;

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

const bytesPerElement: Record<DType, number> = { float32: 4, int32: 4, bool: 1, uint8: 1 };

/** Bytes a dense tensor takes. */
export function bytesOf({ shape, dtype }: TensorSpec): number {
  return sizeOf(shape) * bytesPerElement[dtype];
}

/** The arrays that hold each element type. */
export const arrayTypes = {
  float32: Float32Array,
  int32: Int32Array,
  bool: Uint8Array,
  uint8: Uint8Array,
} as const satisfies Record<DType, unknown>;

/** A zeroed array for the given number of elements. */
export function allocate(dtype: DType, size: number): TypedArray {
  return new arrayTypes[dtype](size);
}

/** A float64 array as the array type of `dtype`. */
export function rounded(data: Float64Array, dtype: DType): TypedArray {
  return arrayTypes[dtype].from(data);
}

/** A zeroed tensor. */
export function emptyTensor({ shape, dtype }: TensorSpec): HostTensor {
  return { shape, dtype, data: allocate(dtype, sizeOf(shape)) };
}

/** A float32 tensor over `data`, which is not copied. */
export function float32(data: Float32Array | readonly number[], shape: readonly number[] = [data.length]): HostTensor {
  return { data: data instanceof Float32Array ? data : Float32Array.from(data), shape, dtype: 'float32' };
}

/** An int32 tensor over `data`, which is not copied. */
export function int32(data: Int32Array | readonly number[], shape: readonly number[] = [data.length]): HostTensor {
  return { data: data instanceof Int32Array ? data : Int32Array.from(data), shape, dtype: 'int32' };
}

/** A uint8 tensor over `data`, which is not copied. */
export function uint8(data: Uint8Array | readonly number[], shape: readonly number[] = [data.length]): HostTensor {
  return { data: data instanceof Uint8Array ? data : Uint8Array.from(data), shape, dtype: 'uint8' };
}

/** The same tensor over an array of its own. */
export function copyTensor(tensor: HostTensor): HostTensor {
  return { ...tensor, data: tensor.data.slice() };
}

/** Throws unless `tensor.data` has as many elements as its shape says and the type its dtype says. */
export function checkTensor(where: string, { data, shape, dtype }: HostTensor): void {
  if (data.length !== sizeOf(shape))
    throw new RangeError(
      `${where}: expected ${sizeOf(shape)} elements for shape [${shape}], got ${data.length}; pass the shape the data has`,
    );
  if (data.constructor !== allocate(dtype, 0).constructor)
    throw new TypeError(`${where}: dtype ${dtype} does not fit a ${data.constructor.name}; change one of them`);
}
