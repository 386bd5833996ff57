import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError, reasonOf } from '@attune/internal';
import { isMissing } from '@attune/internal/node';
import { isObject } from '../../checkpoint/describe';
import type { ModelConfig } from '../../checkpoint/model-config';
import { type ParseConfigOptions, parseModelConfig } from '../../config';
import { openForReading, readJson, refusePointerFile } from './files';
import { type OpenWeightsOptions, openSafetensors, type Weights } from './open-safetensors';
import { openShards, shardIndex } from './open-shards';

/** An opened model directory. */
export interface Checkpoint {
  /** Its configuration, read from `config.json`. */
  readonly config: ModelConfig;
  /** Open until its `close()`. */
  readonly weights: Weights;
}

const configFile = 'config.json';
const weightsFile = 'model.safetensors';

/**
 * Opens a Hugging Face model directory: `config.json` and `model.safetensors`, or the shards that
 * `model.safetensors.index.json` lists.
 *
 * A directory with weights only in another format is refused (`CHECKPOINT_FORMAT`) with the command that
 * converts them. For a missing or damaged file an `AttuneError` names it.
 *
 * @param options whether to use the labels in the file
 * @example
 * const { config, weights } = await readCheckpoint('models/minilm');
 * const { data } = await weights.read('embeddings.word_embeddings.weight');
 */
export async function readCheckpoint(
  directory: string,
  { usesLabels, ...options }: ParseConfigOptions & OpenWeightsOptions = {},
): Promise<Checkpoint> {
  const files = await list(directory);
  const path = join(directory, configFile);
  const json = await readJson(path, adviceWithoutConfig(directory, files));
  const config = parseModelConfig(json, path, { usesLabels });
  return { config, weights: await openWeights(directory, files, { ...options, architecture: architectureOf(json) }) };
}

async function list(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    const actual = isMissing(cause) ? 'found none there' : `got ${reasonOf(cause)}`;
    const message = `${directory}: expected a model directory, ${actual}; check the path`;
    throw new AttuneError('CHECKPOINT_MISSING', message, { cause });
  }
}

/** A trainer's output directory may contain only subdirectories such as `checkpoint-500/`: names those that are model directories, latest first. */
function adviceWithoutConfig(directory: string, files: readonly string[]): string {
  const inner = files.map((name) => join(directory, name)).filter((path) => existsSync(join(path, configFile)));
  const latestFirst = inner.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  if (inner.length === 0) return 'a model directory contains its configuration: download it again';
  return `a subdirectory has one: pass ${latestFirst.slice(0, 3).join(' or ')}`;
}

async function openWeights(
  directory: string,
  files: readonly string[],
  { architecture, ...options }: OpenWeightsOptions & { readonly architecture: string },
): Promise<Weights> {
  if (files.includes(weightsFile)) return openSafetensors(join(directory, weightsFile), options);
  if (files.includes(shardIndex)) return openShards(directory, options);
  for (const { pattern, packages, flag } of otherFormats) {
    const file = files.find((name) => pattern.test(name));
    if (!file) continue;
    await refusePointerAt(join(directory, file));
    const code = `from transformers import ${architecture} as M; M.from_pretrained('.'${flag}).save_pretrained('.')`;
    const what = `expected ${weightsFile}, got ${file}, a format that is not supported`;
    const command = `convert it in that directory with Python: pip install ${packages} && python -c "${code}"`;
    throw new AttuneError('CHECKPOINT_FORMAT', `${directory}: ${what}; ${command}`);
  }
  const what = `expected ${weightsFile} or ${shardIndex}, found neither`;
  throw new AttuneError('CHECKPOINT_MISSING', `${directory}: ${what}; download the checkpoint again`);
}

/** A Git LFS pointer is reported first: conversion would not help. */
async function refusePointerAt(path: string): Promise<void> {
  const handle = await openForReading(path, 'download it again');
  try {
    await refusePointerFile(handle, path);
  } finally {
    await handle.close();
  }
}

/** Formats of other frameworks, and the conversion to safetensors; transformers 5 no longer reads the last two. */
const otherFormats = [
  { pattern: /^pytorch_model.*\.bin$/, packages: 'torch transformers', flag: '' },
  { pattern: /^tf_model.*\.h5$/, packages: '"transformers<5" torch tensorflow tf-keras', flag: ', from_tf=True' },
  { pattern: /^flax_model.*\.msgpack$/, packages: '"transformers<5" torch flax', flag: ', from_flax=True' },
] as const;

/** The class that keeps the checkpoint's head. The name becomes part of a command, so only plain names are accepted. */
function architectureOf(json: unknown): string {
  const architectures = isObject(json) ? json.architectures : undefined;
  const first: unknown = Array.isArray(architectures) ? architectures[0] : undefined;
  return typeof first === 'string' && /^[A-Za-z]\w*$/.test(first) ? first : 'AutoModel';
}
