import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { float32, type HostTensors, int32 } from '@attune/engine';
import { type PackedBatch, packSequences, type Sequence } from '../batch';
import { openSafetensors, type ReadTensor } from '../node';

const shared = fileURLToPath(new URL('../../../../../shared/', import.meta.url));

/** Fixtures of the reference implementations, beside the repository where they are. */
export const goldens = `${shared}goldens/hf/`;
export const minilm = `${shared}weights/minilm-l6`;
export const hasGoldens = existsSync(goldens) && existsSync(minilm);

/** Every tensor of a file. */
export async function readAll(path: string): Promise<Record<string, ReadTensor>> {
  const file = await openSafetensors(path);
  const tensors: Record<string, ReadTensor> = {};
  for (const name of file.tensors.keys()) tensors[name] = await file.read(name);
  await file.close();
  return tensors;
}

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

/** The rows of padded inputs as sequences without padding. */
export function unpadded(io: Readonly<Record<string, ReadTensor>>): Sequence[] {
  const [rows, length] = io.input_ids.shape;
  return Array.from({ length: rows }, (_, row) => {
    const own = (name: string) => Array.from(io[name].data.subarray(row * length, (row + 1) * length) as Int32Array);
    const real = own('attention_mask').reduce((a, b) => a + b, 0);
    const typeIds = io.token_type_ids ? { typeIds: own('token_type_ids').slice(0, real) } : {};
    return { ids: own('input_ids').slice(0, real), ...typeIds };
  });
}

/** A golden's inputs packed, with its labels. */
export function goldenBatch(io: Readonly<Record<string, ReadTensor>>, rowLength: number): HostTensors {
  const packed: PackedBatch = packSequences(unpadded(io), { rowLength });
  const { data, shape } = io.labels;
  const count = packed.reads.data.length;
  const isClass = data instanceof Int32Array;
  const labels = isClass ? int32(data) : float32(data as Float32Array, [count, shape[1] ?? 1]);
  return { ...packed, labels, weights: float32(new Float32Array(count).fill(1)) };
}
