import { type Baseline, trainBaseline, tuneBaseline } from '@attune/baseline';
import type { LabeledTexts } from '../../../labelled-texts';
import type { ChosenBy } from './settings';

/** Settings of TF-IDF and logistic regression. */
export interface BaselineOptions {
  readonly C: number;
  readonly ngramRange: readonly [number, number];
}

/** What settings are chosen on, and by which figure. */
export interface BaselineTuning {
  readonly validation: Pick<LabeledTexts, 'texts' | 'labels'>;
  readonly metric: ChosenBy;
}

export interface TextBaseline {
  /** What was chosen, where it was tuned. */
  readonly options?: BaselineOptions;
  /** Probabilities [texts · labels], in the order of the run's labels. */
  probabilities(texts: readonly string[]): Float64Array;
}

/**
 * TF-IDF and logistic regression, as they come or tuned on a validation part: single words or pairs too, and C of 0.1 to 100.
 *
 * Throws what `trainBaseline` throws, EMPTY_VOCABULARY among it.
 */
export function textBaseline(
  { texts, labels: own }: LabeledTexts,
  { labels, tuning }: { readonly labels: readonly string[]; readonly tuning?: BaselineTuning },
): TextBaseline {
  if (!tuning) return inOrder(trainBaseline(texts, own, { sublinearTf: true }), labels);
  const { validation, metric } = tuning;
  const { baseline, best } = tuneBaseline({ texts, labels: own }, validation, { metric, sublinearTf: true });
  return { ...inOrder(baseline, labels), options: { C: best.C, ngramRange: best.ngramRange } };
}

function inOrder(baseline: Baseline, labels: readonly string[]): TextBaseline {
  const own = baseline.labels.map((label) => labels.indexOf(label));
  const width = labels.length;
  return {
    probabilities(texts) {
      const probabilities = baseline.predictProbabilities(texts);
      const ordered = new Float64Array(probabilities.length);
      probabilities.forEach((p, i) => {
        ordered[i - (i % width) + own[i % width]] = p;
      });
      return ordered;
    },
  };
}
