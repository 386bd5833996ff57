import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { NativeTensor, TensorflowLibrary, TensorflowSession } from '../compile/tensorflow';
import type { DType, HostTensor, TypedArray } from '../tensor';

/** Functions of the packages' addon that sessions use. */
export interface TensorflowBinding {
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_BOOL: number;
  readonly TF_UINT8: number;
  createTensor(shape: readonly number[], dtype: number, data: TypedArray): number;
  tensorDataSync(id: number): TypedArray;
  deleteTensor(id: number): void;
  loadSavedModel(directory: string, tags: string): number;
  runSavedModel(id: number, inputs: readonly number[], inputNames: string, outputNames: string): TensorInfo[];
  deleteSavedModel(id: number): void;
}

interface TensorInfo {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

interface Native extends NativeTensor {
  readonly id: number;
}

/** Sessions of the packages' addon. Their tensors belong to the addon and are unknown to TensorFlow.js. */
export function tensorflowLibrary(binding: TensorflowBinding): TensorflowLibrary {
  return {
    open: async (savedModel) => {
      const id = await inDirectory(savedModel, (directory) => binding.loadSavedModel(directory, 'serve'));
      return sessionOf(binding, id);
    },
    collect: collectGarbage,
  };
}

/** Writes a temporary directory for TensorFlow, which reads it completely on loading. */
async function inDirectory<T>(savedModel: Uint8Array, load: (directory: string) => T): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'attune-'));
  try {
    await writeFile(join(directory, 'saved_model.pb'), savedModel);
    return load(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function sessionOf(binding: TensorflowBinding, session: number): TensorflowSession {
  return {
    run(feeds, fetches) {
      const made: number[] = [];
      const idOf = (tensor: HostTensor | NativeTensor) => {
        if ('id' in tensor) return (tensor as Native).id;
        const { shape, dtype, data } = tensor as HostTensor;
        made.push(binding.createTensor(shape, numberOf(binding, dtype), data));
        return made.at(-1)!;
      };
      try {
        const inputs = Object.values(feeds).map(idOf);
        const names = Object.keys(feeds).map(port).join();
        const outputs = binding.runSavedModel(session, inputs, names, fetches.map(port).join());
        return fetches.map((_, i) => nativeTensor(binding, outputs[i]));
      } finally {
        for (const id of made) binding.deleteTensor(id);
      }
    },
    close: () => binding.deleteSavedModel(session),
  };
}

const dtypes: readonly DType[] = ['float32', 'int32', 'bool', 'uint8'];

/** The addon's number of an element type. */
function numberOf({ TF_FLOAT, TF_INT32, TF_BOOL, TF_UINT8 }: TensorflowBinding, dtype: DType): number {
  return { float32: TF_FLOAT, int32: TF_INT32, bool: TF_BOOL, uint8: TF_UINT8 }[dtype];
}

/** The addon's name of a value: a node and the number of its output. */
const port = (name: string) => (name.includes(':') ? name : `${name}:0`);

function nativeTensor(binding: TensorflowBinding, { id, shape, dtype: number }: TensorInfo): Native {
  const dtype = dtypes.find((dtype) => numberOf(binding, dtype) === number)!;
  return {
    id,
    shape,
    dtype,
    read: () => ({ data: binding.tensorDataSync(id), shape, dtype }),
    release: () => binding.deleteTensor(id),
  };
}

/** Makes V8 release arrays that are no longer referenced. V8 alone does so late, because memory outside its heap counts little. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
