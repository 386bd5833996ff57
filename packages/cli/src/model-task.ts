import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelTask } from '@attune/models';
import { resolveModelSource } from '@attune/models/node';
import { adapterPlaceOf, modelSourceOf, trainedConfig } from '@attune/train/node';
import type { Io } from './io';
import { downloadListener } from './terminal/listener';

/** How the names of transformers' classes end. */
const endings: Readonly<Record<string, ModelTask>> = {
  ForTokenClassification: 'token-classification',
  ForMaskedLM: 'masked-lm',
  ForCausalLM: 'causal-lm',
};

/**
 * What the model of a source is for, as its config.json names its class; sequence classification where that says nothing else.
 *
 * What is wrong with the files of a model is for whoever loads it to say.
 *
 * @throws AttuneError as `resolveModelSource` for a source that is nowhere
 */
export async function modelTask(
  source: string,
  { revision, io }: { readonly revision?: string; readonly io: Io },
): Promise<ModelTask> {
  const onProgress = downloadListener(io.stderr);
  const downloaded = existsSync(source) ? undefined : await resolveModelSource(source, { revision, onProgress });
  try {
    const adapter = adapterPlaceOf(source);
    if (adapter !== undefined) return (await trainedConfig(adapter)).task as ModelTask;
    const directory = downloaded ?? modelSourceOf(source);
    const { architectures } = JSON.parse(await readFile(join(directory, 'config.json'), 'utf8'));
    const ending = Object.keys(endings).find((end) => `${architectures?.[0]}`.endsWith(end));
    if (ending !== undefined) return endings[ending];
  } catch {}
  return 'sequence-classification';
}
