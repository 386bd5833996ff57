import { readFileSync } from 'node:fs';
import { float32, type HostTensors, int32 } from '@attune/engine';
import { type PackedBatch, type PackOptions, packSequences, type Sequence } from '../batch';
import { openSafetensors, type ReadTensor } from '../node';
import { readLabels, readTokens } from '../read-tokens';

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

/** A golden's inputs and outputs by the reference's names. */
export type Io = Readonly<Record<string, ReadTensor>>;

/** A tensor of a golden, which must be there. */
export function tensorOf(io: Io, name: string): ReadTensor {
  if (!io[name])
    throw new Error(`golden: expected a tensor "${name}", found none; write it, or say that it is lacking`);
  return io[name];
}

/** The rows of padded inputs as sequences without padding. */
export function unpadded(io: Io): Sequence[] {
  const [rows, length] = io.input_ids.shape;
  return Array.from({ length: rows }, (_, row) => {
    const own = (name: string) => Array.from(io[name].data.subarray(row * length, (row + 1) * length) as Int32Array);
    const real = own('attention_mask').reduce((a, b) => a + b, 0);
    const typeIds = io.token_type_ids ? { typeIds: own('token_type_ids').slice(0, real) } : {};
    return { ids: own('input_ids').slice(0, real), ...typeIds };
  });
}

const hasTokenLabels = ({ labels, input_ids }: Io) => labels.shape.join() === input_ids.shape.join();

export interface GoldenBatchOptions extends Partial<PackOptions> {
  /** Reads every token, labelled or not, where the labels are those of tokens. */
  readonly every?: boolean;
}

/** A golden's inputs packed, with its labels. */
export function goldenBatch(io: Io, rowLength: number, options: GoldenBatchOptions = {}): HostTensors {
  const { every = false, ...packing } = options;
  const packed = packSequences(unpadded(io), { ...packing, rowLength });
  return hasTokenLabels(io) ? tokenBatch(io, packed, every) : sequenceBatch(io, packed);
}

function sequenceBatch({ labels: { data, shape } }: Io, packed: PackedBatch): HostTensors {
  const count = packed.reads.data.length;
  const isClass = data instanceof Int32Array;
  const labels = isClass ? int32(data) : float32(data as Float32Array, [count, shape[1] ?? 1]);
  return { ...packed, labels, weights: ones(count) };
}

function tokenBatch(io: Io, packed: PackedBatch, every: boolean): HostTensors {
  const length = io.labels.shape[1];
  const labels = unpadded(io).map(({ ids }, row) =>
    Array.from(io.labels.data.subarray(row * length, row * length + ids.length) as Int32Array),
  );
  if (!every) return { ...readLabels(packed, labels) };
  const positions = labels.map((list) => [...list.keys()]);
  const read = readTokens(packed, positions);
  return { ...read, labels: int32(labels.flat()), weights: ones(read.reads.data.length) };
}

const ones = (count: number) => float32(new Float32Array(count).fill(1));

/** A golden's logits of what `goldenBatch` reads with `every`: those of padding left out. */
export function goldenLogits(io: Io): Float32Array {
  const logits = io.logits.data as Float32Array;
  if (!hasTokenLabels(io)) return logits;
  const [rows, length, outputs] = io.logits.shape;
  const mask = io.attention_mask.data;
  const tokens = [...Array(rows * length).keys()].filter((token) => mask[token] === 1);
  return Float32Array.from(tokens.flatMap((token) => [...logits.subarray(token * outputs, (token + 1) * outputs)]));
}
