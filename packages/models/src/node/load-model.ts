import { AttuneError, type HostTensor, type Specs, sizeOf } from '@attune/engine';
import type { ModelConfig, ProblemType } from '../checkpoint/config';
import { matchTensorNames, type NameMatch } from '../checkpoint/names';
import { encoders } from '../families';
import type { Head } from '../heads/head';
import type { Task } from '../heads/tasks';
import { initialise } from '../initialise';
import { type Model, modelForTask, modelWithHead } from '../model';
import type { Weights } from './checkpoint/open-safetensors';
import { readCheckpoint } from './checkpoint/read-checkpoint';
import { resolveModelSource } from './checkpoint/resolve-model-source';

export interface LoadOptions {
  /** What the model's head is for; sequence classification unless given. */
  readonly task?: Task;
  /** A head of your own, in the place of a task's. */
  readonly head?: Head;
  /** The head's labels; the checkpoint's own unless given. A head of another size is initialised anew; a masked language model has none. */
  readonly labels?: readonly string[];
  readonly problemType?: ProblemType;
  /** Of what has to be initialised. */
  readonly seed?: number;
}

export interface LoadedModel {
  readonly model: Model;
  readonly parameters: Record<string, HostTensor>;
  /** Where it was read from. */
  readonly directory: string;
  /** Parameters of the head that the checkpoint does not have, or has in another shape: freshly initialised. */
  readonly initialised: readonly string[];
  /** Tensors of the checkpoint that the model has no use for. */
  readonly unexpected: readonly string[];
}

/**
 * Loads an encoder with the head of a task from a Hugging Face directory, or a hub id.
 *
 * @throws AttuneError CHECKPOINT_… for what is missing, damaged or not supported, naming file and tensor
 * @throws RangeError for a task and a head of your own together
 * @example
 * const { model, parameters } = await loadModel('models/minilm', { labels: ['spam', 'ham'] });
 * const tagger = await loadModel('models/minilm', { task: 'token-classification', labels: ['O', 'B', 'I'] });
 */
export async function loadModel(source: string, options: LoadOptions = {}): Promise<LoadedModel> {
  if (options.task && options.head)
    throw new RangeError('loadModel: expected a task or a head of your own, got both; leave one out');
  const directory = await resolveModelSource(source);
  const { config, weights } = await readCheckpoint(directory);
  try {
    const model = modelFor(withLabels(config, options), options);
    return {
      model,
      directory,
      ...(await readParameters(weights, model, { where: directory, seed: options.seed ?? 42 })),
    };
  } finally {
    await weights.close();
  }
}

function modelFor(config: ModelConfig, { head, task = 'sequence-classification' }: LoadOptions): Model {
  return head ? modelWithHead(config, head) : modelForTask(config, task);
}

function withLabels(
  config: ModelConfig,
  { labels = config.labels, problemType = config.problemType }: LoadOptions,
): ModelConfig {
  return { ...config, labels, ...(problemType && { problemType }) };
}

async function readParameters(
  weights: Weights,
  model: Model,
  { where, seed }: { where: string; seed: number },
): Promise<Pick<LoadedModel, 'parameters' | 'initialised' | 'unexpected'>> {
  const { config, specs } = model;
  const { from, missing, unexpected } = matchNames([...weights.tensors.keys()], model);
  const ofEncoder = encoders[config.modelType].specs(config);
  const misfits = [...from].filter(([name, inFile]) => !fits(specs, name, weights.tensors.get(inFile)!.shape));
  refuseBrokenEncoder(where, ofEncoder, { missing, misfits });
  const initialised = [...missing, ...misfits.map(([name]) => name)];
  const parameters = initialise(pick(specs, initialised), config, seed);
  for (const [name, inFile] of from) {
    if (parameters[name]) continue;
    const data = new Float32Array(sizeOf(specs[name].shape));
    await weights.readInto(inFile, data);
    parameters[name] = { ...specs[name], data };
  }
  return { parameters, initialised, unexpected };
}

/** A tied tensor's other name serves where its own is absent, and is passed over where both are there. */
function matchNames(fileNames: readonly string[], { config, specs, tied }: Model): NameMatch {
  const match = matchTensorNames(fileNames, Object.keys(specs), encoders[config.modelType].prefix);
  const from = new Map(match.from);
  for (const [inFile, name] of Object.entries(tied))
    if (!from.has(name) && match.unexpected.includes(inFile)) from.set(name, inFile);
  return {
    from,
    missing: match.missing.filter((name) => !from.has(name)),
    unexpected: match.unexpected.filter((name) => !(name in tied)),
  };
}

const fits = (specs: Specs, name: string, shape: readonly number[]) => specs[name].shape.join() === shape.join();

const pick = (specs: Specs, names: readonly string[]): Specs =>
  Object.fromEntries(names.map((name) => [name, specs[name]]));

function refuseBrokenEncoder(
  where: string,
  encoder: Specs,
  { missing, misfits }: { missing: readonly string[]; misfits: readonly (readonly [string, string])[] },
): void {
  const absent = missing.filter((name) => name in encoder);
  if (absent.length > 0)
    throw new AttuneError(
      'CHECKPOINT_INCOMPLETE',
      `${where}: expected the encoder's ${Object.keys(encoder).length} tensors, ${absent.length} are missing (first: ${absent[0]}); download the checkpoint again`,
    );
  const misfit = misfits.find(([name]) => name in encoder);
  if (misfit)
    throw new AttuneError(
      'CHECKPOINT_SHAPE',
      `${where}: tensor "${misfit[1]}" does not have the shape [${encoder[misfit[0]].shape}] that config.json says; the two files do not belong together`,
    );
}
