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

/** An ONNX file that is ready to run at any size of its free dimensions. */
export interface OpenedOnnxFile {
  /** Names of the inputs that `run` expects. */
  readonly inputNames: readonly string[];
  /** @throws RangeError for an input that is missing */
  run(inputs: Readonly<Record<string, FileTensor>>): Promise<Record<string, FileTensor>>;
  /** Frees its memory, after which it cannot run. */
  close(): Promise<void>;
}

/** Options of `openOnnxFile`. */
export interface OpenOnnxFileOptions extends Pick<OnnxOptions, 'threads'> {
  /**
   * Whether runs follow one another at recurring shapes, as in the generation of text. Threads then stay awake between runs, and the
   * buffers of a shape are planned once. Default false.
   */
  readonly isSteady?: boolean;
  /** Called when the weights have been read for the last time, before they are loaded; their arrays can then be freed. Default none. */
  readonly onWritten?: () => void | Promise<void>;
}

/**
 * Opens a file in onnxruntime: one session for all sizes, whose weights are constants that the runtime arranges for the processor
 * once.
 *
 * `file` is a path, or a file in memory as `exportToOnnx` gives it. The latter is written to a temporary one, which is removed before this resolves. From bytes in memory the runtime would hold a
 * second copy: a model of 268 MB takes 1,030 MB instead of 780 until it is ready (measured; 460 if `onWritten` frees its
 * parameters). If the temporary file cannot be written, bytes are used.
 *
 * @throws AttuneError CHECKPOINT_MISSING for a path where there is no file, CHECKPOINT_FORMAT for one that the runtime does not load
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

/** A session of a user's file. */
async function sessionOf(path: string, settings: SessionSettings): Promise<ort.InferenceSession> {
  if (!existsSync(path))
    throw new AttuneError('CHECKPOINT_MISSING', `${path}: expected an ONNX file, got none; check the path`);
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
      throw new RangeError(`run: expected the file's inputs ${session.inputNames.join(', ')}, "${name}" is missing`);
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
