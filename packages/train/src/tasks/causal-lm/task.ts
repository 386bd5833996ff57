import { precisionRecallF1 } from '@attune/metrics';
import { ignoredLabel, nextTokens } from '@attune/models';
import type { Examples, TaskMetrics, TrainingTask } from '../../loop/task';
import { coarseMultiple, countRight, likeliest, tokenBatch } from '../token/batch';

/** Texts to go on writing, as token ids. */
export interface CausalLmData extends Examples {
  /** How many tokens at the beginning of each sequence are its prompt, which is read and not learned; 0 to learn all of it. */
  readonly promptLengths: readonly number[];
}

/**
 * Causal language modeling: at each token the model guesses the next one.
 *
 * Tokens of a prompt are not learned, and no logit is made of them: only the positions whose next token is to be learned are
 * read. Examples are packed several to a row, each with positions of its own and blind to the others, so that a batch is
 * equal to its examples one by one. A batch weighs as much as it has tokens to learn. Measures `loss` (their mean),
 * `perplexity` (exp of it), `accuracy` of the next tokens, and `weightedPrecision`, `weightedRecall` and `weightedF1` over
 * them, each token of the vocabulary a class (scikit-learn's `average='weighted'`).
 *
 * @throws AttuneError DATA_NO_LABELS for a batch of prompts alone
 * @example
 * const data = { sequences: [{ ids: [1, 403, 407, 2] }], promptLengths: [2] }; // learns 407 after 403, and 2 after 407
 * await train({ task: causalLmTask(), data: { train: data }, … });
 */
export function causalLmTask(): TrainingTask<CausalLmData> {
  return {
    metricNames: ['loss', ...causalLmMetricNames],
    batch({ sequences, promptLengths }, examples, options) {
      const chosen = Array.from(examples, (i) => sequences[i]);
      const labels = Array.from(examples, (i) => completionLabels(sequences[i].ids, promptLengths[i]));
      return tokenBatch({ sequences: chosen, labels }, examples, { ...options, readMultiple: coarseMultiple });
    },
    metrics: causalLmMetrics,
    correct: (_, batch, logits) => countRight(batch, logits),
  };
}

/** At each token the next one, −100 where that is the prompt's or there is none. */
function completionLabels(ids: ArrayLike<number>, promptLength: number): Int32Array {
  return nextTokens(Int32Array.from(ids, (id, i) => (i < promptLength ? ignoredLabel : id)));
}

/** The metrics of an evaluation besides the loss. */
export const causalLmMetricNames = [
  'perplexity',
  'accuracy',
  'weightedPrecision',
  'weightedRecall',
  'weightedF1',
] as const;

function causalLmMetrics(): TaskMetrics {
  const [expected, guessed]: [number[], number[]] = [[], []];
  let [loss, weight] = [0, 0];
  return {
    add(batch, { loss: mean, logits }) {
      loss += mean * batch.weight;
      weight += batch.weight;
      for (const id of batch.tensors.labels.data.subarray(0, batch.weight)) expected.push(id);
      for (const id of likeliest(batch, logits)) guessed.push(id);
    },
    result() {
      const right = expected.filter((id, i) => id === guessed[i]).length;
      const { precision, recall, f1 } = precisionRecallF1(expected, guessed).weighted;
      return {
        loss: loss / weight,
        perplexity: Math.exp(loss / weight),
        accuracy: right / weight,
        ...{ weightedPrecision: precision, weightedRecall: recall, weightedF1: f1 },
      };
    },
  };
}
