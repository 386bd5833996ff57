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

/** What was written after one prompt. */
export interface GeneratedTokens {
  /** The new tokens, without the prompt's and without the stop token. */
  readonly ids: readonly number[];
  /** Why the text ended. */
  readonly ended: Ending;
  /** Whether it is a whole text of the grammar; given with one alone. False where a limit ended it within. */
  readonly isWhole?: boolean;
}

/** Writes on from prompts of token ids, special tokens included. */
export interface TokenGenerator {
  /** Tokens as they come, of up to `batchSize` prompts a step at a time, and at the end what `generate` gives. */
  stream(prompts: readonly Prompt[], options?: GenerateOptions): AsyncGenerator<GeneratedToken, GeneratedTokens[]>;
  /**
   * The new tokens of every prompt, in order. Throws AttuneError ARGUMENT_INVALID for an option out of range and PROMPT_TOO_LONG for a prompt
   * that fills the context.
   */
  generate(prompts: readonly Prompt[], options?: GenerateOptions): Promise<GeneratedTokens[]>;
}

/** A model with its parameters, and an engine to compute with them; or the model's file, opened. */
type GeneratorModel = {
  /** A causal language model, with or without adapters. */
  readonly model: Model;
} & (
  | {
      /** Its parameters, by name. */
      readonly parameters: HostTensors;
      /** Where it is computed; it stays open. */
      readonly engine: Engine;
    }
  | {
      /** The model's file, opened in a runtime. */
      readonly file: DecoderFile;
    }
);

/**
 * A causal language model that writes. Keys and values of earlier tokens are kept, so that a step computes one token a prompt.
 *
 * Prompts go together, those of like length, for the shorter are filled up to the longest; each gets the tokens that it gets
 * alone. What is drawn also depends on the seed and the prompt's index, and on nothing else: the same seed gives the same
 * tokens. A model may have adapters beside its matrices, as `withLora` and `loadAdapter` make it. From a file of `exportDecoder` with `reads: 'last'` a plain one writes faster.
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
      `generate: expected a model of withLora or a plain one, got one with ${more} beside it; merge that into it first`,
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

/** Groups of texts of like length, in the order given where all are one group. */
function groupsOf(texts: readonly Text[], size: number): (readonly Text[])[] {
  if (texts.length <= size) return [texts];
  const byLength = texts.toSorted((a, b) => a.promptLength - b.promptLength);
  return Array.from({ length: Math.ceil(texts.length / size) }, (_, i) => byLength.slice(i * size, (i + 1) * size));
}

/** Writes texts on to their ends, together; those that have ended leave. */
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

/** Whether a text is whole and nothing can follow: no token is needed to end it. */
const isOver = (place: GrammarPlace | undefined) => place?.mayEnd === true && !place.goesOn;

/** None where the grammar allows no token that there is. */
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

/** The tokens that a place allows, stop tokens where the text may end and nowhere else. */
function allowedAt({ allowed, mayEnd }: GrammarPlace, stops: ReadonlySet<number>): Uint8Array {
  const value = mayEnd ? 1 : 0;
  if (Array.from(stops).every((id) => (allowed[id] ?? 0) === value)) return allowed;
  const out = new Uint8Array(Math.max(allowed.length, ...Array.from(stops, (id) => id + 1)));
  out.set(allowed);
  for (const id of stops) out[id] = value;
  return out;
}
