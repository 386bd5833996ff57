import { AttuneError } from '@attune/internal';
import { accuracy, type EntityMode, entityReport, isTagOf, type TagScheme } from '@attune/metrics';
import { ignoredLabel } from '@attune/models';
import type { MetricName } from '../../loop/metric-direction';
import type { Examples, TaskMetrics, TrainingTask } from '../../loop/task';
import { countRight, tokenBatch } from './batch';
import { type TagDecoderOptions, tagDecoder } from './tags';

/** Sequences, with the label id of each token, −100 for none. */
export interface TokenExamples extends Examples {
  /** Label id of each token, [tokens] of each sequence; −100 for none. */
  readonly labels: readonly Int32Array[];
  /** The sentence of each sequence, whose windows are in order; default one sequence per sentence. */
  readonly sentences?: ArrayLike<number>;
}

/** Options of `tokenTask`. */
export interface TokenTaskOptions extends TagDecoderOptions {
  /** The scheme of the labels; default IOB2. `none` for labels without entities, such as parts of speech. */
  readonly scheme?: TagScheme | 'none';
  /** How tags that break the scheme are read as entities; default `strict`. See `entityReport` of @attune/metrics. */
  readonly mode?: EntityMode;
}

/**
 * Token classification: a label per labeled token.
 *
 * Measures `loss` (the mean over labeled tokens), `accuracy` (of labeled tokens) and, by whole entities of all types
 * together, `precision`, `recall` and `f1`. The windows of a sentence count as one, and its tags are chosen by `decoding`. The weight of a batch
 * is its number of labeled tokens. Words that were cut off a sentence are in no metric.
 *
 * @param labels by their ids
 * @throws AttuneError ARGUMENT_INVALID for a label that the scheme does not know; DATA_NO_LABELS for a batch without one
 * @example
 * const task = tokenTask(['O', 'B-SKILL', 'I-SKILL']);
 * const { f1 } = await evaluate(forward, data, { task, batchSize: 32, padTokenId: 0, seed: 1 });
 */
export function tokenTask(labels: readonly string[], options: TokenTaskOptions = {}): TrainingTask<TokenExamples> {
  checkLabels(labels, options);
  tagDecoder(labels, options); // refuses what it does not allow, before anything is computed
  return {
    metricNames: ['loss', ...tokenMetricNames(options.scheme)],
    batch({ sequences, labels: all }, examples, batchOptions) {
      const chosen = Array.from(examples);
      const own = { sequences: chosen.map((i) => sequences[i]), labels: chosen.map((i) => all[i]) };
      return tokenBatch(own, examples, batchOptions);
    },
    metrics: (data) => tokenMetrics(data, labels, options),
    correct: (_, batch, logits) => countRight(batch, logits),
  };
}

function checkLabels(labels: readonly string[], { scheme = 'IOB2', mode }: TokenTaskOptions): void {
  if (scheme === 'none' || mode === 'default') return;
  const foreign = labels.find((label) => !isTagOf(scheme, label));
  if (foreign === undefined) return;
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `labels: expected tags of ${scheme}, got ${JSON.stringify(foreign)}; name their scheme, or "none" for labels without entities`,
  );
}

/** Gathers the logits of every labeled token, and measures whole sentences. */
function tokenMetrics(data: TokenExamples, labels: readonly string[], options: TokenTaskOptions): TaskMetrics {
  const width = labels.length;
  const decode = tagDecoder(labels, options);
  const rows: Float32Array[] = []; // by example
  let [loss, weight] = [0, 0];
  const tagsOf = (ids: ArrayLike<number>) => Array.from(ids, (id) => labels[id]);
  const measured = () =>
    sentencesOf(data)
      .map((examples) => examples.filter((example) => rows[example]))
      .filter((own) => own.length > 0);
  return {
    add(batch, { loss: mean, logits }) {
      loss += mean * batch.weight;
      weight += batch.weight;
      let read = 0;
      for (const example of batch.examples) {
        const count = labeledIn(data, [example]).length;
        rows[example] = (logits.data as Float32Array).slice(read * width, (read + count) * width);
        read += count;
      }
    },
    result() {
      const sentences = measured();
      const truth = sentences.map((examples) => tagsOf(labeledIn(data, examples)));
      const predicted = sentences.map((examples) => tagsOf(decode(concatenated(examples.map((i) => rows[i])))));
      return { loss: loss / weight, ...tagMetrics(truth, predicted, options) };
    },
  };
}

/** The examples of each sentence, in order. */
function sentencesOf({ sequences, sentences }: TokenExamples): number[][] {
  const examples = new Map<number, number[]>();
  sequences.forEach((_, example) => {
    const sentence = sentences?.[example] ?? example;
    examples.set(sentence, [...(examples.get(sentence) ?? []), example]);
  });
  return [...examples.values()];
}

const labeledIn = ({ labels }: TokenExamples, examples: readonly number[]): number[] =>
  examples.flatMap((example) => Array.from(labels[example]).filter((label) => label !== ignoredLabel));

function concatenated(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0];
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The names of `tagMetrics`. */
export const tokenMetricNames = (scheme?: TagScheme | 'none'): readonly MetricName[] =>
  scheme === 'none' ? ['accuracy'] : ['accuracy', 'precision', 'recall', 'f1'];

/** Accuracy of tags and, except with the scheme `none`, precision, recall and F1 of entities. */
export function tagMetrics(
  truth: readonly (readonly string[])[],
  predicted: readonly (readonly string[])[],
  { scheme = 'IOB2', mode }: { readonly scheme?: TagScheme | 'none'; readonly mode?: EntityMode },
): Record<string, number> {
  if (scheme === 'none') return { accuracy: accuracy(truth.flat(), predicted.flat()) };
  const { micro, accuracy: ofTokens } = entityReport(truth, predicted, { scheme, mode });
  return { accuracy: ofTokens, precision: micro.precision, recall: micro.recall, f1: micro.f1 };
}
