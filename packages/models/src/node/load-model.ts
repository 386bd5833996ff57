import { AttuneError, type HostTensor, type Specs, sizeOf } from '@attune/engine';
import type { ModelConfig, ProblemType } from '../checkpoint/config';
import { matchTensorNames } from '../checkpoint/names';
import { initialise } from '../initialise';
import { encoders, type Model, sequenceClassifier } from '../model';
import type { Weights } from './checkpoint/open-safetensors';
import { readCheckpoint } from './checkpoint/read-checkpoint';
import { resolveModelSource } from './checkpoint/resolve-model-source';

export interface LoadOptions {
  /** The head's labels; the checkpoint's own unless given. A head of another size is initialised anew. */
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
  /** Parameters of the head that the checkpoint does not have, or has for other labels: freshly initialised. */
  readonly initialised: readonly string[];
  /** Tensors of the checkpoint that the model has no use for. */
  readonly unexpected: readonly string[];
}

/**
 * Loads an encoder with a sequence-classification head from a Hugging Face directory, or a hub id in the local cache.
 *
 * @throws AttuneError CHECKPOINT_… for what is missing, damaged or not supported, naming file and tensor
 * @example
 * const { model, parameters } = await loadModel('models/minilm', { labels: ['spam', 'ham'] });
 */
export async function loadModel(source: string, options: LoadOptions = {}): Promise<LoadedModel> {
  const directory = await resolveModelSource(source);
  const { config, weights } = await readCheckpoint(directory);
  try {
    const model = sequenceClassifier(withLabels(config, options));
    return {
      model,
      directory,
      ...(await readParameters(weights, model, { where: directory, seed: options.seed ?? 42 })),
    };
  } finally {
    await weights.close();
  }
}

function withLabels(
  config: ModelConfig,
  { labels = config.labels, problemType = config.problemType }: LoadOptions,
): ModelConfig {
  return { ...config, labels, ...(problemType && { problemType }) };
}

async function readParameters(
  weights: Weights,
  { config, specs }: Model,
  { where, seed }: { where: string; seed: number },
): Promise<Pick<LoadedModel, 'parameters' | 'initialised' | 'unexpected'>> {
  const { prefix, specs: encoderSpecs } = encoders[config.modelType];
  const { from, missing, unexpected } = matchTensorNames([...weights.tensors.keys()], Object.keys(specs), prefix);
  const ofEncoder = encoderSpecs(config);
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
