import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { AttuneError } from '@attune/internal';
import { describe } from '../../checkpoint/describe';
import {
  allocate,
  bytesPerElement,
  type ConvertedDtype,
  convertToFloat32,
  isConverted,
  isFloat,
  isReadable,
  type ReadableDtype,
  type TensorData,
} from '../../checkpoint/dtypes';
import {
  headerLength,
  lengthBytes,
  parseHeader,
  type SafetensorsHeader,
  type TensorInfo,
} from '../../checkpoint/safetensors';
import { openForReading, readFully, refusePointerFile } from './files';
import { type FileDigest, sha256 } from './weights-digest';

/** A tensor as read; floats are converted to float32. */
export interface ReadTensor {
  /** Its name in the file. */
  readonly name: string;
  /** Dtype in the file. */
  readonly dtype: ReadableDtype;
  /** Size of each dimension. */
  readonly shape: readonly number[];
  /** The elements, row-major. */
  readonly data: TensorData;
}

/** The tensors of a checkpoint, read one at a time from open files. */
export interface Weights {
  /** Dtype, shape and place of every tensor, by name. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Size and header of each file, by its name. */
  readonly files: Readonly<Record<string, FileDigest>>;
  /** SHA-256 of the bytes of each tensor read so far, by name; empty unless opened with `hash`. */
  readonly hashes: ReadonlyMap<string, string>;
  /** Reads one tensor. Throws a `RangeError` for an unknown name, an `AttuneError` for an unsupported dtype. */
  read(name: string): Promise<ReadTensor>;
  /** Reads a float tensor into an existing array with the same number of elements. */
  readInto(name: string, target: Float32Array): Promise<void>;
  /** Reads a float tensor piece by piece in float32, for one pass without keeping it in memory. It is not hashed. */
  chunks(name: string): AsyncGenerator<Float32Array>;
  /** Closes the files; reading afterwards fails. */
  close(): Promise<void>;
}

/** Options for opening weights. */
export interface OpenWeightsOptions {
  /** Hashes each tensor while reading; default false. */
  readonly hash?: boolean;
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly path: string;
  readonly header: SafetensorsHeader;
  readonly digest: FileDigest;
  /** Hashes by name, filled while tensors are read; absent if they are not hashed. */
  readonly hashes?: Map<string, string>;
}

/**
 * Opens a safetensors file and checks its header. Tensors are then read by byte range.
 *
 * F32, I32, I64, U8 and BOOL are read directly into their array; F16, BF16 and F64 pass through a small buffer and are
 * converted to float32 (F64 is rounded). Bytes are little-endian, as on all machines that Node's engines support.
 *
 * @example
 * const weights = await openSafetensors('model.safetensors');
 * const { shape, data } = await weights.read('classifier.weight');
 */
export async function openSafetensors(path: string, { hash = false }: OpenWeightsOptions = {}): Promise<Weights> {
  const handle = await openForReading(path, 'check the path, or download the checkpoint again');
  try {
    const read = await readHeader(handle, path);
    return weightsOf({ handle, path, ...read, ...(hash && { hashes: new Map<string, string>() }) });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readHeader(
  handle: FileHandle,
  path: string,
): Promise<{ readonly header: SafetensorsHeader; readonly digest: FileDigest }> {
  const { size } = await handle.stat();
  const start = new Uint8Array(Math.min(lengthBytes, size));
  await readFully(handle, start, { position: 0, where: path });
  if (new TextDecoder().decode(start) === 'version ') await refusePointerFile(handle, path); // as a length, more than any file has
  const bytes = new Uint8Array(lengthBytes + headerLength(start, size, path));
  await readFully(handle, bytes, { position: 0, where: path });
  return { header: parseHeader(bytes, size, path), digest: { bytes: size, header: sha256(bytes) } };
}

function weightsOf(file: OpenFile): Weights {
  const find = (name: string): TensorInfo => {
    const info = file.header.tensors.get(name);
    if (info) return info;
    throw new RangeError(`read: expected the name of a tensor in ${file.path}, got ${JSON.stringify(name)}`);
  };
  return {
    tensors: file.header.tensors,
    files: { [basename(file.path)]: file.digest },
    hashes: file.hashes ?? new Map(),
    async read(name) {
      const { dtype, shape, start, end } = find(name);
      if (!isReadable(dtype)) throw unreadable(file.path, name, dtype);
      const data = allocate(dtype, (end - start) / bytesPerElement[dtype]);
      await readData(file, name, data);
      return { name, dtype, shape, data };
    },
    async readInto(name, target) {
      const { dtype, start, end } = find(name);
      const length = (end - start) / bytesPerElement[dtype];
      if (!isFloat(dtype)) throw unreadable(file.path, name, dtype);
      if (target.length !== length) {
        throw new RangeError(`readInto: ${name} expected a target of ${length} elements, got ${target.length}`);
      }
      await readData(file, name, target);
    },
    async *chunks(name) {
      const { dtype } = find(name);
      if (!isFloat(dtype)) throw unreadable(file.path, name, dtype);
      yield* floatChunks(file, name);
    },
    close: () => file.handle.close(),
  };
}

function unreadable(path: string, name: string, dtype: string): AttuneError {
  const what = `tensor ${describe(name)} expected a dtype that can be read here, got ${dtype}`;
  return new AttuneError('CHECKPOINT_DTYPE', `${path}: ${what}; save the checkpoint as float32`);
}

async function readData({ handle, path, header, hashes }: OpenFile, name: string, data: TensorData): Promise<void> {
  const { dtype, start } = header.tensors.get(name)!;
  const source = { position: header.dataStart + start, where: `${path}: tensor ${describe(name)}` };
  const hash = hashes && createHash('sha256');
  if (isConverted(dtype)) await readConverted(handle, data as Float32Array, { ...source, dtype, hash });
  else {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    await readFully(handle, bytes, source);
    hash?.update(bytes);
  }
  if (hash) hashes.set(name, hash.digest('hex'));
}

interface ConvertedSource {
  readonly position: number;
  readonly where: string;
  readonly dtype: ConvertedDtype;
  readonly hash?: Hash;
}

/** Elements converted at a time: a buffer of at most 512 kB. */
const chunk = 65_536;

async function readConverted(
  handle: FileHandle,
  target: Float32Array,
  { position, where, dtype, hash }: ConvertedSource,
): Promise<void> {
  const width = bytesPerElement[dtype];
  const buffer = new Uint8Array(Math.min(chunk, target.length) * width);
  for (let done = 0; done < target.length; done += chunk) {
    const part = target.subarray(done, done + chunk);
    const bytes = buffer.subarray(0, part.length * width);
    await readFully(handle, bytes, { position: position + done * width, where });
    hash?.update(bytes);
    convertToFloat32(dtype, bytes, part);
  }
}

async function* floatChunks({ handle, path, header }: OpenFile, name: string): AsyncGenerator<Float32Array> {
  const { dtype, start, end } = header.tensors.get(name)!;
  const where = `${path}: tensor ${describe(name)}`;
  const [width, position] = [bytesPerElement[dtype], header.dataStart + start];
  const length = (end - start) / width;
  for (let done = 0; done < length; done += chunk) {
    const part = new Float32Array(Math.min(chunk, length - done));
    const source = { position: position + done * width, where };
    if (isConverted(dtype)) await readConverted(handle, part, { ...source, dtype });
    else await readFully(handle, new Uint8Array(part.buffer), source);
    yield part;
  }
}
