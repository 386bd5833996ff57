import { join } from 'node:path';
import type { QuantizedFormat } from '@attune/engine';
import { AttuneError } from '@attune/internal';
import {
  checkMergeable,
  initializeAdapter,
  type LoraOptions,
  type Model,
  modulesToTrain,
  parseModelConfig,
  printable,
  type QuantizeOptions,
  thinModel,
  withLora,
} from '@attune/models';
import {
  type DownloadProgress,
  type LoadOptions,
  loadModel,
  resolveModelSource,
  tiedAdvice,
} from '@attune/models/node';
import { loadTokenizer } from '@attune/tokenizer/node';
import { modelSourceOf } from '../run/model-place';
import { givenLora } from '../run/recorded';
import { mergesAdapter } from './finished-model';
import { fittedTokenizer, unusedLayersOf } from './fits';
import { type NewModel, type NewModelOptions, newModel } from './new-model';
import {
  checkArchitecture,
  firstLoaded,
  isRecordedHubId,
  type ModelSource,
  nameAnother,
  resumedModel,
  sourcesOf,
} from './origin';
import { localConfig } from './other-task';

/** The initial model and tokenizer of a training. */
export interface PreparedModel extends NewModel {
  /** With `lora`, a model of `withLora`, which decides the trained parameters. */
  readonly model: Model;
  /** The directory of its files; absent for a new model. */
  readonly directory?: string;
  /** Its origin, for the run's record; absent for a new model. */
  readonly origin?: ModelSource;
}

/** Options of `prepareModel`. */
export interface PrepareOptions extends NewModelOptions {
  /** Branch, tag or commit of a hub id; default `main`. */
  readonly revision?: string;
  /** Freezes the model and trains low-rank adapters of its matrices; default none. */
  readonly lora?: LoraOptions;
  /** Reads the frozen model's matrices as codes; default float32. */
  readonly quantize?: QuantizedFormat;
  /** Merges the adapters after training; default true without `quantize`. */
  readonly mergeAdapter?: boolean;
  /** Receives the progress of a download; default none. */
  readonly onDownload?: (progress: DownloadProgress) => void;
  /** Layers of a trained model that are kept, counted from 0; default all. */
  readonly studentLayers?: readonly number[];
  /** The run directory, from which a resumed run finds its model; default none. */
  readonly out?: string;
  /** Takes the initial model of the run in `out`; default false. */
  readonly resume?: boolean;
}

/**
 * The initial model and tokenizer of a training: `new`, a directory, or a hub id; with adapters where `lora` is given.
 *
 * A resumed run starts from its original model, from any working directory.
 *
 * A new model is small: an encoder of 4 layers, hidden 256, with WordPiece, or a decoder of that size with byte pairs, by default a Llama.
 *
 * @throws AttuneError as `loadModel`; MODEL_CHANGED for another model of a resumed run, CHECKPOINT_MISSING for a missing one
 * @example
 * const { model, parameters, tokenizer } = await prepareModel('models/minilm', { task: 'masked-lm', seed: 42, texts: [] });
 */
export async function prepareModel(source: string, options: PrepareOptions): Promise<PreparedModel> {
  checkAdaptable(source, options);
  const loaded: Loaded = source === 'new' ? newModel(options) : await loadPrepared(source, options);
  const { fresh = [], ...own } = loaded;
  const fitting = { model: own.model.config, onNote: options.onNote };
  const prepared = { ...own, tokenizer: fittedTokenizer(source, own.tokenizer, fitting) };
  const lora = await givenLora(options);
  if (lora && options.studentLayers)
    options.onNote?.(
      'adapter/ will fit the kept layers, not the model of all layers: load model/, which has it merged',
    );
  return lora ? withAdapters(prepared, { ...options, lora, fresh }) : prepared;
}

interface Loaded extends PreparedModel {
  /** Parameters that the checkpoint does not have. */
  readonly fresh?: readonly string[];
}

async function loadPrepared(source: string, options: PrepareOptions): Promise<Loaded> {
  const { out, resume = false, onNote = () => {} } = options;
  const recorded = resume && out !== undefined ? await resumedModel(out) : undefined;
  if (out === undefined || recorded === undefined) return loadFrom(source, { ...options, resume: false });
  const finding = { run: out, recorded, advice: nameAnother, onNote };
  const sources = recorded.model === source ? await sourcesOf(recorded, finding) : [source];
  return firstLoaded(sources, finding, async (place) => {
    const { modelCommit: revision = options.revision, modelDigest: digest } = recorded;
    const loaded = await loadFrom(place, { ...options, revision, digest, isHubId: isRecordedHubId(place, recorded) });
    checkArchitecture(place, loaded.model.config, recorded);
    return loaded;
  });
}

async function loadFrom(
  source: string,
  { digest = true, isHubId, ...options }: PrepareOptions & Pick<LoadOptions, 'digest' | 'isHubId'>,
): Promise<Loaded> {
  const { task, labels, problemType, seed, revision, loss, studentLayers, onNote = () => {}, onDownload } = options;
  const onStart = options.resume ? () => {} : onNote; // the run noted it when it started
  const place = isHubId ? source : modelSourceOf(source);
  const directory = await resolveModelSource(place, { revision, isHubId, onNote, onProgress: onDownload });
  await refuseOtherFamily(directory);
  const tokenizer = await loadTokenizer(directory, { onNote });
  const quantize = quantizeOptions(options);
  const loaded = await loadModel(directory, { task, labels, seed, problemType, loss, quantize, digest, onNote });
  const { initialized, unexpected } = loaded;
  const { model, parameters } = studentLayers ? thinModel(loaded, { layers: studentLayers, loss }) : loaded;
  const advice = tiedAdvice(model, initialized);
  if (initialized.length > 0)
    onStart(`newly initialized: ${printable(initialized.join(', '))}${advice === undefined ? '' : `; ${advice}`}`);
  const layers = unusedLayersOf(loaded);
  if (layers !== undefined) onStart(`${printable(source)}: ${layers}: the others are dropped`);
  if (unexpected.length > 0) onStart(`in the checkpoint but not used: ${printable(unexpected.join(', '))}`);
  const origin = { source, directory, digest: loaded.digest };
  return { model, parameters, tokenizer, directory, origin, fresh: initialized };
}

/**
 * Refuses an unsupported model before its tokenizer is read, whose format may be unsupported too.
 *
 * @throws AttuneError as `parseModelConfig`
 */
async function refuseOtherFamily(directory: string): Promise<void> {
  const config = await localConfig(directory);
  if (config !== undefined) parseModelConfig(config, join(directory, 'config.json'), { usesLabels: false });
}

type Adapting = Pick<PrepareOptions, 'lora' | 'quantize' | 'mergeAdapter' | 'studentLayers'>;

/**
 * Checks the options of adapters before anything is read.
 *
 * @throws AttuneError LORA_INVALID for adapters of a new model, whose frozen matrices would stay random, and for options that
 * require adapters
 */
function checkAdaptable(source: string, { lora, quantize, mergeAdapter, studentLayers }: Adapting): void {
  if (studentLayers !== undefined) checkThinnable(source, { lora, quantize, mergeAdapter });
  if (lora === undefined && quantize !== undefined)
    throw invalid(
      `quantize: expected lora too, got none: matrices in ${quantize} cannot be trained; add lora (--lora-r), or remove quantize`,
    );
  if (lora === undefined && mergeAdapter !== undefined)
    throw invalid('mergeAdapter: expected lora too, got no adapters to merge; add lora (--lora-r), or remove it');
  if (lora !== undefined && source === 'new')
    throw invalid(
      'lora: expected a trained model, got "new", whose frozen matrices would stay random; train it without lora first, or name another model',
    );
}

/** @throws AttuneError MODEL_LAYERS for layers of a new model, and for separate adapters of a model with more layers */
function checkThinnable(source: string, { lora, quantize, mergeAdapter }: Adapting): void {
  const wrong = (message: string) => new AttuneError('MODEL_LAYERS', `studentLayers: ${message}`);
  if (source === 'new')
    throw wrong(
      'expected a trained model, got "new", whose config sets its layers: remove it, and set the layers there: --model-config',
    );
  if (quantize !== undefined)
    throw wrong(`expected a model without quantize, got ${quantize}: train the thinner model first, and quantize that`);
  if (lora !== undefined && !mergesAdapter({ mergeAdapter }))
    throw wrong(
      'expected merged adapters, got mergeAdapter: false (--separate-adapter), whose base has all layers; remove that',
    );
}

const invalid = (message: string) => new AttuneError('LORA_INVALID', message);

/** Options of quantization: modules that are trained in full keep float32. */
function quantizeOptions({
  task,
  lora,
  quantize: format,
}: Pick<PrepareOptions, 'task' | 'lora' | 'quantize'>): QuantizeOptions | undefined {
  if (format === undefined) return undefined;
  const usual = task.endsWith('-classification') ? ['classifier'] : [];
  return { format, keep: lora?.modulesToSave ?? usual };
}

interface AdapterOptions extends Pick<PrepareOptions, 'quantize' | 'mergeAdapter' | 'seed'> {
  readonly lora: LoraOptions;
  /** Parameters without a checkpoint, which would stay random if frozen. */
  readonly fresh: readonly string[];
}

/**
 * A prepared model, frozen, with new adapters. Modules that the checkpoint lacks are trained in full, besides `modulesToSave`.
 *
 * @throws AttuneError LORA_INVALID and LORA_TARGET as `withLora`; LORA_MERGE for adapters that cannot be merged after training
 */
function withAdapters(prepared: PreparedModel, { lora, seed, fresh, ...merging }: AdapterOptions): PreparedModel {
  const { model: base, parameters } = prepared;
  const modulesToSave = modulesToTrain(base, { given: lora.modulesToSave, fresh });
  const model = withLora(base, { ...lora, ...(modulesToSave && { modulesToSave }) });
  if (mergesAdapter(merging)) checkMergeable(model);
  return { ...prepared, model, parameters: { ...parameters, ...initializeAdapter(model, seed) } };
}
