import { join } from 'node:path';
import { gradientName, type HostTensor, record, withGradients } from '@attune/engine';
import { replayFloat64 } from '@attune/engine/testing';
import type { ModelTask } from '../../checkpoint/model-config';
import type { Model } from '../../model';
import { nextTokens } from '../../next-tokens';
import { loadModel, type ReadTensor } from '../../node';
import { goldenBatch, type Io, readAll, unpadded } from '../golden-files';

/** A model with what the reference computed from it. */
export interface Golden {
  readonly directory: string;
  readonly model: Model;
  readonly parameters: Readonly<Record<string, HostTensor>>;
  readonly io: Io;
  /** `loss` and `gradient:<name>` of every parameter, in float64. */
  readonly exact: ReturnType<typeof replayFloat64>;
}

/** Loads a golden, whose checkpoint must hold the model's tensors, all and only those. */
export async function openGolden(directory: string, task: ModelTask): Promise<Golden> {
  const { model, parameters, initialised, unexpected } = await loadModel(directory, { task });
  if (initialised.length + unexpected.length > 0)
    throw new Error(
      `${directory}: expected the model's tensors, all and only those; it lacks [${initialised}] and has no use for [${unexpected}]`,
    );
  const own = await readAll(join(directory, 'io.safetensors'));
  const io = task === 'causal-lm' ? { ...own, labels: shifted(own.labels) } : own;
  const batch = goldenBatch(io, twoToARow(io));
  const program = record(withGradients(model.program, Object.keys(parameters)), batch, parameters);
  return { directory, model, parameters, io, exact: replayFloat64(program, { ...batch, ...parameters }) };
}

/** transformers shifts a causal model's labels itself: at each token it wants the next one's. */
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
 * Whether a parameter's gradient is zero in exact arithmetic: what a float32 program has there is rounding. A bias of
 * attention's keys is such a one, for a constant added to every key leaves the softmax as it is.
 */
export const vanishes = ({ exact }: Golden, parameter: string): boolean =>
  exact[gradientName(parameter)].data.every((value) => Math.abs(value) < 1e-12);
