import { AttuneError } from '@attune/engine';
import type { Tokenizer } from '@attune/tokenizer';
import type { MaskedLmOptions } from '../../tasks/masked-lm';

export interface MaskingOptions {
  /** How likely a token is to be guessed, in (0, 1]; 0.15 unless given. */
  readonly mlmProbability?: number;
  /** Guess all pieces of a word, or none. */
  readonly wholeWord?: boolean;
}

/**
 * What `maskedLmTask` needs to know of a tokenizer.
 *
 * @throws AttuneError ARGUMENT_INVALID for a probability out of range, TOKENIZER_NO_MASK for a tokenizer without a mask token
 */
export function maskingOf(
  tokenizer: Tokenizer,
  { mlmProbability = 0.15, wholeWord = false }: MaskingOptions,
): MaskedLmOptions {
  if (!(mlmProbability > 0 && mlmProbability <= 1))
    throw new AttuneError('ARGUMENT_INVALID', `mlmProbability: expected a number in (0, 1], got ${mlmProbability}`);
  const { maskId, clsId, sepId, padId, vocabSize } = tokenizer;
  if (maskId === undefined)
    throw new AttuneError(
      'TOKENIZER_NO_MASK',
      'tokenizer: expected a mask token such as [MASK], found none; masked language modelling needs the tokenizer of a model that was trained so',
    );
  return {
    probability: mlmProbability,
    wholeWord,
    maskTokenId: maskId,
    vocabSize,
    specialTokenIds: [maskId, clsId, sepId, padId].filter((id) => id !== undefined),
    isContinuation: (id) => tokenizer.idToToken(id)?.startsWith('##') ?? false,
  };
}
