import { join } from 'node:path';
import type { Engine, OnnxFile } from '@attune/engine';
import { openEngine, openOnnxFile } from '@attune/engine/node';
import { AttuneError, isAttuneError } from '@attune/internal';
import { endTokens, exportDecoder, type TokenGenerator, tokenGenerator } from '@attune/models';
import { closable } from '../border/closable';
import { checkLoading, generatorTable } from '../border/load-tables';
import { freeArrays, type Trained } from '../model/exported-model';
import { loadTrainedModel } from '../model/load';
import type { PreparedModel } from '../model/prepare';
import { readModelJson } from '../run/json-files';
import { endTokenOf, tokenizersEnd, withEndToken } from './files';
import { type TextGenerator, textGeneratorOf } from './generator';
import type { GeneratorOptions, LoadCausalLmOptions } from './options';

/**
 * Loads a causal LM for generation from a run directory, a model directory, or a hub id, optionally with an adapter in PEFT's files.
 *
 * By default a text ends at `eos_token_id` of `generation_config.json` or else `config.json`, and at the tokenizer's `eos_token`.
 *
 * @throws AttuneError CHECKPOINT_NO_HEAD for a model that was never trained to write, MODEL_TASK for an encoder, ADAPTER_… for an
 * adapter of another model; its functions throw ARGUMENT_INVALID for an invalid option, PROMPT_TOO_LONG for a prompt that
 * leaves no room in the model's context
 * @example
 * const writer = await loadGenerator('models/stories260K');
 * for await (const text of writer.stream('Once upon a time', { temperature: 0.8, seed: 1 })) process.stdout.write(text);
 */
export async function loadGenerator(source: string, options: GeneratorOptions = {}): Promise<TextGenerator> {
  checkLoading('loadGenerator', source, options, generatorTable);
  const { threads, engine: shared, activations, ...loading } = options;
  const { model, parameters, tokenizer, endTokenIds: stopTokenIds } = await loadCausalLm(source, loading);
  const { config } = model;
  const engine = shared ?? (await openEngine({ threads }));
  const { generator, close } = await openTokens({ model, parameters }, { engine, threads, activations });
  const state = closable('loadGenerator', async () => {
    await close();
    if (!shared) await engine.close();
  });
  return { ...textGeneratorOf({ generator, tokenizer, config, stopTokenIds, state }), close: state.close };
}

interface OpenedTokens {
  readonly generator: TokenGenerator;
  close(): Promise<void>;
}

type OpenOptions = Pick<GeneratorOptions, 'threads' | 'activations'> & { readonly engine: Engine };

/**
 * A model ready for generation, which takes over its parameters. Where onnxruntime computes, it becomes a file with the
 * parameters as constants, which writes faster, unless it is too large for a file.
 */
async function openTokens({ model, parameters }: Trained, options: OpenOptions): Promise<OpenedTokens> {
  const { engine, threads } = options;
  const exported = fileOf({ model, parameters }, options);
  if (!exported) return { generator: tokenGenerator({ model, parameters, engine }), close: async () => {} };
  const file = await openOnnxFile(exported, { threads, isSteady: true, onWritten: () => freeArrays(parameters) });
  return { generator: tokenGenerator({ model, file }), close: file.close };
}

function fileOf(
  { model, parameters }: Trained,
  { engine: { name, runsExportedFiles }, activations = 'float32' }: OpenOptions,
): OnnxFile | undefined {
  if (!runsExportedFiles && activations === 'int8')
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `activations: int8 expected the engine onnx, got ${name}; remove it, or open that engine`,
    );
  if (!runsExportedFiles) return undefined;
  try {
    return exportDecoder(model, { parameters, reads: 'last', isPortable: false, activations });
  } catch (error) {
    if (isAttuneError(error, 'EXPORT_TOO_LARGE', 'EXPORT_UNSUPPORTED') && activations === 'float32') return undefined;
    throw error;
  }
}

/** A causal LM and its tokenizer. */
interface CausalLm extends PreparedModel {
  readonly directory: string;
  /** Tokens that end a text. */
  readonly endTokenIds: readonly number[];
}

/**
 * Loads a causal language model from a run directory, a model directory, or a hub id, optionally with an adapter.
 *
 * @throws AttuneError CHECKPOINT_NO_HEAD for a model that was never trained to write, MODEL_TASK for an encoder, ADAPTER_… as `loadAdapter`
 */
export async function loadCausalLm(source: string, options: LoadCausalLmOptions): Promise<CausalLm> {
  const loaded = await loadTrainedModel(source, {
    ...{ ...options, task: 'causal-lm' },
    withoutHead: (missing) =>
      `a trained causal language model, its head is missing (${missing}); use a model whose class ends in ForCausalLM, such as LlamaForCausalLM`,
  });
  const { directory, parameters, tokenizer } = loaded;
  const model = loaded.isAdaptedRun ? await asTrained(loaded) : loaded.model;
  const endTokenIds = await endTokensOf({ ...loaded, model });
  return { model, parameters, tokenizer, directory, endTokenIds };
}

/** A run without its own model has no config that names its end tokens. */
const asTrained = async (loaded: PreparedModel) => withEndToken(loaded.model, await endTokenOf(loaded));

/**
 * A chat model often ends its answers with another token than its texts, which only `generation_config.json` names, or the
 * `eos_token` of its tokenizer; trained texts end with the latter too.
 */
async function endTokensOf({
  model,
  tokenizer,
  directory,
  baseDirectory = directory,
}: PreparedModel & { directory: string; baseDirectory?: string }): Promise<readonly number[]> {
  const generation = (place: string) => readModelJson(join(place, 'generation_config.json'));
  const listed = endTokens((await generation(directory)) ?? (await generation(baseDirectory)) ?? {});
  const ids = listed.length > 0 ? listed : endTokens(model.config.original);
  const own = await tokenizersEnd({ tokenizer, directory });
  return own === undefined || ids.includes(own) ? ids : [...ids, own];
}
