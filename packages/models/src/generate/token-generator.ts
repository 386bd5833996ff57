import { type Engine, type HostTensor, type HostTensors, keyOf } from '@attune/engine';
import { AttuneError } from '@attune/internal';
import type { GrammarPlace } from '../grammar/token-grammar';
import { isLoraModel } from '../lora/with-lora';
import { causalLanguageModel, type Model } from '../model';
import { chooseToken, likeliestThat } from './choose-token';
import { cachedProgram, type Decoding, openDecoding } from './decoding';
import { type DecoderFile, openFileDecoding } from './file-decoding';
import {
  type Ending,
  type GeneratedToken,
  type GenerateOptions,
  type GenerateSettings,
  generateSettings,
  invalid,
  type Prompt,
  type Text,
  textOf,
} from './options';

/** Text generated after one prompt. */
export interface GeneratedTokens {
  /** The new tokens, without the prompt's and without the stop token. */
  readonly ids: readonly number[];
  /** Why the text ended. */
  readonly ended: Ending;
  /** Whether the text is complete under the grammar; false if a limit ended it early. Absent without a grammar. */
  readonly isWhole?: boolean;
}

/** Generates text from prompts of token ids, special tokens included. */
export interface TokenGenerator {
  /** Yields tokens while they are generated, for up to `batchSize` prompts at a time, and returns the result of `generate`. */
  stream(prompts: readonly Prompt[], options?: GenerateOptions): AsyncGenerator<GeneratedToken, GeneratedTokens[]>;
  /**
   * The new tokens of every prompt, in order. Throws AttuneError ARGUMENT_INVALID for an option out of range and PROMPT_TOO_LONG for a prompt
   * that fills the context.
   */
  generate(prompts: readonly Prompt[], options?: GenerateOptions): Promise<GeneratedTokens[]>;
}

/** A model with its parameters and an engine, or the opened file of a model. */
type GeneratorModel = {
  /** A causal language model, with or without adapters. */
  readonly model: Model;
} & (
  | {
      /** Its parameters, by name. */
      readonly parameters: HostTensors;
      /** Engine that computes the model; it stays open. */
      readonly engine: Engine;
    }
  | {
      /** The model's file, opened in a runtime. */
      readonly file: DecoderFile;
    }
);

/**
 * Generates text with a causal language model. Keys and values of earlier tokens are cached, so that each step computes one token per prompt.
 *
 * Prompts of similar length are batched, because shorter ones are padded to the longest. Each prompt gets the same tokens as
 * on its own. Sampled tokens depend only on the seed and the index of the prompt: the same seed gives the same
 * tokens. The model may have adapters, from `withLora` or `loadAdapter`. For a model without adapters, a file of `exportDecoder` with `reads: 'last'` is faster.
 *
 * @throws AttuneError MODEL_TASK for a model without a causal head, MODEL_UNSUPPORTED for a model with additional parameters. Its functions throw
 * ARGUMENT_INVALID for an invalid option or prompt, PROMPT_TOO_LONG for a prompt that leaves no room in the model's context
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
    return writeAll(texts, open, settings);
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
  const program = engine.compile(cachedProgram(model));
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
      `generate: expected a model of withLora or a plain one, got one with the additional parameter ${more}; merge it first`,
    );
}

async function* writeAll(
  texts: readonly Text[],
  open: OpenDecoding,
  settings: GenerateSettings,
): AsyncGenerator<GeneratedToken, GeneratedTokens[]> {
  for (const group of groupsOf(texts, settings.batchSize)) yield* write(group, open(group.length), settings);
  return texts.map(({ tokens, promptLength, ended, place }) => ({
    ids: tokens.slice(promptLength),
    ended: ended!,
    ...(place && { isWhole: place.mayEnd }),
  }));
}

/** Groups texts of similar length. Keeps the given order if one group holds all texts. */
function groupsOf(texts: readonly Text[], size: number): (readonly Text[])[] {
  if (texts.length <= size) return [texts];
  const byLength = texts.toSorted((a, b) => a.promptLength - b.promptLength);
  return Array.from({ length: Math.ceil(texts.length / size) }, (_, i) => byLength.slice(i * size, (i + 1) * size));
}

/** Generates a group of texts to their ends; texts that have ended are dropped. */
async function* write(
  texts: readonly Text[],
  decoding: Decoding,
  settings: GenerateSettings,
): AsyncGenerator<GeneratedToken, void> {
  let rows = texts;
  let logits = await decoding.read(rows.map(({ tokens }) => tokens));
  for (;;) {
    for (const [row, text] of rows.entries()) {
      if (text.ended) continue;
      const id = nextToken(text, logitsOf(logits, row), settings);
      if (id === undefined || settings.stopTokenIds.has(id)) {
        text.ended = id === undefined ? 'dead-end' : 'stop';
        continue;
      }
      text.tokens.push(id);
      text.place = text.place?.next(id);
      const token = { prompt: text.index, id };
      if (settings.endsAfter(token) || isOver(text.place)) text.ended = 'stop';
      else if (text.tokens.length === text.limit) text.ended = text.endedAtLimit;
      yield token;
    }
    const ended = rows.map((text) => text.ended !== undefined);
    if (!ended.includes(false)) return;
    const written = rows;
    if (ended.includes(true)) rows = decoding.shrink(ended).map((row) => written[row]);
    logits = await decoding.read(rows.map(({ tokens, ended }) => (ended ? [] : tokens.slice(-1))));
  }
}

const logitsOf = ({ data, shape: [, vocab] }: HostTensor, row: number) => data.subarray(row * vocab, (row + 1) * vocab);

/** Whether the text is complete and nothing can follow, so that no stop token is needed. */
const isOver = (place: GrammarPlace | undefined) => place?.mayEnd === true && !place.goesOn;

/** The next token; undefined if the grammar allows none of the vocabulary's tokens. */
function nextToken(
  { tokens, promptLength, index, place }: Text,
  logits: HostTensor['data'],
  settings: GenerateSettings,
): number | undefined {
  if (place && !settings.doSample) {
    const allows = (id: number) => (settings.stopTokenIds.has(id) ? place.mayEnd : place.allows(id));
    const { repetitionPenalty } = settings;
    const id = likeliestThat(allows, logits, { seen: tokens, repetitionPenalty });
    if (id !== undefined) return id;
  }
  const key = keyOf(settings.seed, index, tokens.length - promptLength);
  const allowed = place && allowedAt(place, settings.stopTokenIds).subarray(0, logits.length);
  if (allowed && !allowed.includes(1)) return undefined;
  return chooseToken(logits, { seen: tokens, key, allowed }, settings);
}

/** Tokens that a place allows; stop tokens only where the text may end. */
function allowedAt({ allowed, mayEnd }: GrammarPlace, stops: ReadonlySet<number>): Uint8Array {
  const value = mayEnd ? 1 : 0;
  if (Array.from(stops).every((id) => (allowed[id] ?? 0) === value)) return allowed;
  const out = new Uint8Array(Math.max(allowed.length, ...Array.from(stops, (id) => id + 1)));
  out.set(allowed);
  for (const id of stops) out[id] = value;
  return out;
}
