import { AttuneError } from '@attune/engine';
import { type EntityMode, isTagOf, type TagScheme } from '@attune/metrics';
import { type TagDecoderOptions, tagDecoder } from './tag-decoder';
import type { Examples, Task } from './task';
import { countRight, tokenBatch } from './token-batch';
import { tokenFigures } from './token-figures';

/** Sequences and, for each token of each, a label's id, or −100 where there is none. */
export interface TokenExamples extends Examples {
  readonly labels: readonly Int32Array[];
  /** Which sentence each sequence is a window onto, the windows in order; each is a sentence of its own unless given. */
  readonly sentences?: ArrayLike<number>;
}

export interface TokenTaskOptions extends TagDecoderOptions {
  /** What the labels follow; IOB2 unless given. `none` for labels that stand for themselves, such as parts of speech. */
  readonly scheme?: TagScheme | 'none';
  /** What counts as an entity: `strict` unless given. See `entityReport` of @attune/metrics. */
  readonly mode?: EntityMode;
}

/**
 * Token classification: a label for each token that has one.
 *
 * Measures `loss` (the mean over labelled tokens), `accuracy` (of labelled tokens) and, by whole entities of all types
 * together, `precision`, `recall` and `f1`; a sentence's windows count as one, and its tags are chosen by `decoding`. A batch weighs as
 * much as it has labelled tokens. What was cut off a sentence is in no figure.
 *
 * @param labels by their ids
 * @throws AttuneError ARGUMENT_INVALID for a label that the scheme does not know; DATA_NO_LABELS for a batch without one
 * @example
 * const task = tokenTask(['O', 'B-SKILL', 'I-SKILL']);
 * const { f1 } = await evaluate(forward, data, { task, batchSize: 32, padTokenId: 0, seed: 1 });
 */
export function tokenTask(labels: readonly string[], options: TokenTaskOptions = {}): Task<TokenExamples> {
  checkLabels(labels, options);
  tagDecoder(labels, options); // throws what it does not allow before anything is computed
  return {
    batch({ sequences, labels: all }, examples, batchOptions) {
      const chosen = Array.from(examples);
      const own = { sequences: chosen.map((i) => sequences[i]), labels: chosen.map((i) => all[i]) };
      return tokenBatch(own, examples, batchOptions);
    },
    figures: (data) => tokenFigures(data, labels, options),
    correct: (_, batch, logits) => countRight(batch, logits),
  };
}

function checkLabels(labels: readonly string[], { scheme = 'IOB2', mode }: TokenTaskOptions): void {
  if (scheme === 'none' || mode === 'default') return;
  const foreign = labels.find((label) => !isTagOf(scheme, label));
  if (foreign === undefined) return;
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `labels: expected tags of ${scheme}, got ${JSON.stringify(foreign)}; name their scheme, or "none" where each label stands for itself`,
  );
}
