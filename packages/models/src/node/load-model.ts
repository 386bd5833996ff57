import { join } from 'node:path';
import { type HostTensor, type QuantizedFormat, quantizedFormats, type Specs, sizeOf } from '@attune/engine';
import { AttuneError, checkArgument, checkOptions, isObject, oneOf, type TableOf } from '@attune/internal';
import { invalid } from '../checkpoint/config-format';
import { describe } from '../checkpoint/describe';
import { type ModelConfig, type ModelTask, type ProblemType, problemTypes } from '../checkpoint/model-config';
import { classFor } from '../families';
import type { Head } from '../heads/head';
import { initialize } from '../initialize';
import { type Model, modelForTask, modelWithHead, type TaskLossOptions } from '../model';
import { type QuantizedModel, type QuantizeOptions, quantized, quantizeParameter } from '../quantized/quantized';
import type { Weights } from './checkpoint/open-safetensors';
import { checkNotQuantized } from './checkpoint/quantized-elsewhere';
import { readCheckpoint } from './checkpoint/read-checkpoint';
import { hasOwnHead, withTied } from './checkpoint/tied-heads';
import { checkFiles, checkTensors, type WeightsDigest, weightsDigest } from './checkpoint/weights-digest';
import { withoutWrapper } from './checkpoint/wrapped-names';
import { type ResolveOptions, resolveModelSource } from './hub/resolve-model-source';
import { plannedReading, type ReadingPlan } from './plan-reading';

/** Options of `loadModel`. */
export interface LoadOptions extends ResolveOptions {
  /** Task of the head; default sequence classification. */
  readonly task?: ModelTask;
  /** Custom head instead of a task's; default none. */
  readonly head?: Head;
  /** Options of the loss, such as `labelSmoothing`; default none. */
  readonly loss?: TaskLossOptions;
  /** Labels of the head; default the checkpoint's. A head of another size is initialized. Not for language models. */
  readonly labels?: readonly string[];
  /** Problem type of a sequence classifier; default the checkpoint's, or one label per text. */
  readonly problemType?: ProblemType;
  /** Random seed of initialized parameters; default 42. */
  readonly seed?: number;
  /**
   * Quantizes the matrices of linear modules to 8 or 4 bits, one at a time, as `quantized` does. They are frozen: train adapters.
   * Initialized parameters stay float32. Default float32 for all parameters.
   */
  readonly quantize?: QuantizedFormat | Omit<QuantizeOptions, 'except'>;
  /**
   * Hashes the weights while reading, so that the result has their `digest`. If a digest is given, other weights are refused: by sizes
   * and headers before any number is read. Default no hash.
   */
  readonly digest?: true | WeightsDigest;
}

/** `quantized` checks the name of a format. */
const format = { expected: 'an object', holds: (value: unknown) => isObject(value) || typeof value === 'string' };

const loadTable = {
  task: oneOf(['sequence-classification', 'token-classification', 'masked-lm', 'causal-lm']),
  head: 'object',
  loss: 'object',
  labels: 'strings',
  problemType: oneOf(problemTypes),
  seed: 'seed',
  quantize: oneOf(quantizedFormats, format),
  digest: 'any',
  revision: 'string',
  isHubId: 'boolean',
  environment: 'object',
  onProgress: 'function',
  onNote: 'function',
  retries: 'object',
} satisfies TableOf<LoadOptions>;

/** A loaded model and the result of matching its parameters. */
export interface LoadedModel extends Omit<ReadingPlan, 'from'> {
  /** The model with its head. */
  readonly model: Model;
  /** Its parameters, by the checkpoint's names. */
  readonly parameters: Record<string, HostTensor>;
  /** Directory from which it was loaded. */
  readonly directory: string;
  /** Identity of the weights, if `digest` was set. */
  readonly digest?: WeightsDigest;
}

/** A model loaded with `quantize`. */
export interface LoadedQuantizedModel extends LoadedModel {
  /** The model with its head, with quantized linear modules. */
  readonly model: QuantizedModel;
}

/** Loads a model with quantized matrices of linear modules. */
export async function loadModel(
  source: string,
  options: LoadOptions & {
    /** Format of the matrices of linear modules: `int8`, `int4` or `nf4`. */
    readonly quantize: NonNullable<LoadOptions['quantize']>;
  },
): Promise<LoadedQuantizedModel>;
/**
 * Loads a model with the head of a task from a directory in Hugging Face's format, or from a hub id.
 *
 * @throws AttuneError CHECKPOINT_… for a missing, damaged or unsupported file, with file and tensor; MODEL_TASK for a
 * task that the family has no head for; MODEL_CHANGED for weights with another digest
 * @throws RangeError if both `task` and `head` are given
 * @example
 * const { model, parameters } = await loadModel('models/minilm', { labels: ['spam', 'ham'] });
 * const llama = await loadModel('models/stories260K', { task: 'causal-lm' });
 * const frozen = await loadModel('models/llama', { task: 'causal-lm', quantize: 'nf4' }); // then withLora(frozen.model, …)
 * const tagger = await loadModel('models/minilm', { task: 'token-classification', labels: ['O', 'B', 'I'] });
 */
export async function loadModel(source: string, options?: LoadOptions): Promise<LoadedModel>;
export async function loadModel(source: string, options: LoadOptions = {}): Promise<LoadedModel> {
  checkArgument('loadModel', { source }, 'path');
  checkOptions('loadModel', options, loadTable);
  if (options.task && options.head)
    throw new RangeError('loadModel: task and head exclude each other, got both; remove one');
  const directory = await resolveModelSource(source, options);
  const usesLabels = options.labels === undefined && hasLabels(options);
  const { digest: known } = options;
  const { config, weights } = await readCheckpoint(directory, { usesLabels, hash: known !== undefined });
  const expected = known === true ? undefined : known;
  try {
    if (usesLabels) requireDistinct(config.labels, join(directory, 'config.json'));
    if (expected) checkFiles(directory, weights.files, expected);
    const own = modelFor(withLabels(config, options), { ...options, where: directory });
    const { onNote = () => {} } = options;
    const named = withoutWrapper(weights, own, { where: directory, onNote });
    checkNotQuantized(named, own, { where: directory, onNote });
    const plain = (await hasOwnHead(named, own, { where: directory, onNote }))
      ? modelFor(withTied(own.config, false), { ...options, where: directory })
      : own;
    const anyHead = options.labels !== undefined;
    const plan = plannedReading(named, plain, { where: directory, anyHead });
    const { from, initialized, unexpected, unusedLayers } = plan;
    const model = quantizedModel(plain, options, initialized);
    const fresh = initialize(pick(plain.specs, initialized), plain.config, options.seed ?? 42);
    const quantizing = 'quantized' in model ? { quantized: model.quantized } : {};
    const read = await readParameters(named, { from, specs: plain.specs, ...quantizing });
    const digest = known && weightsDigest(weights);
    if (digest && expected) checkTensors(directory, digest, expected);
    const found = { initialized, unexpected, unusedLayers };
    return { model, directory, parameters: { ...fresh, ...read }, ...found, ...(digest && { digest }) };
  } finally {
    await weights.close();
  }
}

/** The outputs of a language model are its vocabulary. */
const hasLabels = ({ task = 'sequence-classification' }: LoadOptions) => !['masked-lm', 'causal-lm'].includes(task);

/** Refuses duplicate labels, which scores and predictions could not distinguish. */
function requireDistinct(labels: readonly string[], where: string): void {
  const ids = new Map<string, number>();
  labels.forEach((label, id) => {
    const earlier = ids.get(label);
    ids.set(label, id);
    if (earlier === undefined) return;
    const what = `id2label expected a different name for each id, got ${describe(label)} for ${earlier} and ${id}`;
    throw invalid(where, what);
  });
}

function modelFor(
  config: ModelConfig,
  { head, loss, task = 'sequence-classification', where }: LoadOptions & { readonly where: string },
): Model {
  if (head) return modelWithHead(config, head, loss);
  classFor(config.modelType, task, where); // throws an error that names the checkpoint
  return modelForTask(config, task, loss);
}

function withLabels(
  config: ModelConfig,
  { labels = config.labels, problemType = config.problemType }: LoadOptions,
): ModelConfig {
  return { ...config, labels, ...(problemType && { problemType }) };
}

function quantizedModel(model: Model, { quantize }: LoadOptions, except: readonly string[]): Model | QuantizedModel {
  if (quantize === undefined) return model;
  return quantized(model, { ...(typeof quantize === 'string' ? { format: quantize } : quantize), except });
}

const pick = (specs: Specs, names: readonly string[]): Specs =>
  Object.fromEntries(names.map((name) => [name, specs[name]]));

interface ReadParametersOptions {
  /** Parameter name → tensor name in the checkpoint. */
  readonly from: ReadonlyMap<string, string>;
  /** Shapes of the parameters. */
  readonly specs: Specs;
  /** Weights to quantize, and their format. */
  readonly quantized?: QuantizedModel['quantized'];
}

/**
 * Reads parameters tensor by tensor. Weights to quantize share one buffer with the size of the largest, so that
 * at most one of them is in memory as float32.
 */
export async function readParameters(
  weights: Weights,
  { from, specs, quantized }: ReadParametersOptions,
): Promise<Record<string, HostTensor>> {
  const parameters: Record<string, HostTensor> = {};
  const passing = quantized && new Float32Array(largest(specs, quantized.weights));
  for (const [name, inFile] of from) {
    const spec = specs[name];
    const isQuantized = quantized?.weights.has(name) ?? false;
    const data = isQuantized ? passing!.subarray(0, sizeOf(spec.shape)) : new Float32Array(sizeOf(spec.shape));
    await weights.readInto(inFile, data);
    const tensor = { shape: spec.shape, dtype: spec.dtype, data };
    Object.assign(
      parameters,
      isQuantized ? quantizedFrom(name, tensor, { inFile, quantized: quantized! }) : { [name]: tensor },
    );
  }
  return parameters;
}

function quantizedFrom(
  name: string,
  tensor: HostTensor,
  { inFile, quantized }: { inFile: string; quantized: QuantizedModel['quantized'] },
): Record<string, HostTensor> {
  try {
    return quantizeParameter(name, tensor, quantized.format);
  } catch (cause) {
    const message = `tensor ${describe(inFile)} cannot be quantized (${(cause as Error).message}); download the checkpoint again`;
    throw new AttuneError('CHECKPOINT_VALUES', message, { cause });
  }
}

const largest = (specs: Specs, names: ReadonlySet<string>) =>
  Array.from(names, (name) => sizeOf(specs[name].shape)).reduce((a, b) => Math.max(a, b), 0);
