import { join } from 'node:path';
import { openSafetensors, type Weights } from '../../src/node/checkpoint/open-safetensors';
import { type Case, mutatedFile, sameNames, sameNumbers } from './case';
import { layoutOf, type Tensor } from './layout';
import { type FileTensor, type FileTensors, floatsOf, tensorsInFile } from './oracle';
import type { Random } from './random';

/** One of every kind: each dtype that is read, some that are not, a scalar, an empty one. */
const tensors: readonly Tensor[] = [
  { name: 'ids', dtype: 'I64', shape: [1, 3] },
  { name: 'double', dtype: 'F64', shape: [2] },
  { name: 'weight', dtype: 'F32', shape: [2, 3] },
  { name: 'scalar', dtype: 'F32', shape: [] },
  { name: 'empty', dtype: 'F32', shape: [0, 5] },
  { name: 'count', dtype: 'I32', shape: [2] },
  { name: 'half', dtype: 'F16', shape: [2, 2] },
  { name: 'brain', dtype: 'BF16', shape: [3, 2] },
  { name: 'short', dtype: 'U16', shape: [2] },
  { name: 'mask', dtype: 'BOOL', shape: [5] },
  { name: 'bytes', dtype: 'U8', shape: [3] },
];

const file = 'w.safetensors';

/** A file read by the reader itself, which takes every dtype and any number of tensors. */
export function safetensorsCase(random: Random): Case {
  const { mutations, file: bytes } = mutatedFile(layoutOf(tensors, random), random);
  const says = tensorsInFile(bytes);
  return { mutations, files: { [file]: bytes }, load: (directory) => compare(join(directory, file), says) };
}

async function compare(path: string, says: FileTensors | undefined): Promise<string | undefined> {
  const weights = await openSafetensors(path);
  try {
    if (!says) return 'loaded a file that is not valid';
    if (!sameNames([...weights.tensors.keys()], [...says.keys()])) return 'found other names than the file has';
    for (const [name, tensor] of says) {
      const wrong = await compareTensor(weights, name, tensor);
      if (wrong) return `${JSON.stringify(name)}: ${wrong}`;
    }
    return undefined;
  } finally {
    await weights.close();
  }
}

const asTheyLie = ['I64', 'I32', 'U8', 'BOOL'];

async function compareTensor(weights: Weights, name: string, tensor: FileTensor): Promise<string | undefined> {
  const floats = floatsOf(tensor);
  if (!floats && !asTheyLie.includes(tensor.dtype)) return expectNoRead(weights, name);
  const { dtype, shape, data } = await weights.read(name);
  if (dtype !== tensor.dtype || String(shape) !== String(tensor.shape)) return `came as ${dtype} [${shape}]`;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const same = floats ? sameNumbers(data as Float32Array, floats) : bytes.equals(tensor.bytes);
  return same ? undefined : `${dtype} [${shape}] came with other data`;
}

/** A dtype that is not read must be refused when it is read, with an error as good as any. */
async function expectNoRead(weights: Weights, name: string): Promise<string | undefined> {
  const error: unknown = await weights.read(name).catch((error) => error);
  const { code, message = '' } = error as { code?: string; message?: string };
  return code === 'CHECKPOINT_DTYPE' && message.length < 1000 ? undefined : `expected CHECKPOINT_DTYPE, got ${error}`;
}
