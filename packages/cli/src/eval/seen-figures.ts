import { equalTextGroups } from '@attune/data';
import { accuracy, type EntityMode, entityReport, type TagScheme } from '@attune/metrics';
import type { TaggedWords } from '@attune/train';
import type { TagEvaluation } from '@attune/train/node';

/** A tagger's figures on some of the sentences. */
export interface PartFigures {
  /** Sentences. */
  readonly examples: number;
  /** Of whole entities; absent where tags stand for themselves, as all are where there is no sentence. */
  readonly precision?: number;
  readonly recall?: number;
  readonly f1?: number;
  readonly accuracy?: number;
}

/**
 * The figures of sentences that are among others too (letter case and white space aside), and of those that are not: what a model
 * has read in training flatters it.
 */
export function seenFigures(
  sentences: readonly TaggedWords[],
  others: readonly TaggedWords[],
  { predicted, scheme, mode }: Pick<TagEvaluation, 'predicted' | 'scheme' | 'mode'>,
): { readonly seen: PartFigures; readonly unseen: PartFigures } {
  const groups = equalTextGroups([...others, ...sentences].map(({ words }) => words.join(' ')));
  const known = new Set(groups.subarray(0, others.length));
  const isSeen = sentences.map((_, i) => known.has(groups[others.length + i]));
  const figuresOf = (wanted: boolean) => {
    const rows = [...sentences.keys()].filter((i) => isSeen[i] === wanted && sentences[i].words.length > 0);
    const truth = rows.map((i) => sentences[i].tags);
    return partFigures(truth, { tags: rows.map((i) => predicted[i].tags), scheme, mode });
  };
  return { seen: figuresOf(true), unseen: figuresOf(false) };
}

interface Predicted {
  readonly tags: readonly (readonly string[])[];
  readonly scheme: TagScheme | 'none';
  readonly mode: EntityMode;
}

function partFigures(truth: readonly (readonly string[])[], { tags, scheme, mode }: Predicted): PartFigures {
  const examples = truth.length;
  if (examples === 0) return { examples };
  if (scheme === 'none') return { examples, accuracy: accuracy(truth.flat(), tags.flat()) };
  const { micro, accuracy: ofTags } = entityReport(truth, tags, { scheme, mode });
  return { examples, precision: micro.precision, recall: micro.recall, f1: micro.f1, accuracy: ofTags };
}

/** The same for people. */
export function seenLines({ seen, unseen }: ReturnType<typeof seenFigures>): string {
  const line = (name: string, { examples, f1, accuracy: share }: PartFigures) => {
    const figures = Object.entries({ F1: f1, accuracy: share }).flatMap(([key, value]) =>
      value === undefined ? [] : [`${key} ${value.toFixed(4)}`],
    );
    return `${name} ${examples.toLocaleString('en')}${figures.length > 0 ? `: ${figures.join(', ')}` : ''}`;
  };
  return `${line('seen ', seen)}\n${line('unseen', unseen)}`;
}
