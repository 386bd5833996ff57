import { resolveModelSource } from '@attune/models/node';
import { modelDirectory } from '@attune/train/node';
import { modelBytes } from './memory';
import type { ModelFacts, ModelSpec } from './messages';
import type { PoolModel, PoolSource } from './options';
import { InputQueue } from './queue';

/** A model of a pool: its properties, and the queue of its inputs. */
export interface PooledModel {
  readonly name: string;
  source: string;
  readonly precision: 'fp32' | 'int8';
  /** Threads of onnxruntime per worker. */
  readonly threads: number;
  /** Number of times it was opened. */
  version: number;
  facts: ModelFacts | undefined;
  /** Bytes of its weights in one worker. */
  bytes: number;
  readonly queue: InputQueue;
}

/** Key of a version of a model in the workers. */
export const keyOf = ({ name, version }: Pick<PooledModel, 'name' | 'version'>): string => `${name}@${version}`;

export const specOf = (model: PooledModel): ModelSpec => ({
  key: keyOf(model),
  source: model.source,
  precision: model.precision,
  threads: model.threads,
});

/** A model that was found and whose weights were counted, before it is opened. */
export async function pooledModel(
  name: string,
  given: PoolSource,
  { precision: usual, threads: own }: { readonly precision: 'fp32' | 'int8'; readonly threads: number },
): Promise<PooledModel> {
  const precision = given.precision ?? usual;
  const bytes = await sourceBytes(given.source, precision);
  const { source, threads = own } = given;
  return { name, source, precision, threads, version: 0, facts: undefined, bytes, queue: new InputQueue() };
}

/** Bytes of the weights of a run, a model directory or a hub id, in one worker. */
export async function sourceBytes(source: string, precision: 'fp32' | 'int8'): Promise<number> {
  return modelBytes(await resolveModelSource(await modelDirectory(source)), precision);
}

/** The public view of a model. */
export function shownModel({ name, source, precision, version, facts }: PooledModel): PoolModel {
  if (facts === undefined) throw new Error(`pool: expected ${name} to be open`);
  return { name, source, precision, version, ...facts };
}
