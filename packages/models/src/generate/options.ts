import { AttuneError } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/model-config';

/** A token as it is written. */
export interface GeneratedToken {
  /** The index of its prompt. */
  readonly prompt: number;
  readonly id: number;
}

/** How tokens are chosen. */
export interface Sampling {
  /** Draws tokens by their probability. False takes the likeliest. True where temperature, topK or topP is given, unless said. */
  readonly doSample: boolean;
  /** Above 0; 1 unless given. */
  readonly temperature: number;
  /** Draws among so many tokens; among all unless given. */
  readonly topK?: number;
  /** Draws among the likeliest tokens of this probability together, above 0 to 1; 1 unless given. */
  readonly topP: number;
  /** Above 1 makes tokens of the prompt and of what is written less likely; 1 unless given. */
  readonly repetitionPenalty: number;
}

export interface GenerateOptions extends Partial<Sampling> {
  /** Most prompts that are written on from together, those of like length; 32 unless given. */
  readonly batchSize?: number;
  /** Most tokens a prompt; 256 unless given. The model's context ends a text too. */
  readonly maxNewTokens?: number;
  /** Tokens that end a text and are not part of it; `eos_token_id` of the model's config.json unless given. */
  readonly stopTokenIds?: readonly number[];
  /** Of what is drawn; 42 unless given. */
  readonly seed?: number;
  /** Asked after each token, whether it is the last of its text: where a stop string is complete. */
  readonly endsAfter?: (token: GeneratedToken) => boolean;
}

export interface GenerateSettings extends Sampling {
  readonly batchSize: number;
  readonly maxNewTokens: number;
  readonly stopTokenIds: ReadonlySet<number>;
  readonly seed: number;
  readonly endsAfter: (token: GeneratedToken) => boolean;
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

/** What a Hugging Face config says that a text ends with: one id, several, or nothing. */
export function endTokens({ eos_token_id: ids }: Readonly<Record<string, unknown>>): number[] {
  return [ids].flat().filter((id): id is number => Number.isInteger(id));
}

export type Prompt = ArrayLike<number>;

/** Why a text ended: a stop token or `endsAfter`, `maxNewTokens`, or the end of the model's context. */
export type Ending = 'stop' | 'max-new-tokens' | 'context';

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
  const wanted = tokens.length + settings.maxNewTokens;
  return {
    index,
    tokens,
    promptLength: tokens.length,
    limit: Math.min(wanted, maxPositions),
    endedAtLimit: wanted > maxPositions ? 'context' : 'max-new-tokens',
  };
}

export const invalid = (what: string) => new AttuneError('ARGUMENT_INVALID', `generate: expected ${what}`);
