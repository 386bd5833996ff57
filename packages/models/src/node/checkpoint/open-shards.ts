// A checkpoint in several files, with an index of their tensors.
import { join } from 'node:path';
import { AttuneError } from '@attune/internal';
import { describe, isObject } from '../../checkpoint/describe';
import type { TensorInfo } from '../../checkpoint/safetensors';
import { readJson } from './files';
import { type OpenWeightsOptions, openSafetensors, type Weights } from './open-safetensors';

export const shardIndex = 'model.safetensors.index.json';

/** Opens a sharded checkpoint by its index: tensor name → file in the same directory. */
export async function openShards(directory: string, options: OpenWeightsOptions = {}): Promise<Weights> {
  const where = join(directory, shardIndex);
  const fileOf = readWeightMap(await readJson(where), where);
  const shards = await openAll(directory, new Set(fileOf.values()), options);
  try {
    return joined(fileOf, shards, where);
  } catch (error) {
    await closeAll(shards.values());
    throw error;
  }
}

/**
 * Allows only plain names: an index must not refer outside its directory, by `/` or as on Windows (`\`, `C:`), nor write
 * to a terminal. 255 is the limit of file systems.
 */
const shardName = /^(?=.{1,255}$)[^/\\:\p{Cc}]*\.safetensors$/u;

function readWeightMap(json: unknown, where: string): Map<string, string> {
  const map = isObject(json) ? json.weight_map : undefined;
  if (!isObject(map)) throw invalid(where, `weight_map expected an object, got ${describe(map)}`);
  const fileOf = new Map<string, string>();
  for (const [name, file] of Object.entries(map)) {
    if (typeof file !== 'string' || !shardName.test(file)) {
      throw invalid(where, `tensor ${describe(name)} expected the name of a .safetensors file, got ${describe(file)}`);
    }
    fileOf.set(name, file);
  }
  return fileOf;
}

function invalid(where: string, what: string): AttuneError {
  return new AttuneError('CHECKPOINT_INDEX', `${where}: ${what}; download it again`);
}

async function openAll(
  directory: string,
  files: Iterable<string>,
  options: OpenWeightsOptions,
): Promise<Map<string, Weights>> {
  const shards = new Map<string, Weights>();
  try {
    for (const file of files) shards.set(file, await openSafetensors(join(directory, file), options));
  } catch (error) {
    await closeAll(shards.values());
    throw error;
  }
  return shards;
}

async function closeAll(shards: Iterable<Weights>): Promise<void> {
  await Promise.all(Array.from(shards, (shard) => shard.close()));
}

function joined(fileOf: ReadonlyMap<string, string>, shards: ReadonlyMap<string, Weights>, where: string): Weights {
  const tensors = new Map<string, TensorInfo>();
  for (const [name, file] of fileOf) {
    const info = shards.get(file)?.tensors.get(name);
    if (!info) throw invalid(where, `expected tensor ${describe(name)} in ${file}, found none of that name`);
    tensors.set(name, info);
  }
  const shardOf = (name: string): Weights => {
    const shard = shards.get(fileOf.get(name) ?? '');
    if (shard) return shard;
    throw new RangeError(`read: expected the name of a tensor in ${where}, got ${JSON.stringify(name)}`);
  };
  return {
    tensors,
    files: Object.assign({}, ...Array.from(shards.values(), ({ files }) => files)),
    get hashes() {
      return new Map(Array.from(shards.values(), ({ hashes }) => [...hashes]).flat());
    },
    read: async (name) => shardOf(name).read(name),
    readInto: async (name, target) => shardOf(name).readInto(name, target),
    chunks: (name) => shardOf(name).chunks(name),
    close: () => closeAll(shards.values()),
  };
}
