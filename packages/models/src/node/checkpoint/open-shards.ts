import { join } from 'node:path';
import { AttuneError } from '@attune/engine';
import { describe, isObject } from '../../checkpoint/describe';
import type { TensorInfo } from '../../checkpoint/safetensors';
import { openSafetensors, type Weights } from './open-safetensors';
import { readJson } from './read-json';

export const shardIndex = 'model.safetensors.index.json';

/** Opens a checkpoint in several files as one, by its index: tensor name → file beside it. */
export async function openShards(directory: string): Promise<Weights> {
  const where = join(directory, shardIndex);
  const fileOf = readWeightMap(await readJson(where), where);
  const shards = await openAll(directory, new Set(fileOf.values()));
  try {
    return joined(fileOf, shards, where);
  } catch (error) {
    await closeAll(shards.values());
    throw error;
  }
}

/**
 * A plain name only: an index must not reach out of its directory, by `/` or as Windows would (`\`, `C:`), nor write
 * to a terminal. 255 is the most a file system takes.
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

async function openAll(directory: string, files: Iterable<string>): Promise<Map<string, Weights>> {
  const shards = new Map<string, Weights>();
  try {
    for (const file of files) shards.set(file, await openSafetensors(join(directory, file)));
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
    read: async (name) => shardOf(name).read(name),
    readInto: async (name, target) => shardOf(name).readInto(name, target),
    close: () => closeAll(shards.values()),
  };
}
