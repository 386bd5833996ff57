import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { QuantizedFormat } from '@attune/engine';
import { AttuneError, parseJson, reasonOf } from '@attune/internal';
import { isLoraModel, type ModelTask, type ProblemType } from '@attune/models';
import { type LoadedModel, type LoadOptions, loadAdapter, loadModel, tiedAdvice } from '@attune/models/node';
import type { Tokenizer } from '@attune/tokenizer';
import { loadTokenizer } from '@attune/tokenizer/node';
import { readModelJson } from '../run/json-files';
import { adapterDirectory, modelSourceOf } from '../run/model-place';
import { fittedTokenizer, requireEveryLayer } from './fits';
import {
  checkArchitecture,
  firstLoaded,
  isRecordedHubId,
  type RecordedModel,
  recordedModel,
  sourcesOf,
} from './origin';
import { loaderAdvice, localConfig, otherTaskAdvice, refuseOtherTask } from './other-task';

// Loads a run, a model directory or a hub id, with the tokenizer and the settings of the run.

export interface LoadTrainedOptions extends Pick<LoadOptions, 'task' | 'revision' | 'onProgress' | 'onNote'> {
  /** A directory with PEFT's files of an adapter of the model; default none. */
  readonly adapter?: string;
  /** The base model of a run's separate adapters, in a directory or on the hub; default the place that the run records. It must be the same model. */
  readonly base?: string;
  /** Reads the model's matrices as codes; default the run's format, where its adapters are separate. */
  readonly quantize?: QuantizedFormat;
}

interface LoadedTrained extends Omit<LoadedModel, 'unexpected'> {
  /** The directory of its tokenizer and other files: an adapter's own where it has a tokenizer, as transformers reads one. */
  readonly directory: string;
  /** The directory of the base, where the adapter has a tokenizer. */
  readonly baseDirectory?: string;
  /** Whether it consists of a run's adapters and their base. */
  readonly isAdaptedRun: boolean;
}

/** The `attune.json` of a run with separate adapters. */
interface AdaptedRun extends RecordedModel {
  readonly task: ModelTask;
  readonly quantize?: QuantizedFormat;
  readonly architecture?: { readonly labels?: readonly string[]; readonly problemType?: ProblemType };
}

/**
 * Loads a run, a model directory or a hub id, optionally with an adapter. For a run without a whole model it
 * loads the base that the run's config names, in its quantization, and applies the run's adapters.
 *
 * @throws AttuneError as `loadModel` and `loadAdapter`; ADAPTER_BASE for another adapter of such a run, MODEL_TASK for another task than the run's,
 * MODEL_CHANGED for a changed base, ARGUMENT_INVALID for a base of a whole model
 */
async function loadTrained(source: string, options: LoadTrainedOptions): Promise<LoadedTrained> {
  const place = adapterDirectory(source);
  if (place !== undefined) return loadRun(source, place, options);
  const { adapter, base, ...loading } = options;
  if (base !== undefined)
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `base: expected a source with separate adapters, got the whole model ${source} with ${base}; remove it`,
    );
  const model = modelSourceOf(source);
  const { task = 'sequence-classification' } = options;
  refuseOtherTask(source, (await localConfig(model)) ?? {}, task);
  const loaded =
    adapter === undefined ? await loadModel(model, loading) : await loadNamed(model, { ...loading, adapter });
  refuseOtherTask(source, loaded.model.config.original, task); // a hub id has its config only now
  if (adapter === undefined || !existsSync(join(adapter, 'tokenizer.json'))) return { ...loaded, isAdaptedRun: false };
  return { ...loaded, directory: adapter, baseDirectory: loaded.directory, isAdaptedRun: false };
}

export interface TrainedModel extends LoadedTrained {
  readonly tokenizer: Tokenizer;
}

interface LoadReadyOptions extends LoadTrainedOptions {
  readonly precision?: string;
  /** The message for a model without its head, with the fix. */
  readonly withoutHead: (missing: string) => string;
}

/**
 * `loadTrained` with the tokenizer, and a check that the model has its head and that the tokenizer belongs to it.
 *
 * @throws AttuneError CHECKPOINT_NO_HEAD, CHECKPOINT_SHAPE, CHECKPOINT_VOCABULARY; ARGUMENT_INVALID for 8 bits with separate adapters
 */
export async function loadTrainedModel(
  source: string,
  { precision, withoutHead, ...options }: LoadReadyOptions,
): Promise<TrainedModel> {
  const loaded = await loadTrained(source, options);
  requireMerged(loaded, precision);
  if (!loaded.isAdaptedRun) requireEveryLayer(source, loaded); // the base of a run was checked in training
  const { initialized, directory } = loaded;
  if (initialized.length > 0)
    throw new AttuneError(
      'CHECKPOINT_NO_HEAD',
      `${source}: expected ${withoutHead(initialized.join(', '))}${orTied(loaded)}${otherTaskAdvice(loaded.model.config.original, options.task ?? 'sequence-classification')}`,
    );
  const fitting = { model: loaded.model.config, onNote: options.onNote };
  const tokenizer = fittedTokenizer(source, await loadTokenizer(directory, { onNote: options.onNote }), fitting);
  return { ...loaded, tokenizer };
}

const orTied = ({ model, initialized }: LoadedTrained): string => {
  const advice = tiedAdvice(model, initialized);
  return advice === undefined ? '' : `; ${advice}`;
};

async function loadRun(source: string, adapter: string, options: LoadTrainedOptions): Promise<LoadedTrained> {
  const run = await adaptedRun(source, adapter, options);
  const { task = 'sequence-classification', onProgress, onNote } = options;
  if (options.adapter !== undefined)
    throw new AttuneError(
      'ADAPTER_BASE',
      `${source}: expected no other adapter for this run, which has its own, got ${options.adapter}; name the model that the adapter was trained on`,
    );
  if (run.task !== task)
    throw new AttuneError(
      'MODEL_TASK',
      `${source}: expected a model for ${task}, got one for ${run.task}; ${loaderAdvice(run.task)}`,
    );
  const { labels, problemType } = run.architecture ?? {};
  const advice = 'name the base of its training with base (--base DIR)';
  const finding = { run: source, recorded: run, advice, onNote };
  const sources = options.base === undefined ? await sourcesOf(run, finding) : [modelSourceOf(options.base)];
  const revision = options.revision ?? run.modelCommit ?? run.revision;
  const loaded = await firstLoaded(sources, finding, async (base) => {
    const beside = await loadBeside(base, {
      ...{ task, onProgress, onNote, adapter, revision, digest: run.modelDigest },
      ...{ quantize: options.quantize ?? run.quantize },
      isHubId: options.base === undefined && isRecordedHubId(base, run),
      ...(task.endsWith('-classification') && { labels, problemType }),
    });
    checkArchitecture(base, beside.model.config, run);
    return beside;
  });
  return { ...loaded, directory: adapter, isAdaptedRun: true };
}

/** The record of a run that has only adapters; a published one does not name the place of its base. */
async function adaptedRun(source: string, adapter: string, { base }: LoadTrainedOptions): Promise<AdaptedRun> {
  const record = await trainedConfig(adapter);
  const run = recordedModel({ ...(base !== undefined && { model: base }), ...record }, adapter);
  if (run) return run as AdaptedRun;
  throw new AttuneError(
    'ADAPTER_BASE',
    `${source}: expected attune.json to name the base of its adapters, found none; name it with base (--base DIR)`,
  );
}

/** Loads a given model and a given adapter. An adapter whose run records its base is refused with another one. */
async function loadNamed(
  source: string,
  options: Omit<LoadTrainedOptions, 'base'> & { adapter: string },
): Promise<LoadedModel> {
  const { adapter } = options;
  const record = await recordBeside(adapter);
  if (record === undefined) return loadBeside(source, options);
  const finding = { run: adapter, recorded: record, advice: "name the base of the adapter's training" };
  return firstLoaded([source], finding, async () => {
    const loaded = await loadBeside(source, { ...options, digest: record.modelDigest });
    checkArchitecture(source, loaded.model.config, record);
    return loaded;
  });
}

/** The recorded base of an adapter: in its directory, or in its run where that also has a whole model. */
async function recordBeside(adapter: string): Promise<RecordedModel | undefined> {
  const run = dirname(resolve(adapter));
  const places = [adapter, ...(basename(resolve(adapter)) === 'adapter' ? [run] : [])];
  for (const place of places) {
    const record = recordedModel(await trainedConfig(place), place);
    if (record?.modelDigest !== undefined) return record;
  }
  return undefined;
}

/** Loads the base and applies the adapter. Modules that the adapter stores in full may be missing from the base and are not quantized. */
async function loadBeside(
  source: string,
  {
    adapter,
    quantize: format,
    ...options
  }: Omit<LoadOptions, 'quantize'> & Omit<LoadTrainedOptions, 'base'> & { adapter: string },
): Promise<LoadedModel> {
  const saved = (await readModelJson(join(adapter, 'adapter_config.json')))?.modules_to_save;
  const keep = Array.isArray(saved) ? saved.filter((name) => typeof name === 'string') : [];
  const loaded = await loadModel(source, { ...options, ...(format && { quantize: { format, keep } }) });
  const { model, parameters } = await loadAdapter(adapter, loaded);
  return { ...loaded, model, parameters, initialized: loaded.initialized.filter((name) => !model.isTrainable(name)) };
}

/** Throws AttuneError ARGUMENT_INVALID for 8 bits of a model with separate adapters. */
function requireMerged({ model }: Pick<LoadedModel, 'model'>, precision = 'fp32'): void {
  if (precision === 'fp32' || !isLoraModel(model)) return;
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `precision: expected fp32 for a model with separate adapters, got ${precision}; remove it, or train with mergeAdapter (--merge-adapter)`,
  );
}

/** Whether a directory is a run with a model or an adapter. */
export const hasTrained = (source: string) => ['model', 'adapter'].some((name) => existsSync(join(source, name)));

/**
 * Settings of a model's run: the run directory's `config.json`, or the `attune.json` with a model that was
 * copied elsewhere. Empty for a model that Attune did not train.
 *
 * @throws AttuneError RUN_CONFIG for a file that cannot be read
 * @example
 * const { labelSeparator } = await trainedConfig('runs/sectors');
 */
export async function trainedConfig(source: string): Promise<Readonly<Record<string, unknown>>> {
  const run = join(source, 'config.json');
  const path = hasTrained(source) && existsSync(run) ? run : join(source, 'attune.json');
  if (!existsSync(path)) return {};
  try {
    return { ...(parseJson(await readFile(path, 'utf8')) as object) };
  } catch (cause) {
    throw new AttuneError(
      'RUN_CONFIG',
      `${path}: expected the record of the run, got ${reasonOf(cause)}; restore it, or train again`,
      {
        cause,
      },
    );
  }
}
