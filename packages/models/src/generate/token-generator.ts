import { AttuneError, type Engine, type HostTensor, type HostTensors, keyOf } from '@attune/engine';
import { adaptedProgram, isLoraModel } from '../lora/with-lora';
import { causalLanguageModel, type Model } from '../model';
import { cachedForward } from './cached-forward';
import { chooseToken } from './choose-token';
import { type Decoding, openDecoding } from './decoding';
import { type DecoderFile, openFileDecoding } from './file-decoding';
import { type GeneratedToken, type GenerateOptions, type GenerateSettings, generateSettings } from './options';
import { type Ending, invalid, type Prompt, type Text, textOf } from './text';

/** What was written after one prompt. */
export interface GeneratedTokens {
  readonly ids: readonly number[];
  readonly ended: Ending;
}

/** Writes on from prompts of token ids, special tokens included. */
export interface TokenGenerator {
  /** Tokens as they come, of all prompts a step at a time, and at the end what `generate` gives. */
  stream(prompts: readonly Prompt[], options?: GenerateOptions): AsyncGenerator<GeneratedToken, GeneratedTokens[]>;
  generate(prompts: readonly Prompt[], options?: GenerateOptions): Promise<GeneratedTokens[]>;
}

/** A model with its parameters, and an engine to compute with them; or the model's file, opened. */
type GeneratorModel = { readonly model: Model } & (
  | { readonly parameters: HostTensors; readonly engine: Engine }
  | { readonly file: DecoderFile }
);

/**
 * A causal language model that writes. Keys and values of earlier tokens are kept, so that a step computes one token a prompt.
 *
 * Prompts of different lengths go together, and each gets the tokens that it gets alone; what is drawn also depends on the
 * seed and the prompt's index, and on nothing else: the same seed gives the same tokens. A model may have adapters beside its
 * matrices, as `withLora` and `loadAdapter` make it. From a file of `exportDecoder` with `reads: 'last'` a plain one writes faster.
 *
 * @throws AttuneError MODEL_TASK for a model without a causal head, MODEL_UNSUPPORTED for one with other parameters; of its functions
 * ARGUMENT_INVALID for an option or a prompt that cannot be, PROMPT_TOO_LONG for one that leaves no room in the model's context
 * @example
 * const { model, parameters } = await loadModel('models/stories260K', { task: 'causal-lm' });
 * const [{ ids }] = await tokenGenerator({ model, parameters, engine }).generate([[1, 403, 407]], { maxNewTokens: 20 });
 */
export function tokenGenerator({ model, ...computed }: GeneratorModel): TokenGenerator {
  checkModel(model);
  const { config } = model;
  const open = 'file' in computed ? fromFile(model, computed.file) : onEngine(model, computed);
  const stream: TokenGenerator['stream'] = (prompts, options = {}) => {
    const settings = generateSettings(options, config);
    const texts = prompts.map((prompt, index) => textOf(prompt, { index, settings, config }));
    if (texts.length === 0) throw invalid('at least one prompt, got none');
    return write(texts, open(texts.length), settings);
  };
  const generate: TokenGenerator['generate'] = async (prompts, options) => {
    const tokens = stream(prompts, options);
    for (;;) {
      const { done, value } = await tokens.next();
      if (done) return value;
    }
  };
  return { stream, generate };
}

type OpenDecoding = (rows: number) => Decoding;

const fromFile =
  ({ config }: Model, file: DecoderFile): OpenDecoding =>
  (rows) =>
    openFileDecoding(file, config, rows);

function onEngine(model: Model, { parameters, engine }: { parameters: HostTensors; engine: Engine }): OpenDecoding {
  const { config } = model;
  const plain = cachedForward(config);
  const program = engine.compile(isLoraModel(model) ? adaptedProgram(plain, model) : plain);
  return (rows) => openDecoding({ config, parameters, program }, rows);
}

function checkModel(model: Model): void {
  const { task, config } = model;
  const { specs } = isLoraModel(model) ? model.base : model;
  if (task !== 'causal-lm')
    throw new AttuneError(
      'MODEL_TASK',
      `generate: expected a model with a head for causal-lm, got one for ${task}; load it with task: 'causal-lm'`,
    );
  const plain = causalLanguageModel(config).specs;
  const more = Object.keys(specs).find((name) => !Object.hasOwn(plain, name));
  if (more !== undefined)
    throw new AttuneError(
      'MODEL_UNSUPPORTED',
      `generate: expected a model of withLora or a plain one, got one with ${more} beside it; merge that into it first`,
    );
}

async function* write(
  texts: readonly Text[],
  decoding: Decoding,
  settings: GenerateSettings,
): AsyncGenerator<GeneratedToken, GeneratedTokens[]> {
  let logits = await decoding.read(texts.map(({ tokens }) => tokens));
  for (;;) {
    for (const text of texts.filter(({ ended }) => !ended)) {
      const id = nextToken(text, logits, settings);
      if (settings.stopTokenIds.has(id)) {
        text.ended = 'stop';
        continue;
      }
      text.tokens.push(id);
      const token = { prompt: text.index, id };
      if (settings.endsAfter(token)) text.ended = 'stop';
      else if (text.tokens.length === text.limit) text.ended = text.endedAtLimit;
      yield token;
    }
    if (texts.every(({ ended }) => ended)) break;
    logits = await decoding.read(texts.map(({ tokens, ended }) => (ended ? [] : tokens.slice(-1))));
  }
  return texts.map(({ tokens, promptLength, ended }) => ({ ids: tokens.slice(promptLength), ended: ended! }));
}

function nextToken(
  { tokens, promptLength, index }: Text,
  { data, shape }: HostTensor,
  settings: GenerateSettings,
): number {
  const vocab = shape[1];
  const key = keyOf(settings.seed, index, tokens.length - promptLength);
  return chooseToken(data.subarray(index * vocab, (index + 1) * vocab), { seen: tokens, key }, settings);
}
