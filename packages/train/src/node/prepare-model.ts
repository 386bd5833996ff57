import type { HostTensor, QuantisedFormat } from '@attune/engine';
import {
  type LoraOptions,
  type Model,
  type ModelTask,
  type modelForTask,
  type ProblemType,
  printable,
} from '@attune/models';
import { type DownloadProgress, loadModel, resolveModelSource } from '@attune/models/node';
import type { Tokenizer } from '@attune/tokenizer';
import { loadTokenizer } from '@attune/tokenizer/node';
import { checkVocabulary } from './check-vocabulary';
import { newModel } from './new-model';
import { checkAdaptable, quantising, withAdapters } from './prepare-adapter';

export interface PreparedModel {
  /** With `lora`, a model of `withLora`: the optimizer trains what it says. */
  readonly model: Model;
  readonly parameters: Record<string, HostTensor>;
  readonly tokenizer: Tokenizer;
  /** Where it was read from; none of a new model. */
  readonly directory?: string;
}

export interface PrepareOptions {
  readonly task: ModelTask;
  /** Of a head that has labels. */
  readonly labels?: readonly string[];
  readonly problemType?: ProblemType;
  /** Of the head's loss. */
  readonly loss?: Parameters<typeof modelForTask>[2];
  readonly seed: number;
  /** Training texts, for a new model's vocabulary. */
  readonly texts: readonly string[];
  /** What a new model's `config.json` says besides its defaults, under Hugging Face's names. */
  readonly newConfig?: Readonly<Record<string, unknown>>;
  /** Branch, tag or commit of a hub id. */
  readonly revision?: string;
  /** Freezes the model and trains adapters beside its matrices. */
  readonly lora?: LoraOptions;
  /** Reads the frozen model's matrices as codes. */
  readonly quantize?: QuantisedFormat;
  /** Whether the adapters are to be merged when all is done; as `quantize` is not given unless said. */
  readonly mergeAdapter?: boolean;
  /** Told what the user should know: which parameters are new, which tensors went unused. */
  readonly onNote?: (note: string) => void;
  /** Told how a download goes. */
  readonly onDownload?: (progress: DownloadProgress) => void;
}

/**
 * The model and tokenizer that training starts from: `new`, a directory, or a hub id; with adapters where `lora` says so.
 *
 * A new model is small: an encoder of 4 layers, hidden 256, with WordPieces, or to write a Llama of that size, with byte pairs.
 */
export async function prepareModel(source: string, options: PrepareOptions): Promise<PreparedModel> {
  checkAdaptable(source, options);
  const loaded: Loaded = source === 'new' ? newModel(options) : await loadPrepared(source, options);
  const { fresh = [], ...prepared } = loaded;
  checkVocabulary(source, prepared.tokenizer, prepared.model.config);
  return options.lora ? withAdapters(prepared, { ...options, lora: options.lora, fresh }) : prepared;
}

interface Loaded extends PreparedModel {
  /** Parameters that the checkpoint does not have. */
  readonly fresh?: readonly string[];
}

async function loadPrepared(source: string, options: PrepareOptions): Promise<Loaded> {
  const { task, labels, problemType, seed, revision, loss, onNote = () => {}, onDownload } = options;
  const directory = await resolveModelSource(source, { revision, onNote, onProgress: onDownload });
  const tokenizer = await loadTokenizer(directory);
  const quantize = quantising(options);
  const loaded = await loadModel(directory, { task, labels, seed, problemType, loss, quantize });
  const { model, parameters, initialised, unexpected } = loaded;
  if (initialised.length > 0) onNote(`newly initialised: ${printable(initialised.join(', '))}`);
  if (unexpected.length > 0) onNote(`in the checkpoint but not used: ${printable(unexpected.join(', '))}`);
  return { model, parameters, tokenizer, directory, fresh: initialised };
}
