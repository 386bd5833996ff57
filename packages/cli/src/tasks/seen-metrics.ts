import { equalTextGroups } from '@attune/data';
import { accuracy, type EntityMode, entityReport, type TagScheme } from '@attune/metrics';
import type { TaggedWords } from '@attune/train';
import type { TagEvaluation } from '@attune/train/node';

// Texts that were in the training data are predicted too well. Their scores are shown apart.

/** Metrics of a part; without examples their number alone. */
interface PartMetrics {
  /** Number of texts or sentences. */
  readonly examples: number;
}

/** Metrics of the texts that another file has, and of those that it does not. */
export interface SeenMetrics<Metrics extends PartMetrics> {
  readonly seen: Metrics | PartMetrics;
  readonly unseen: Metrics | PartMetrics;
}

/** Which of the texts are among the others, ignoring case and white space. */
export function areSeen(texts: readonly string[], others: readonly string[]): boolean[] {
  const groups = equalTextGroups([...others, ...texts]);
  const known = new Set(groups.subarray(0, others.length));
  return texts.map((_, i) => known.has(groups[others.length + i]));
}

/** Measures the texts that were seen, and the others, by their indices. */
export function bySeen<Metrics extends PartMetrics>(
  isSeen: readonly boolean[],
  measure: (chosen: readonly number[]) => Metrics,
): SeenMetrics<Metrics> {
  const metricsOf = (seen: boolean) => {
    const chosen = [...isSeen.keys()].filter((i) => isSeen[i] === seen);
    return chosen.length === 0 ? { examples: 0 } : measure(chosen);
  };
  return { seen: metricsOf(true), unseen: metricsOf(false) };
}

/** Formats the metrics as text. @param shown the metrics of a part that has examples, such as `F1 0.6667` */
export function seenLines<Metrics extends PartMetrics>(
  { seen, unseen }: SeenMetrics<Metrics>,
  shown: (part: Metrics) => readonly string[],
): string {
  const line = (name: string, part: Metrics | PartMetrics) => {
    const metrics = part.examples === 0 ? [] : shown(part as Metrics);
    return `${name} ${part.examples.toLocaleString('en')}${metrics.length > 0 ? `: ${metrics.join(', ')}` : ''}`;
  };
  return `${line('seen ', seen)}\n${line('unseen', unseen)}`;
}

/** A tagger's metrics on some of the sentences. */
interface TagPart extends PartMetrics {
  /** Of whole entities; absent with scheme `none`. */
  readonly precision?: number;
  readonly recall?: number;
  readonly f1?: number;
  /** Share of words whose tag is right. */
  readonly accuracy: number;
  /** Number of true entities; absent as `f1` is. Without any, precision, recall and `f1` are 0, as scikit-learn's `zero_division`. */
  readonly support?: number;
}

/** Measures a tagger separately on sentences that are also among others and on those that are not. */
export function seenTags(
  sentences: readonly TaggedWords[],
  others: readonly TaggedWords[],
  { predicted, scheme, mode }: Pick<TagEvaluation, 'predicted' | 'scheme' | 'mode'>,
): SeenMetrics<TagPart> {
  const measured = [...sentences.keys()].filter((i) => sentences[i].words.length > 0);
  const isSeen = areSeen(
    measured.map((i) => textOf(sentences[i])),
    others.map(textOf),
  );
  return bySeen(isSeen, (chosen) => {
    const rows = chosen.map((i) => measured[i]);
    const truth = rows.map((i) => sentences[i].tags);
    return tagMetrics(truth, { tags: rows.map((i) => predicted[i].tags), scheme, mode });
  });
}

const textOf = ({ words }: TaggedWords) => words.join(' ');

interface Predicted {
  readonly tags: readonly (readonly string[])[];
  readonly scheme: TagScheme | 'none';
  readonly mode: EntityMode;
}

function tagMetrics(truth: readonly (readonly string[])[], { tags, scheme, mode }: Predicted): TagPart {
  const examples = truth.length;
  if (scheme === 'none') return { examples, accuracy: accuracy(truth.flat(), tags.flat()) };
  const { micro, accuracy: ofTags, perEntity } = entityReport(truth, tags, { scheme, mode });
  const { precision, recall, f1 } = micro;
  const support = Object.values(perEntity).reduce((sum, { support: own }) => sum + own, 0);
  return { examples, precision, recall, f1, accuracy: ofTags, support };
}

/** Formats a tagger's metrics as text: F1, or that there are no entities, and accuracy. */
export const shownTags = ({ f1, support, accuracy: share }: TagPart): readonly string[] => [
  ...(f1 === undefined ? [] : [support === 0 ? 'no entities' : `F1 ${f1.toFixed(4)}`]),
  `accuracy ${share.toFixed(4)}`,
];
