import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { float32, gradientName, type HostTensor, type HostTensors, int32, record, withGradients } from '@attune/engine';
import { replayFloat64 } from '@attune/engine/testing';
import { type PackedBatch, type PackOptions, packSequences, type Sequence } from '../batch';
import type { ModelTask } from '../checkpoint/model-config';
import type { Model } from '../model';
import { loadModel, openSafetensors, type ReadTensor } from '../node';
import { nextTokens, selectLabeled, selectTokens } from '../select-tokens';

/** A model with the reference's results. */
export interface Golden {
  readonly directory: string;
  readonly model: Model;
  readonly parameters: Readonly<Record<string, HostTensor>>;
  readonly io: Io;
  /** `loss` and `gradient:<name>` of every parameter, in float64. */
  readonly exact: ReturnType<typeof replayFloat64>;
}

/** Loads a golden, whose checkpoint must hold exactly the model's tensors. */
export async function openGolden(directory: string, task: ModelTask): Promise<Golden> {
  const { model, parameters, initialized, unexpected } = await loadModel(directory, { task });
  if (initialized.length + unexpected.length > 0)
    throw new Error(
      `${directory}: expected exactly the model's tensors, got a checkpoint without [${initialized}] and with [${unexpected}] in addition`,
    );
  const own = await readAll(join(directory, 'io.safetensors'));
  const io = task === 'causal-lm' ? { ...own, labels: shifted(own.labels) } : own;
  const batch = goldenBatch(io, twoToARow(io));
  const program = record(withGradients(model.program, Object.keys(parameters)), batch, parameters);
  return { directory, model, parameters, io, exact: replayFloat64(program, { ...batch, ...parameters }) };
}

/** Shifts labels as transformers does for causal models: the label at each token is the next token. */
function shifted(labels: ReadTensor): ReadTensor {
  const [rows, length] = labels.shape;
  const data = Int32Array.from(labels.data as Int32Array);
  for (let row = 0; row < rows; row++) {
    const start = row * length;
    data.set(nextTokens(data.slice(start, start + length)), start);
  }
  return { ...labels, data };
}

const lengths = (io: Io) => unpadded(io).map(({ ids }) => ids.length);
export const longest = (io: Io) => Math.max(...lengths(io));
export const twoToARow = (io: Io) => 2 * longest(io);
export const allInARow = (io: Io) => lengths(io).reduce((sum, length) => sum + length, 0);

/**
 * Whether a parameter's gradient is zero in exact arithmetic, so that a float32 program has only rounding errors there: a bias of
 * attention keys, for example, because a constant added to every key does not change the softmax.
 */
export const vanishes = ({ exact }: Golden, parameter: string): boolean =>
  exact[gradientName(parameter)].data.every((value) => Math.abs(value) < 1e-12);

/** All tensors of a file. */
export async function readAll(path: string): Promise<Record<string, ReadTensor>> {
  const file = await openSafetensors(path);
  const tensors: Record<string, ReadTensor> = {};
  for (const name of file.tensors.keys()) tensors[name] = await file.read(name);
  await file.close();
  return tensors;
}

export function readGoldenJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

/** A golden's inputs and outputs under the reference's names. */
export type Io = Readonly<Record<string, ReadTensor>>;

/** A tensor of a golden, which must exist. */
export function tensorOf(io: Io, name: string): ReadTensor {
  if (!io[name]) throw new Error(`golden: expected a tensor "${name}", found none; write it, or list it in lacks`);
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

interface GoldenBatchOptions extends Partial<PackOptions> {
  /** Whether every token is read, labeled or not, if labels are per token. */
  readonly every?: boolean;
}

/** The inputs of a golden as a packed batch with labels. */
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
  if (!every) return { ...selectLabeled(packed, labels) };
  const positions = labels.map((list) => [...list.keys()]);
  const read = selectTokens(packed, positions);
  return { ...read, labels: int32(labels.flat()), weights: ones(read.reads.data.length) };
}

const ones = (count: number) => float32(new Float32Array(count).fill(1));

/** The logits of a golden for the tokens that `goldenBatch` reads with `every`: without padding. */
export function goldenLogits(io: Io): Float32Array {
  const logits = io.logits.data as Float32Array;
  if (!hasTokenLabels(io)) return logits;
  const [rows, length, outputs] = io.logits.shape;
  const mask = io.attention_mask.data;
  const tokens = [...Array(rows * length).keys()].filter((token) => mask[token] === 1);
  return Float32Array.from(tokens.flatMap((token) => [...logits.subarray(token * outputs, (token + 1) * outputs)]));
}
