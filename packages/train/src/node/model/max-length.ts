// The maximum length of texts: where nothing else is asked for, what may be asked for, and what is saved of it.
import { AttuneError } from '@attune/internal';
import type { Tokenizer } from '@attune/tokenizer';

/** Where the maximum length of a model comes from. */
export interface LengthLimits {
  /** Its configuration. */
  readonly config: {
    /** Most tokens that the model has positions for. */
    readonly maxPositions: number;
  };
  /** The tokenizer, whose file may have a limit of its own. */
  readonly tokenizer: {
    /** `model_max_length` of its `tokenizer_config.json`; undefined where that has no limit. */
    readonly modelMaxLength: number | undefined;
  };
}

/**
 * The maximum length of a model's texts where no other is asked for: the tokenizer's `model_max_length`, as in transformers, and no more
 * than the model has positions for.
 *
 * @example
 * usualMaxLength({ config: { maxPositions: 512 }, tokenizer: { modelMaxLength: 128 } }); // 128
 */
export function usualMaxLength({ config: { maxPositions }, tokenizer }: LengthLimits): number {
  return Math.min(tokenizer.modelMaxLength ?? maxPositions, maxPositions);
}

/**
 * The maximum length that is asked for, or else the usual one. Asked for, it may exceed the tokenizer's `model_max_length`, as in transformers, but not
 * the positions.
 *
 * @throws AttuneError ARGUMENT_INVALID for more than the model has positions for
 */
export function maxLengthOf(asked: number | undefined, limits: LengthLimits): number {
  const { maxPositions } = limits.config;
  if (asked === undefined) return usualMaxLength(limits);
  if (asked <= maxPositions) return asked;
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `maxLength: expected at most ${maxPositions}, the model's positions, got ${asked}; leave it out, or choose less`,
  );
}

/** What a run says of a maximum length that is the tokenizer's; nothing where it is the model's. */
export function noteUsualLength(asked: number | undefined, limits: LengthLimits, onNote: (note: string) => void): void {
  const { maxPositions } = limits.config;
  const usual = usualMaxLength(limits);
  if (asked !== undefined || usual === maxPositions) return;
  onNote(
    `texts are read up to ${usual} tokens, the tokenizer's model_max_length; the model has positions for ${maxPositions}: maxLength (--max-length) says otherwise`,
  );
}

/** The tokenizer of a model that was trained on texts of this length: where it was asked for more than `model_max_length`, that is what Python is to read too. */
export function tokenizerOfLength(tokenizer: Tokenizer, maxLength: number): Tokenizer {
  const { modelMaxLength = maxLength } = tokenizer;
  return modelMaxLength >= maxLength ? tokenizer : { ...tokenizer, modelMaxLength: maxLength };
}
