import { logSumExp } from '@attune/internal';
import { precisionRecallF1 } from '@attune/metrics';
import { ignoredLabel, nextTokens } from '@attune/models';
import { rowLengthsUpTo } from '../../loop/batches';
import type { Examples, TaskMetrics, TrainingTask } from '../../loop/task';
import { coarseMultiple, countRight, likeliest, tokenBatch } from '../token/batch';

/** Texts as token ids. */
export interface CausalLmData extends Examples {
  /** Number of tokens of each sequence's prompt, which is read but not learned; 0 to learn the whole sequence. */
  readonly promptLengths: readonly number[];
}

/** Options of `causalLmTask`. */
export interface CausalLmTaskOptions {
  /**
   * The token that ends plain texts. With it `perplexityWithoutEnd` is measured too, over all tokens except that at the end of a text. Other tools
   * do not count that token, which dominates the perplexity of short texts. Default none.
   */
  readonly endTokenId?: number;
}

/**
 * Causal language modeling: at each token the model predicts the next one.
 *
 * Tokens of a prompt are not learned, and have no logits: the head reads only the positions whose next token is learned.
 * Several examples share a row whose length depends on the batch, each with its own positions and attention, so that a batch is
 * equal to its examples one by one. The weight of a batch is its number of learned tokens. Measures `loss` (their mean),
 * `perplexity` (exp of it), `accuracy` of the next tokens, and `weightedPrecision`, `weightedRecall` and `weightedF1` over
 * them, with each token of the vocabulary as a class (scikit-learn's `average='weighted'`).
 *
 * @throws AttuneError DATA_NO_LABELS for a batch of prompts alone
 * @example
 * const data = { sequences: [{ ids: [1, 403, 407, 2] }], promptLengths: [2] }; // learns 407 after 403, and 2 after 407
 * await train({ task: causalLmTask(), data: { train: data }, … });
 */
export function causalLmTask({ endTokenId }: CausalLmTaskOptions = {}): TrainingTask<CausalLmData> {
  return {
    metricNames: ['loss', ...causalLmMetricNames],
    batch({ sequences, promptLengths }, examples, options) {
      const chosen = Array.from(examples, (i) => sequences[i]);
      const labels = Array.from(examples, (i) => completionLabels(sequences[i].ids, promptLengths[i]));
      const rowLength = rowLengthsUpTo(options.rowLength);
      return tokenBatch({ sequences: chosen, labels }, examples, {
        ...options,
        rowLength,
        readMultiple: coarseMultiple,
      });
    },
    metrics: (data) => causalLmMetrics(data, endTokenId),
    correct: (_, batch, logits) => countRight(batch, logits),
  };
}

/** The next token at each token; −100 within the prompt and at the end. */
function completionLabels(ids: ArrayLike<number>, promptLength: number): Int32Array {
  return nextTokens(Int32Array.from(ids, (id, i) => (i < promptLength ? ignoredLabel : id)));
}

/** The metrics of an evaluation except the loss. */
export const causalLmMetricNames = [
  'perplexity',
  'accuracy',
  'weightedPrecision',
  'weightedRecall',
  'weightedF1',
] as const;

function causalLmMetrics({ sequences, promptLengths }: CausalLmData, endTokenId: number | undefined): TaskMetrics {
  const [expected, guessed]: [number[], number[]] = [[], []];
  let [loss, weight] = [0, 0];
  const ends = { loss: 0, count: 0 };
  return {
    add(batch, { loss: mean, logits }) {
      loss += mean * batch.weight;
      weight += batch.weight;
      for (const id of batch.tensors.labels.data.subarray(0, batch.weight)) expected.push(id);
      for (const id of likeliest(batch, logits)) guessed.push(id);
      if (endTokenId === undefined) return;
      const width = logits.shape[1];
      let read = 0;
      for (const example of batch.examples) {
        const { ids } = sequences[example];
        read += ids.length - Math.max(1, promptLengths[example]);
        if (ids[ids.length - 1] !== endTokenId) continue; // cut, or another's
        const row = (logits.data as Float32Array).subarray((read - 1) * width, read * width);
        ends.loss += logSumExp(row) - row[endTokenId];
        ends.count += 1;
      }
    },
    result() {
      const right = expected.filter((id, i) => id === guessed[i]).length;
      const { precision, recall, f1 } = precisionRecallF1(expected, guessed).weighted;
      return {
        loss: loss / weight,
        perplexity: Math.exp(loss / weight),
        ...(weight > ends.count &&
          ends.count > 0 && { perplexityWithoutEnd: Math.exp((loss - ends.loss) / (weight - ends.count)) }),
        accuracy: right / weight,
        ...{ weightedPrecision: precision, weightedRecall: recall, weightedF1: f1 },
      };
    },
  };
}
