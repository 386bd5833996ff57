import { bytesPerElement, type SafetensorsDtype } from './dtypes';
import { lengthBytes, type SafetensorsHeader, type TensorInfo } from './safetensors';

interface TensorShape {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
}

const rank = new Map(Object.keys(bytesPerElement).map((dtype, i) => [dtype, i]));
const alignment = 8;

/**
 * The header of a safetensors file and the location of each tensor, byte for byte as the reference writes them.
 *
 * Tensors are ordered by dtype, widest first, then by name. The header is padded with spaces to a multiple of 8 bytes.
 * A repeated name, or `__metadata__` as a name, throws a `RangeError`.
 *
 * @example
 * const { bytes, header } = serializeHeader([{ name: 'w', dtype: 'F32', shape: [2, 3] }]);
 * header.tensors.get('w'); // { dtype: 'F32', shape: [2, 3], start: 0, end: 24 }
 */
export function serializeHeader(
  tensors: readonly TensorShape[],
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): { readonly bytes: Uint8Array; readonly header: SafetensorsHeader } {
  const placed = place(tensors);
  const entries = Array.from(placed, ([name, { dtype, shape, start, end }]) => {
    return [name, { dtype, shape, data_offsets: [start, end] }] as const;
  });
  const first = Object.keys(metadata).length > 0 ? [['__metadata__', metadata] as const] : [];
  // Written one by one: an object would move names that look like integers to the front.
  const members = [...first, ...entries].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const bytes = withLength(new TextEncoder().encode(`{${members.join(',')}}`));
  return { bytes, header: { metadata, tensors: placed, dataStart: bytes.length } };
}

function place(tensors: readonly TensorShape[]): Map<string, TensorInfo> {
  const placed = new Map<string, TensorInfo>();
  let start = 0;
  for (const { name, dtype, shape } of tensors.toSorted(byWidthThenName)) {
    if (placed.has(name) || name === '__metadata__') {
      throw new RangeError(
        `serializeHeader: expected each tensor under its own name, got ${JSON.stringify(name)} again`,
      );
    }
    const end = start + shape.reduce((size, dimension) => size * dimension, bytesPerElement[dtype]);
    placed.set(name, { dtype, shape, start, end });
    start = end;
  }
  return placed;
}

function byWidthThenName(a: TensorShape, b: TensorShape): number {
  const wider = rank.get(b.dtype)! - rank.get(a.dtype)!;
  return wider || (a.name < b.name ? -1 : Number(a.name > b.name));
}

function withLength(json: Uint8Array): Uint8Array {
  const length = Math.ceil(json.length / alignment) * alignment;
  const bytes = new Uint8Array(lengthBytes + length).fill(' '.charCodeAt(0));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, lengthBytes);
  return bytes;
}
