import { AttuneError } from '@attune/engine';
import { accuracy, type EntityMode, entityReport, isTagOf, type TagScheme } from '@attune/metrics';
import { ignoredLabel } from '@attune/models';
import type { Examples, Figures, Task } from './task';
import { likeliest, tokenBatch } from './token-batch';

/** Sequences and, for each token of each, a label's id, or −100 where there is none. */
export interface TokenExamples extends Examples {
  readonly labels: readonly Int32Array[];
}

export interface TokenTaskOptions {
  /** What the labels follow; IOB2 unless given. `none` for labels that stand for themselves, such as parts of speech. */
  readonly scheme?: TagScheme | 'none';
  /** What counts as an entity: `strict` unless given. See `entityReport` of @attune/metrics. */
  readonly mode?: EntityMode;
}

/**
 * Token classification: a label for each token that has one.
 *
 * Measures `loss` (the mean over labelled tokens), `accuracy` (of labelled tokens) and, by whole entities of all types
 * together, `precision`, `recall` and `f1`. A batch weighs as much as it has labelled tokens. What was cut off a sentence is in
 * no figure.
 *
 * @param labels by their ids
 * @throws AttuneError ARGUMENT_INVALID for a label that the scheme does not know; DATA_NO_LABELS for a batch without one
 * @example
 * const task = tokenTask(['O', 'B-SKILL', 'I-SKILL']);
 * const { f1 } = await evaluate(forward, data, { task, batchSize: 32, padTokenId: 0, seed: 1 });
 */
export function tokenTask(labels: readonly string[], options: TokenTaskOptions = {}): Task<TokenExamples> {
  checkLabels(labels, options);
  return {
    batch({ sequences, labels: all }, examples, batchOptions) {
      const chosen = Array.from(examples);
      const own = { sequences: chosen.map((i) => sequences[i]), labels: chosen.map((i) => all[i]) };
      return tokenBatch(own, examples, batchOptions);
    },
    figures: (data) => tokenFigures(data, labels, options),
  };
}

function tokenFigures(data: TokenExamples, labels: readonly string[], options: TokenTaskOptions): Figures {
  const tagsOf = (ids: Int32Array) => Array.from(ids, (id) => labels[id]);
  const [truth, prediction]: [string[][], string[][]] = [[], []];
  let [loss, weight] = [0, 0];
  return {
    add(batch, { loss: mean, logits }) {
      loss += mean * batch.weight;
      weight += batch.weight;
      const predicted = likeliest(batch, logits);
      let read = 0;
      for (const example of batch.examples) {
        const own = data.labels[example].filter((label) => label !== ignoredLabel);
        truth.push(tagsOf(own));
        prediction.push(tagsOf(predicted.subarray(read, read + own.length)));
        read += own.length;
      }
    },
    result: () => ({ loss: loss / weight, ...tagMetrics(truth, prediction, options) }),
  };
}

function tagMetrics(
  truth: string[][],
  prediction: string[][],
  { scheme = 'IOB2', mode }: TokenTaskOptions,
): Record<string, number> {
  if (scheme === 'none') return { accuracy: accuracy(truth.flat(), prediction.flat()) };
  const { micro, accuracy: ofTokens } = entityReport(truth, prediction, { scheme, mode });
  return { accuracy: ofTokens, precision: micro.precision, recall: micro.recall, f1: micro.f1 };
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
