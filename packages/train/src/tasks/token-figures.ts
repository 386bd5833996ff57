import { accuracy, type EntityMode, entityReport, type TagScheme } from '@attune/metrics';
import { ignoredLabel } from '@attune/models';
import { tagDecoder } from './tag-decoder';
import type { Figures } from './task';
import type { TokenExamples, TokenTaskOptions } from './token';

/** Gathers the logits of every labelled token, and measures what they say of whole sentences. */
export function tokenFigures(data: TokenExamples, labels: readonly string[], options: TokenTaskOptions): Figures {
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
        const count = labelled(data, [example]).length;
        rows[example] = (logits.data as Float32Array).slice(read * width, (read + count) * width);
        read += count;
      }
    },
    result() {
      const sentences = measured();
      const truth = sentences.map((examples) => tagsOf(labelled(data, examples)));
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

const labelled = ({ labels }: TokenExamples, examples: readonly number[]): number[] =>
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

/** Accuracy of tags and, unless each stands for itself, precision, recall and F1 of entities. */
export function tagMetrics(
  truth: readonly (readonly string[])[],
  predicted: readonly (readonly string[])[],
  { scheme = 'IOB2', mode }: { readonly scheme?: TagScheme | 'none'; readonly mode?: EntityMode },
): Record<string, number> {
  if (scheme === 'none') return { accuracy: accuracy(truth.flat(), predicted.flat()) };
  const { micro, accuracy: ofTokens } = entityReport(truth, predicted, { scheme, mode });
  return { accuracy: ofTokens, precision: micro.precision, recall: micro.recall, f1: micro.f1 };
}
