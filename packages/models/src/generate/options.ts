import { AttuneError } from '@attune/internal';
import type { ModelConfig } from '../checkpoint/model-config';
import type { GrammarPlace, TokenGrammar } from '../grammar/token-grammar';

/** A token as it is generated. */
export interface GeneratedToken {
  /** The index of its prompt. */
  readonly prompt: number;
  /** Its id in the vocabulary. */
  readonly id: number;
}

/** How tokens are chosen. */
export interface Sampling {
  /** Whether tokens are drawn by probability; false takes the likeliest. Default true if temperature, topK or topP is set. */
  readonly doSample: boolean;
  /** Above 0; default 1. */
  readonly temperature: number;
  /** Draws among this many likeliest tokens; default all. */
  readonly topK?: number;
  /** Draws among the likeliest tokens whose probabilities add up to this, above 0 to 1; default 1. */
  readonly topP: number;
  /** Above 1 makes tokens of the prompt and of the generated text less likely; default 1. */
  readonly repetitionPenalty: number;
}

/** Options of `tokenGenerator`'s `generate` and `stream`. */
export interface GenerateOptions extends Partial<Sampling> {
  /** Prompts per batch, grouped by length; default 32. */
  readonly batchSize?: number;
  /** Maximum number of new tokens per prompt; default 256. The model's context ends a text too. */
  readonly maxNewTokens?: number;
  /** Tokens that end a text and are not part of it; default `eos_token_id` of the model's config.json. */
  readonly stopTokenIds?: readonly number[];
  /** Random seed of drawn tokens; default 42. */
  readonly seed?: number;
  /** Called after each token: whether it is the last of its text, such as the end of a stop string. Default never. */
  readonly endsAfter?: (token: GeneratedToken) => boolean;
  /** What may be written, after each prompt from its beginning; stop tokens count only where it may end. Default anything. */
  readonly grammar?: TokenGrammar;
}

export interface GenerateSettings extends Sampling {
  readonly batchSize: number;
  readonly maxNewTokens: number;
  readonly stopTokenIds: ReadonlySet<number>;
  readonly seed: number;
  readonly endsAfter: (token: GeneratedToken) => boolean;
  readonly grammar?: TokenGrammar;
}

/** @throws AttuneError ARGUMENT_INVALID for a value out of its range */
export function generateSettings(options: GenerateOptions, config: ModelConfig): GenerateSettings {
  const { temperature, topK, topP } = options;
  const doSample = options.doSample ?? [temperature, topK, topP].some((value) => value !== undefined);
  const settings = {
    doSample,
    temperature: temperature ?? 1,
    topK,
    topP: topP ?? 1,
    repetitionPenalty: options.repetitionPenalty ?? 1,
    batchSize: options.batchSize ?? 32,
    maxNewTokens: options.maxNewTokens ?? 256,
    stopTokenIds: new Set(options.stopTokenIds ?? endTokens(config.original)),
    seed: options.seed ?? 42,
    endsAfter: options.endsAfter ?? (() => false),
    grammar: options.grammar,
  };
  for (const [name, { expected, accepts }] of Object.entries(ranges)) {
    const value = settings[name as keyof typeof ranges];
    if (value !== undefined && !accepts(value))
      throw new AttuneError('ARGUMENT_INVALID', `${name}: expected ${expected}, got ${value}`);
  }
  return settings;
}

const isPositive = (value: number) => value > 0 && Number.isFinite(value);
const count = { expected: 'an integer ≥ 1', accepts: (value: number) => Number.isSafeInteger(value) && value >= 1 };

const ranges = {
  batchSize: count,
  maxNewTokens: count,
  topK: count,
  temperature: { expected: 'a number above 0 (doSample: false takes the likeliest token)', accepts: isPositive },
  topP: { expected: 'a number above 0, at most 1', accepts: (value: number) => value > 0 && value <= 1 },
  repetitionPenalty: { expected: 'a number above 0', accepts: isPositive },
  seed: { expected: 'an integer', accepts: (value: number) => Number.isSafeInteger(value) },
} as const;

/** Ids of the tokens that end a text, from `eos_token_id` of a Hugging Face config: one, several or none. */
export function endTokens({ eos_token_id: ids }: Readonly<Record<string, unknown>>): number[] {
  return [ids].flat().filter((id): id is number => Number.isInteger(id));
}

export type Prompt = ArrayLike<number>;

/**
 * Why a text ended: a stop token, `endsAfter` or the end of the grammar; `maxNewTokens`; the end of the model's context; or no token
 * of the vocabulary goes on with what the grammar allows.
 */
export type Ending = 'stop' | 'max-new-tokens' | 'context' | 'dead-end';

/** A text that is being written. */
export interface Text {
  /** Its prompt's. */
  readonly index: number;
  /** The prompt and what was written. */
  readonly tokens: number[];
  readonly promptLength: number;
  /** Most tokens it may have, and what ends it there. */
  readonly limit: number;
  readonly endedAtLimit: Ending;
  ended?: Ending;
  /** Where it is in the grammar, where there is one. */
  place?: GrammarPlace;
}

interface TextPlace {
  readonly index: number;
  readonly settings: GenerateSettings;
  readonly config: ModelConfig;
}

/**
 * @throws AttuneError ARGUMENT_INVALID for no token, or one that the model does not have; PROMPT_TOO_LONG where no room is left
 */
export function textOf(prompt: Prompt, { index, settings, config }: TextPlace): Text {
  const tokens = Array.from(prompt);
  const { vocabSize, maxPositions } = config;
  if (tokens.length === 0)
    throw invalid(`a token at least in prompt ${index}, got none; begin it with the model's first token`);
  const wrong = tokens.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabSize);
  if (wrong !== undefined) throw invalid(`token ids from 0 to ${vocabSize - 1} in prompt ${index}, got ${wrong}`);
  if (tokens.length >= maxPositions)
    throw new AttuneError(
      'PROMPT_TOO_LONG',
      `generate: prompt ${index} expected at most ${maxPositions - 1} tokens, one fewer than the model's context of ${maxPositions}, got ${tokens.length}; shorten it`,
    );
  const length = tokens.length + settings.maxNewTokens;
  return {
    index,
    tokens,
    promptLength: tokens.length,
    limit: Math.min(length, maxPositions),
    endedAtLimit: length > maxPositions ? 'context' : 'max-new-tokens',
    place: settings.grammar?.start,
  };
}

export const invalid = (what: string) => new AttuneError('ARGUMENT_INVALID', `generate: expected ${what}`);
