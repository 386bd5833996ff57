// The files that make up a model on disk, by which a command that resumes notices another model.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { resolveModelSource } from '@attune/models/node';
import { adapterDirectory, modelSourceOf } from '@attune/train/node';
import { downloadListener } from '../program/listener';
import type { Io } from '../program/process';
import { fileDigest } from './resumable-output';

export interface ModelSource {
  readonly source: string;
  readonly adapter?: string;
  readonly base?: string;
  readonly revision?: string;
}

/** Weights, settings, vocabularies and templates. */
const isModelFile =
  /\.(safetensors|jinja|model)$|^(config|adapter_config|generation_config|tokenizer|tokenizer_config|vocab)\.json$|^(vocab|merges)\.txt$/;

/** The SHA-256 of each file of a model, of its adapter and of a given base. A model of the hub is downloaded. */
export async function modelFiles({ source, adapter, base, revision }: ModelSource, { stderr }: Pick<Io, 'stderr'>) {
  const resolved = (place: string) => resolveModelSource(place, { revision, onProgress: downloadListener(stderr) });
  const places = [
    adapterDirectory(source) ?? (await resolved(modelSourceOf(source))),
    ...(adapter === undefined ? [] : [adapter]),
    ...(base === undefined ? [] : [await resolved(base)]),
  ];
  return Promise.all(places.map(digestsIn));
}

async function digestsIn(directory: string): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const name of (await readdir(directory)).filter((one) => isModelFile.test(one)).sort())
    digests[name] = await fileDigest(join(directory, name));
  return digests;
}
