import { equalTextGroups } from '@attune/data';
import { accuracy, type EntityMode, entityReport, type TagScheme } from '@attune/metrics';
import type { TaggedWords } from '@attune/train';
import type { TagEvaluation } from '@attune/train/node';

/** A tagger's metrics on some of the sentences. */
interface PartMetrics {
  /** Number of sentences. */
  readonly examples: number;
  /** Of whole entities; absent with scheme `none`. All metrics are absent without sentences. */
  readonly precision?: number;
  readonly recall?: number;
  readonly f1?: number;
  readonly accuracy?: number;
  /** Number of true entities; absent as `f1` is. Without any, precision, recall and `f1` are 0, as scikit-learn's `zero_division`. */
  readonly support?: number;
}

/**
 * Measures a tagger separately on sentences that are also among others (ignoring case and white space) and on those that are not.
 * Scores on sentences that were in the training data are too high.
 */
export function seenMetrics(
  sentences: readonly TaggedWords[],
  others: readonly TaggedWords[],
  { predicted, scheme, mode }: Pick<TagEvaluation, 'predicted' | 'scheme' | 'mode'>,
): { readonly seen: PartMetrics; readonly unseen: PartMetrics } {
  const groups = equalTextGroups([...others, ...sentences].map(({ words }) => words.join(' ')));
  const known = new Set(groups.subarray(0, others.length));
  const isSeen = sentences.map((_, i) => known.has(groups[others.length + i]));
  const metricsOf = (seen: boolean) => {
    const rows = [...sentences.keys()].filter((i) => isSeen[i] === seen && sentences[i].words.length > 0);
    const truth = rows.map((i) => sentences[i].tags);
    return partMetrics(truth, { tags: rows.map((i) => predicted[i].tags), scheme, mode });
  };
  return { seen: metricsOf(true), unseen: metricsOf(false) };
}

interface Predicted {
  readonly tags: readonly (readonly string[])[];
  readonly scheme: TagScheme | 'none';
  readonly mode: EntityMode;
}

function partMetrics(truth: readonly (readonly string[])[], { tags, scheme, mode }: Predicted): PartMetrics {
  const examples = truth.length;
  if (examples === 0) return { examples };
  if (scheme === 'none') return { examples, accuracy: accuracy(truth.flat(), tags.flat()) };
  const { micro, accuracy: ofTags, perEntity } = entityReport(truth, tags, { scheme, mode });
  const { precision, recall, f1 } = micro;
  const support = Object.values(perEntity).reduce((sum, { support: own }) => sum + own, 0);
  return { examples, precision, recall, f1, accuracy: ofTags, support };
}

/** Formats the metrics as text. */
export function seenLines({ seen, unseen }: ReturnType<typeof seenMetrics>): string {
  const line = (name: string, { examples, f1, support, accuracy: share }: PartMetrics) => {
    const metrics = [
      ...(f1 === undefined ? [] : [support === 0 ? 'no entities' : `F1 ${f1.toFixed(4)}`]),
      ...(share === undefined ? [] : [`accuracy ${share.toFixed(4)}`]),
    ];
    return `${name} ${examples.toLocaleString('en')}${metrics.length > 0 ? `: ${metrics.join(', ')}` : ''}`;
  };
  return `${line('seen ', seen)}\n${line('unseen', unseen)}`;
}
