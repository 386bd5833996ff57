import { writeFileAtomically } from '@attune/internal/node';
import { serializeHeader } from '../../checkpoint/serialize-header';

/** A float32 tensor to write. */
export interface WritableTensor {
  /** Unique name in the file. */
  readonly name: string;
  /** Size of each dimension. */
  readonly shape: readonly number[];
  /** The elements, row-major. */
  readonly data: Float32Array;
}

/**
 * Writes float32 tensors to a safetensors file atomically, tensor by tensor and without copying their arrays.
 *
 * The bytes are those that the reference writes. Throws a `TypeError` for data other than a `Float32Array` and a `RangeError` for a
 * shape that does not fit the data or for a repeated name; then nothing is written.
 *
 * @example
 * await writeSafetensors('model.safetensors', [{ name: 'w', shape: [2, 3], data: new Float32Array(6) }]);
 */
export async function writeSafetensors(
  path: string,
  tensors: Iterable<WritableTensor>,
  {
    metadata,
  }: {
    /** `__metadata__` of the header; default none. */
    readonly metadata?: Readonly<Record<string, string>>;
  } = {},
): Promise<void> {
  const all = Array.from(tensors);
  all.forEach(checkTensor);
  const { bytes, header } = serializeHeader(
    all.map(({ name, shape }) => ({ name, shape, dtype: 'F32' })),
    metadata,
  );
  const dataOf = new Map(all.map(({ name, data }) => [name, data]));
  await writeFileAtomically(path, async (file) => {
    await file.writeFile(bytes);
    for (const name of header.tensors.keys()) {
      const { buffer, byteOffset, byteLength } = dataOf.get(name)!;
      await file.writeFile(new Uint8Array(buffer, byteOffset, byteLength));
    }
  });
}

function checkTensor({ name, shape, data }: WritableTensor): void {
  if (!(data instanceof Float32Array)) {
    throw new TypeError(`writeSafetensors: ${name} expected data in a Float32Array, got ${typeof data}`);
  }
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  if (size !== data.length || !shape.every((dimension) => Number.isInteger(dimension) && dimension >= 0)) {
    throw new RangeError(`writeSafetensors: ${name} [${shape}] expected ${size} elements, got ${data.length}`);
  }
}
