/** Bytes per element of each safetensors dtype, widest last: the reverse of the order in which the reference lays tensors out. */
export const bytesPerElement = {
  BOOL: 1,
  F4: 0.5,
  F6_E2M3: 0.75,
  F6_E3M2: 0.75,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  F8_E8M0: 1,
  F8_E4M3FNUZ: 1,
  F8_E5M2FNUZ: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  C64: 8,
  F64: 8,
  I64: 8,
  U64: 8,
} as const;

export type SafetensorsDtype = keyof typeof bytesPerElement;

export function isDtype(value: unknown): value is SafetensorsDtype {
  return typeof value === 'string' && Object.hasOwn(bytesPerElement, value);
}

/** Array type of each readable dtype; floats become float32. */
const arrays = {
  F32: Float32Array,
  F16: Float32Array,
  BF16: Float32Array,
  F64: Float32Array,
  I64: BigInt64Array,
  I32: Int32Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;

export type ReadableDtype = keyof typeof arrays;
export type TensorData = Float32Array | Int32Array | Uint8Array | BigInt64Array;

export function isReadable(dtype: SafetensorsDtype): dtype is ReadableDtype {
  return Object.hasOwn(arrays, dtype);
}

export function isFloat(dtype: SafetensorsDtype): boolean {
  return isReadable(dtype) && arrays[dtype] === Float32Array;
}

/** An array of zeros for a tensor's elements. */
export function allocate(dtype: ReadableDtype, length: number): TensorData {
  return new arrays[dtype](length);
}

/** Dtypes that are converted to float32 while reading. */
export type ConvertedDtype = 'F16' | 'BF16' | 'F64';

export function isConverted(dtype: SafetensorsDtype): dtype is ConvertedDtype {
  return Object.hasOwn(converters, dtype);
}

const converters: Readonly<Record<ConvertedDtype, (bytes: Uint8Array, target: Float32Array) => void>> = {
  F16: halfToFloat32,
  BF16: bfloat16ToFloat32,
  F64: doubleToFloat32,
};

/**
 * Converts little-endian elements to float32, into `target`.
 *
 * F16 and BF16 are exact; F64 rounds to the nearest float32 (beyond its range, to ±Infinity).
 *
 * @param bytes [target.length × bytes of the dtype]
 */
export function convertToFloat32(dtype: ConvertedDtype, bytes: Uint8Array, target: Float32Array): void {
  converters[dtype](bytes, target);
}

function halfToFloat32(bytes: Uint8Array, target: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i] = half(bytes[2 * i] | (bytes[2 * i + 1] << 8));
}

/** IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** bfloat16 is the upper half of a float32. */
function bfloat16ToFloat32(bytes: Uint8Array, target: Float32Array): void {
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let i = 0; i < bits.length; i++) bits[i] = (bytes[2 * i] << 16) | (bytes[2 * i + 1] << 24);
}

function doubleToFloat32(bytes: Uint8Array, target: Float32Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < target.length; i++) target[i] = view.getFloat64(8 * i, true);
}
