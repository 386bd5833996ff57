// The maximum length of texts: its default, its limit, and the length that is saved.
import { AttuneError } from '@attune/internal';
import type { Tokenizer } from '@attune/tokenizer';

/** The sources of a model's maximum length. */
export interface LengthLimits {
  /** Its configuration. */
  readonly config: {
    /** Number of the model's positions. */
    readonly maxPositions: number;
  };
  /** The tokenizer, whose file may have its own limit. */
  readonly tokenizer: {
    /** `model_max_length` of its `tokenizer_config.json`; undefined without a limit. */
    readonly modelMaxLength: number | undefined;
  };
}

/**
 * The default maximum length of a model's texts: the tokenizer's `model_max_length`, as in transformers, at most
 * the number of positions.
 *
 * @example
 * usualMaxLength({ config: { maxPositions: 512 }, tokenizer: { modelMaxLength: 128 } }); // 128
 */
export function usualMaxLength({ config: { maxPositions }, tokenizer }: LengthLimits): number {
  return Math.min(tokenizer.modelMaxLength ?? maxPositions, maxPositions);
}

/**
 * The given maximum length, or else the default. A given one may exceed the tokenizer's `model_max_length`, as in transformers, but not
 * the positions.
 *
 * @throws AttuneError ARGUMENT_INVALID for more than the model's positions
 */
export function maxLengthOf(asked: number | undefined, limits: LengthLimits): number {
  const { maxPositions } = limits.config;
  if (asked === undefined) return usualMaxLength(limits);
  if (asked <= maxPositions) return asked;
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `maxLength: expected at most ${maxPositions}, the model's positions, got ${asked}; remove it, or choose less`,
  );
}

/** The note on a maximum length from the tokenizer; undefined where it is the model's. */
export function noteUsualLength(asked: number | undefined, limits: LengthLimits, onNote: (note: string) => void): void {
  const { maxPositions } = limits.config;
  const usual = usualMaxLength(limits);
  if (asked !== undefined || usual === maxPositions) return;
  onNote(
    `texts are read up to ${usual} tokens, the tokenizer's model_max_length; the model has ${maxPositions} positions: raise it with maxLength (--max-length)`,
  );
}

/** The tokenizer of a model that was trained on texts of this length, with a `model_max_length` of at least that, for Python. */
export function tokenizerOfLength(tokenizer: Tokenizer, maxLength: number): Tokenizer {
  const { modelMaxLength = maxLength } = tokenizer;
  return modelMaxLength >= maxLength ? tokenizer : { ...tokenizer, modelMaxLength: maxLength };
}
