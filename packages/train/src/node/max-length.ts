import { AttuneError } from '@attune/engine';
import type { Model } from '@attune/models';
import type { TrainingArguments } from '../arguments';

/**
 * Arguments with the maximum length that applies: the model's positions unless given.
 *
 * @throws AttuneError ARGUMENT_INVALID for more than the model has
 */
export function withMaxLength(
  args: TrainingArguments,
  { config: { maxPositions } }: Model,
): TrainingArguments & { readonly maxLength: number } {
  const { maxLength = maxPositions } = args;
  if (maxLength <= maxPositions) return { ...args, maxLength };
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `maxLength: expected at most ${maxPositions}, the model's positions, got ${maxLength}`,
  );
}
