import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import type { HostTensors, Precision } from '@attune/engine';
import { type FileTensor, openOnnxFile } from '@attune/engine/node';
import { exportModel, type Model, type Sequence } from '@attune/models';
import { paddedBatches } from '../../loop/batches';
import { eventLoopTurn } from '../../loop/event-loop-turn';

/** A model and its parameters, which an exported model takes over. */
export interface Trained {
  readonly model: Model;
  readonly parameters: HostTensors;
}

interface ExportedModelOptions {
  readonly precision?: Precision;
  /** Most sequences per batch. */
  readonly batchSize?: number;
  readonly threads?: number;
}

/** A model in the file format of `attune export`, open in onnxruntime. */
export interface ExportedModel {
  /** Runs sequences in batches of similar length; `onBatch` receives their indices and their logits, one padded row per sequence. */
  run(sequences: readonly Sequence[], onBatch: (batch: Int32Array, logits: Float32Array) => void): Promise<void>;
  close(): Promise<void>;
}

/**
 * Tokens per batch: enough for matrix products at full speed, few enough for intermediate values to stay in the caches.
 * Titles, and postings cut at 200 tokens, take 1.2 times as long with 4,096 (measured).
 */
const batchTokens = 1024;

/** Opens a model as its exported file: the parameters become the file's constants, and their arrays are freed. */
export async function openExportedModel(
  { model, parameters }: Trained,
  { precision = 'fp32', batchSize, threads }: ExportedModelOptions,
): Promise<ExportedModel> {
  const file = await openOnnxFile(exportModel(model, { parameters, precision }), {
    threads,
    onWritten: () => freeArrays(parameters),
  });
  return {
    async run(sequences, onBatch) {
      for (const batch of paddedBatches(sequences, { batchSize, batchTokens })) {
        await eventLoopTurn();
        const chosen = Array.from(batch, (i) => sequences[i]);
        const { logits } = await file.run(paddedInputs(chosen, model.config.padTokenId));
        onBatch(batch, logits.data as Float32Array);
      }
    },
    close: file.close,
  };
}

/** Inputs of an exported model: sequences as rows [rows, length], padded to the longest. */
function paddedInputs(sequences: readonly Sequence[], padTokenId: number): Record<string, FileTensor> {
  const length = sequences.reduce((most, { ids }) => Math.max(most, ids.length), 0);
  const [ids, mask, types] = [padTokenId, 0, 0].map((padding) => lowWords(sequences.length * length, padding));
  sequences.forEach((sequence, row) => {
    for (let i = 0, at = 2 * row * length; i < sequence.ids.length; i++, at += 2) {
      ids[at] = sequence.ids[i];
      mask[at] = 1;
      types[at] = sequence.typeIds?.[i] ?? 0;
    }
  });
  const shape = [sequences.length, length];
  const tensor = (words: Int32Array<ArrayBuffer>) => ({ data: new BigInt64Array(words.buffer), shape });
  return { input_ids: tensor(ids), attention_mask: tensor(mask), token_type_ids: tensor(types) };
}

/** Non-negative 64-bit integers as pairs of words, the low word first as on every processor that Node runs inference on. */
function lowWords(count: number, value: number): Int32Array<ArrayBuffer> {
  const words = new Int32Array(2 * count);
  if (value !== 0) for (let at = 0; at < words.length; at += 2) words[at] = value;
  return words;
}

/**
 * Frees the arrays of tensors at once, which are then empty. The garbage collector would be late, since it does not know
 * the memory that native code is about to allocate.
 *
 * An array sent to a port belongs to the port and is freed with it.
 */
export async function freeArrays(tensors: HostTensors): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const buffers = new Set(Object.values(tensors).map(({ data }) => data.buffer as ArrayBuffer));
  port1.postMessage(null, [...buffers]);
  port2.ref(); // keeps the process alive until the port is closed
  const closed = once(port2, 'close');
  port2.close();
  await closed;
}
