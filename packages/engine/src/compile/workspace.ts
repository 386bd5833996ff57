import { arrayTypes, bytesOf, type HostTensor, sizeOf, type TensorSpec, type TypedArray } from '../tensor';

/** Tensors with undefined content, valid until they are returned. */
export interface Borrowed<Key> {
  readonly tensors: ReadonlyMap<Key, HostTensor>;
  giveBack(): void;
}

/**
 * Memory for tensors that are needed only during a run. Programs of all shapes share one block, as large as the largest run needs.
 */
export interface Workspace {
  borrow<Key>(specs: Iterable<readonly [Key, TensorSpec]>): Borrowed<Key>;
}

/** Where a tensor may begin, in bytes. */
const alignment = 64;

export function createWorkspace(): Workspace {
  let idle: ArrayBuffer | undefined;
  const take = (bytes: number): ArrayBuffer => {
    const block = idle && idle.byteLength >= bytes ? idle : new ArrayBuffer(bytes);
    idle = undefined;
    return block;
  };
  const giveBack = (block: ArrayBuffer) => {
    if (!idle || idle.byteLength < block.byteLength) idle = block;
  };
  return {
    borrow(specs) {
      let bytes = 0;
      const places = Array.from(specs, ([key, spec]) => {
        const place = { key, spec, at: bytes };
        bytes += Math.ceil(bytesOf(spec) / alignment) * alignment;
        return place;
      });
      const block = take(bytes);
      const tensors = new Map(places.map(({ key, spec, at }) => [key, { ...spec, data: over(block, at, spec) }]));
      return { tensors, giveBack: () => giveBack(block) };
    },
  };
}

const over = (block: ArrayBuffer, at: number, { dtype, shape }: TensorSpec): TypedArray =>
  new arrayTypes[dtype](block, at, sizeOf(shape));
