import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJson } from '@attune/internal';
import type { ModelTask } from '@attune/models';
import { type ResolveOptions, resolveModelSource } from '@attune/models/node';
import { adapterDirectory, modelSourceOf } from '../run/model-place';
import { trainedConfig } from './load';

/**
 * The directory with the tokenizer and settings of a run (its `model/`, or `adapter/` where it has no whole model), a model
 * directory or a hub id.
 *
 * @throws AttuneError as `resolveModelSource` for a missing source; RUN_UNFINISHED for a run without a model yet
 * @example
 * await modelDirectory('runs/skills'); // 'runs/skills/model'
 */
export async function modelDirectory(
  source: string,
  options: Pick<ResolveOptions, 'revision' | 'onProgress'> = {},
): Promise<string> {
  if (!existsSync(source)) return resolveModelSource(source, options);
  return adapterDirectory(source) ?? modelSourceOf(source);
}

/** The ends of the names of transformers' classes. */
const classEndings: Readonly<Record<string, ModelTask>> = {
  ForTokenClassification: 'token-classification',
  ForMaskedLM: 'masked-lm',
  ForCausalLM: 'causal-lm',
};

/**
 * The task of a run, a model directory or a hub id, by the class in its `config.json`; default sequence
 * classification. The loader reports damaged model files.
 *
 * @throws AttuneError as `resolveModelSource` for a missing source; RUN_UNFINISHED for a run without a model yet
 * @example
 * await taskOfModel('runs/skills'); // 'token-classification'
 */
export async function taskOfModel(
  source: string,
  options: Pick<ResolveOptions, 'revision' | 'onProgress'> = {},
): Promise<ModelTask> {
  const directory = await modelDirectory(source, options);
  try {
    if (directory === adapterDirectory(source)) return (await trainedConfig(directory)).task as ModelTask;
    const json = parseJson(await readFile(join(directory, 'config.json'), 'utf8'));
    const { architectures } = json as { readonly architectures?: readonly unknown[] };
    const ending = Object.keys(classEndings).find((end) => `${architectures?.[0]}`.endsWith(end));
    if (ending !== undefined) return classEndings[ending];
  } catch {}
  return 'sequence-classification';
}
