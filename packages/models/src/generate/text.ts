import { AttuneError } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/model-config';
import type { GenerateSettings } from './options';

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
