import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { QuantizedFormat } from '@attune/engine';
import { AttuneError, parseJson, reasonOf } from '@attune/internal';
import { isLoraModel, type ModelTask, type ProblemType } from '@attune/models';
import { type LoadedModel, type LoadOptions, loadAdapter, loadModel } from '@attune/models/node';
import type { Tokenizer } from '@attune/tokenizer';
import { loadTokenizer } from '@attune/tokenizer/node';
import { adapterDirectory, modelSourceOf } from '../run/directory';
import { readModelJson } from '../run/json-files';
import { checkVocabulary, requireEveryLayer } from './fits';

// Loads the result of a run, a model directory or a hub id, with the tokenizer and the settings of the run.

export interface LoadTrainedOptions extends Pick<LoadOptions, 'task' | 'revision' | 'onProgress' | 'onNote'> {
  /** A directory with PEFT's files of an adapter to the model. */
  readonly adapter?: string;
  /** Reads the model's matrices as codes; default the run's, where its adapters are beside its base. */
  readonly quantize?: QuantizedFormat;
}

interface LoadedTrained extends Omit<LoadedModel, 'unexpected'> {
  /** The directory of its tokenizer and further files. */
  readonly directory: string;
  /** Whether it is the adapters of a run, beside the base that they were trained with. */
  readonly isAdaptedRun: boolean;
}

/** The `attune.json` of a run whose adapters are beside their base. */
interface AdaptedRun {
  readonly task: ModelTask;
  readonly model: string;
  readonly revision?: string;
  readonly quantize?: QuantizedFormat;
  readonly architecture?: { readonly labels?: readonly string[]; readonly problemType?: ProblemType };
}

/**
 * Loads the result of a run, a model directory or a hub id, with an adapter beside it if one is given. For a run without a whole model it
 * loads the base that the run's config names, quantized as it says, and applies the run's adapters.
 *
 * @throws AttuneError as `loadModel` and `loadAdapter`; ADAPTER_BASE for a further adapter to such a run, MODEL_TASK for another task than the run's
 */
async function loadTrained(source: string, options: LoadTrainedOptions): Promise<LoadedTrained> {
  const place = adapterDirectory(source);
  if (place !== undefined) return loadRun(source, place, options);
  const { adapter, ...loading } = options;
  const model = modelSourceOf(source);
  const loaded =
    adapter === undefined ? await loadModel(model, loading) : await loadBeside(model, { ...loading, adapter });
  return { ...loaded, isAdaptedRun: false };
}

export interface TrainedModel extends LoadedTrained {
  readonly tokenizer: Tokenizer;
}

interface LoadReadyOptions extends LoadTrainedOptions {
  readonly precision?: string;
  /** What a model without its head lacks, and what to do. */
  readonly withoutHead: (missing: string) => string;
}

/**
 * `loadTrained` with the tokenizer, checked: the model has its head, and the tokenizer belongs to it.
 *
 * @throws AttuneError CHECKPOINT_NO_HEAD, CHECKPOINT_SHAPE, CHECKPOINT_VOCABULARY; ARGUMENT_INVALID for 8 bits of adapters beside their base
 */
export async function loadTrainedModel(
  source: string,
  { precision, withoutHead, ...options }: LoadReadyOptions,
): Promise<TrainedModel> {
  const loaded = await loadTrained(source, options);
  requireMerged(loaded, precision);
  if (!loaded.isAdaptedRun) requireEveryLayer(source, loaded); // of its base the run was told when it was trained
  const { initialized, directory } = loaded;
  if (initialized.length > 0)
    throw new AttuneError('CHECKPOINT_NO_HEAD', `${source}: expected ${withoutHead(initialized.join(', '))}`);
  const tokenizer = await loadTokenizer(directory);
  checkVocabulary(source, tokenizer, loaded.model.config);
  return { ...loaded, tokenizer };
}

async function loadRun(source: string, adapter: string, options: LoadTrainedOptions): Promise<LoadedTrained> {
  const run = (await trainedConfig(adapter)) as unknown as AdaptedRun;
  const { task = 'sequence-classification', onProgress, onNote } = options;
  if (options.adapter !== undefined)
    throw new AttuneError(
      'ADAPTER_BASE',
      `${source}: expected no adapter beside this run, which has its own, got ${options.adapter}; name the model that the adapter was trained on`,
    );
  if (run.task !== task)
    throw new AttuneError('MODEL_TASK', `${source}: expected a model for ${task}, got one for ${run.task}`);
  const { labels, problemType } = run.architecture ?? {};
  const loaded = await loadBeside(run.model, {
    ...{ task, onProgress, onNote, adapter, revision: run.revision, quantize: options.quantize ?? run.quantize },
    ...(task.endsWith('-classification') && { labels, problemType }),
  });
  return { ...loaded, directory: adapter, isAdaptedRun: true };
}

/** Loads the base and applies the adapter. Modules that the adapter stores in full may be missing from the base and are not quantized. */
async function loadBeside(
  source: string,
  { adapter, quantize: format, ...options }: Omit<LoadOptions, 'quantize'> & LoadTrainedOptions & { adapter: string },
): Promise<LoadedModel> {
  const saved = (await readModelJson(join(adapter, 'adapter_config.json')))?.modules_to_save;
  const keep = Array.isArray(saved) ? saved.filter((name) => typeof name === 'string') : [];
  const loaded = await loadModel(source, { ...options, ...(format && { quantize: { format, keep } }) });
  const { model, parameters } = await loadAdapter(adapter, loaded);
  return { ...loaded, model, parameters, initialized: loaded.initialized.filter((name) => !model.isTrainable(name)) };
}

/** Throws AttuneError ARGUMENT_INVALID for 8 bits of a model that is computed with adapters beside it. */
function requireMerged({ model }: Pick<LoadedModel, 'model'>, precision = 'fp32'): void {
  if (precision === 'fp32' || !isLoraModel(model)) return;
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `precision: expected fp32 of a model with its adapters beside it, got ${precision}; leave it out, or train with mergeAdapter (--merge-adapter)`,
  );
}

/** Whether a directory is a run's that has something to load. */
export const hasTrained = (source: string) => ['model', 'adapter'].some((name) => existsSync(join(source, name)));

/**
 * Settings of the run that a model comes from: the run directory's `config.json`, or the `attune.json` beside a model that was
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
      `${path}: expected what the run wrote, got ${reasonOf(cause)}; restore it, or train again`,
      {
        cause,
      },
    );
  }
}
