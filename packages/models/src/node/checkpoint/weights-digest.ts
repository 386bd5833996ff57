// Identity of weights, wherever their files are copied: sizes and headers at once, numbers as they are read.
import { createHash } from 'node:crypto';
import { AttuneError } from '@attune/internal';
import { isObject } from '../../checkpoint/describe';

/** Size and header of a safetensors file. */
export interface FileDigest {
  /** Size of the whole file in bytes. */
  readonly bytes: number;
  /** SHA-256 of the header: names, dtypes, shapes and offsets of its tensors. */
  readonly header: string;
}

/** Identity of a model's weights. */
export interface WeightsDigest {
  /** Its safetensors files by name. */
  readonly files: Readonly<Record<string, FileDigest>>;
  /** SHA-256 of the names and bytes of all tensors that the model uses. */
  readonly tensors: string;
}

/** The SHA-256 of bytes, in hex. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The digest of weights, after every tensor of the model has been read. */
export function weightsDigest({ files, hashes }: HashedWeights): WeightsDigest {
  const hash = createHash('sha256');
  for (const name of [...hashes.keys()].sort()) hash.update(`${JSON.stringify(name)} ${hashes.get(name)}\n`);
  return { files, tensors: hash.digest('hex') };
}

interface HashedWeights {
  readonly files: WeightsDigest['files'];
  readonly hashes: ReadonlyMap<string, string>;
}

/** Throws AttuneError MODEL_CHANGED if sizes or headers differ; reads no numbers. */
export function checkFiles(where: string, files: WeightsDigest['files'], expected: WeightsDigest): void {
  const names = Object.keys(expected.files);
  if (names.join() !== Object.keys(files).join())
    throw changed(where, `the files ${names.join(', ')}`, Object.keys(files).join(', '));
  for (const name of names) {
    const [was, is] = [expected.files[name], files[name]];
    if (was.bytes !== is.bytes) throw changed(where, `${was.bytes} bytes in ${name}`, `${is.bytes}`);
    if (was.header !== is.header)
      throw changed(where, `the names, types and shapes of ${name} as in training`, 'others');
  }
}

/** Throws AttuneError MODEL_CHANGED if the numbers differ. */
export function checkTensors(where: string, digest: WeightsDigest, expected: WeightsDigest): void {
  if (digest.tensors !== expected.tensors) throw changed(where, 'the original weights', 'others');
}

/** Whether a JSON value is a digest. */
export function isWeightsDigest(value: unknown): value is WeightsDigest {
  if (!isObject(value) || !isObject(value.files) || typeof value.tensors !== 'string') return false;
  const isFile = (file: unknown) =>
    isObject(file) && Number.isInteger(file.bytes) && typeof file.header === 'string' && file.header.length > 0;
  return Object.values(value.files).every(isFile);
}

const changed = (where: string, expected: string, got: string) =>
  new AttuneError('MODEL_CHANGED', `${where}: expected ${expected}, got ${got}; restore the model's files`);
