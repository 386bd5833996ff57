import { AttuneError } from '@attune/internal';
import type { ModelConfig } from '../checkpoint/model-config';
import type { GrammarPlace, TokenGrammar } from '../grammar/token-grammar';

/** A generated token. */
export interface GeneratedToken {
  /** Index of its prompt. */
  readonly prompt: number;
  /** Its id in the vocabulary. */
  readonly id: number;
}

/** How tokens are chosen. */
export interface Sampling {
  /** Whether to sample; false takes the most likely token. Default true if temperature, topK or topP is set. */
  readonly doSample: boolean;
  /** Sampling temperature, above 0; default 1. */
  readonly temperature: number;
  /** Samples among this number of most likely tokens; default all. */
  readonly topK?: number;
  /** Samples among the most likely tokens whose probabilities add up to this, above 0, at most 1; default 1. */
  readonly topP: number;
  /** Values above 1 make tokens of the prompt and of the generated text less likely; default 1. */
  readonly repetitionPenalty: number;
}

/** Options of `tokenGenerator`'s `generate` and `stream`. */
export interface GenerateOptions extends Partial<Sampling> {
  /** Prompts per batch, grouped by length; default 32. */
  readonly batchSize?: number;
  /** Maximum number of new tokens per prompt; default 256. The end of the model's context also ends a text. */
  readonly maxNewTokens?: number;
  /** Tokens that end a text and are not part of it; default `eos_token_id` of `config.json`. */
  readonly stopTokenIds?: readonly number[];
  /** Random seed of sampling; default 42. */
  readonly seed?: number;
  /** Called after each token; returns whether the text ends there, for example after a stop string. Default never. */
  readonly endsAfter?: (token: GeneratedToken) => boolean;
  /** Grammar of the generated text, from the end of the prompt; stop tokens are allowed only where the text may end. Default none. */
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

/** @throws AttuneError ARGUMENT_INVALID for a value out of range */
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
  temperature: { expected: 'a number above 0 (without sampling the most likely token is taken)', accepts: isPositive },
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
 * Reason why a text ended: a stop token, `endsAfter` or the end of the grammar (`stop`); `maxNewTokens`; the end of the model's context; or
 * a grammar that none of the vocabulary's tokens can continue (`dead-end`).
 */
export type Ending = 'stop' | 'max-new-tokens' | 'context' | 'dead-end';

/** A text that is being generated. */
export interface Text {
  /** Index of its prompt. */
  readonly index: number;
  /** Tokens of the prompt and those generated so far. */
  readonly tokens: number[];
  readonly promptLength: number;
  /** Maximum number of tokens, and the ending if it is reached. */
  readonly limit: number;
  readonly endedAtLimit: Ending;
  ended?: Ending;
  /** Place in the grammar, if there is one. */
  place?: GrammarPlace;
}

interface TextPlace {
  readonly index: number;
  readonly settings: GenerateSettings;
  readonly config: ModelConfig;
}

/**
 * @throws AttuneError ARGUMENT_INVALID for an empty prompt or an id outside the vocabulary; PROMPT_TOO_LONG for a prompt that leaves no room
 */
export function textOf(prompt: Prompt, { index, settings, config }: TextPlace): Text {
  const tokens = Array.from(prompt);
  const { vocabSize, maxPositions } = config;
  if (tokens.length === 0)
    throw invalid(`at least one token in prompt ${index}, got none; begin it with the model's first token`);
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
