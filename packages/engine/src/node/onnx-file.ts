import { existsSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { AttuneError } from '@attune/internal';
import * as ort from 'onnxruntime-node';
import type { OnnxFile } from '../graphs/onnx-file';
import { mapRecord } from '../records';
import type { TypedArray } from '../tensor';
import type { OnnxOptions } from './onnx';
import { createSession, type SessionSettings } from './onnx-session';

/** An input or output tensor of a file, row-major. Token ids are 64-bit integers. */
export interface FileTensor {
  /** The elements, row-major. */
  readonly data: TypedArray | BigInt64Array;
  /** Size of each dimension. */
  readonly shape: readonly number[];
}

/** An opened ONNX file, which runs at any size of its dynamic dimensions. */
export interface OpenedOnnxFile {
  /** Names of the inputs of `run`. */
  readonly inputNames: readonly string[];
  /** @throws RangeError if an input is missing */
  run(inputs: Readonly<Record<string, FileTensor>>): Promise<Record<string, FileTensor>>;
  /** Releases its memory; it cannot run afterwards. */
  close(): Promise<void>;
}

/** Options of `openOnnxFile`. */
export interface OpenOnnxFileOptions extends Pick<OnnxOptions, 'threads'> {
  /**
   * Whether runs follow one another at recurring shapes, as in text generation. Threads then stay awake between runs, and the
   * buffers of a shape are allocated once. Default false.
   */
  readonly isSteady?: boolean;
  /** Called after the weights were last read and before they are loaded, so that their arrays can be released. Default none. */
  readonly onWritten?: () => void | Promise<void>;
}

/**
 * Opens a file in onnxruntime: one session for all sizes, with the weights as constants whose layout the runtime optimizes
 * once.
 *
 * `file` is a path, or a file in memory from `exportToOnnx`. The latter is written to a temporary file, which is removed before the function resolves. Otherwise the runtime would hold a
 * second copy: a model of 268 MB takes 1,030 MB instead of 780 until it is ready (measured; 460 if `onWritten` releases its
 * parameters). If the temporary file cannot be written, the bytes are used.
 *
 * @throws AttuneError CHECKPOINT_MISSING for a path without a file, CHECKPOINT_FORMAT for a file that the runtime cannot load
 * @example
 * const file = await openOnnxFile(exportModel(model, { parameters }));
 * const { logits } = await file.run({ input_ids: { data: BigInt64Array.of(101n, 102n), shape: [1, 2] }, … });
 */
export async function openOnnxFile(
  file: OnnxFile | string,
  { threads = availableParallelism(), isSteady, onWritten }: OpenOnnxFileOptions = {},
): Promise<OpenedOnnxFile> {
  if (typeof file === 'string') {
    await onWritten?.();
    return opened(await sessionOf(file, { threads, isSteady }));
  }
  const directory = await mkdtemp(join(tmpdir(), 'attune-')).catch(() => undefined);
  try {
    const source = (directory && (await writtenTo(directory, file))) ?? bytesOf(file);
    await onWritten?.();
    return opened(await createSession(source, { threads, isSteady }));
  } finally {
    if (directory) await rm(directory, { recursive: true, force: true });
  }
}

const opened = (session: ort.InferenceSession): OpenedOnnxFile => {
  return { inputNames: session.inputNames, run: (inputs) => run(session, inputs), close: () => session.release() };
};

/** Opens a session for a user's file. */
async function sessionOf(path: string, settings: SessionSettings): Promise<ort.InferenceSession> {
  if (!existsSync(path))
    throw new AttuneError('CHECKPOINT_MISSING', `${path}: expected an ONNX file, found no such file; check the path`);
  return createSession(path, settings).catch((cause: Error) => {
    const message = `${path}: expected an ONNX file that onnxruntime loads, got one that it refuses (${cause.message}); download or export it again`;
    throw new AttuneError('CHECKPOINT_FORMAT', message, { cause });
  });
}

async function run(
  session: ort.InferenceSession,
  inputs: Readonly<Record<string, FileTensor>>,
): Promise<Record<string, FileTensor>> {
  const feeds = session.inputNames.map((name) => {
    if (!inputs[name])
      throw new RangeError(
        `run: expected the inputs ${session.inputNames.join(', ')}, got none named "${name}"; pass it`,
      );
    return [name, tensorOver(inputs[name])] as const;
  });
  const outputs = await session.run(Object.fromEntries(feeds));
  return mapRecord(outputs, ({ data, dims }) => ({ data: data as FileTensor['data'], shape: dims }));
}

function tensorOver({ data, shape }: FileTensor): ort.Tensor {
  if (data instanceof BigInt64Array) return new ort.Tensor('int64', data, shape);
  if (data instanceof Float32Array) return new ort.Tensor('float32', data, shape);
  return data instanceof Int32Array ? new ort.Tensor('int32', data, shape) : new ort.Tensor('bool', data, shape);
}

/** The path of the written file; undefined if it could not be written, as on a full disk. */
async function writtenTo(directory: string, file: OnnxFile): Promise<string | undefined> {
  const path = join(directory, 'model.onnx');
  const write = async () => {
    const handle = await open(path, 'wx', 0o600);
    try {
      for (const chunk of file.chunks()) await handle.writeFile(chunk);
    } finally {
      await handle.close();
    }
    return path;
  };
  return write().catch(() => undefined);
}

function bytesOf(file: OnnxFile): Uint8Array {
  const bytes = new Uint8Array(file.byteLength);
  let at = 0;
  for (const chunk of file.chunks()) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
