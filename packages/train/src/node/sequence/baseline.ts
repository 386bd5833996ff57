import { type Baseline, trainBaseline, tuneBaseline } from '@attune/baseline';
import { AttuneError } from '@attune/engine';
import type { ProblemType } from '@attune/models';
import type { LabelledTexts } from '../../tasks/sequence/examples';
import type { FitOptions } from '../run/options';

/** How the yardstick is made: as it comes, tuned on the validation part, or not at all. */
export type BaselineMode = 'default' | 'tuned' | 'none';

/** What a baseline's settings and a mix are chosen by. */
export type ChosenBy = 'accuracy' | 'macroF1';

/** Macro-F1 where that chooses the best model, else accuracy: a yardstick has no loss to go by. */
export const chosenBy = (metricForBestModel: string | undefined): ChosenBy =>
  metricForBestModel === 'macroF1' ? 'macroF1' : 'accuracy';

/**
 * Throws unless the yardstick that is asked for can be had.
 * @throws AttuneError ARGUMENT_INVALID for a tuned or mixed one without a validation part, or beside another problem
 *   than one label a text, and for a mix with none
 */
export function checkBaseline({ baseline, mixBaseline, problemType, data }: FitOptions<ProblemType>): void {
  const refuse = (problem: string) => {
    throw new AttuneError('ARGUMENT_INVALID', problem);
  };
  const name = mixBaseline ? 'mixBaseline' : 'baseline';
  if (!mixBaseline && baseline !== 'tuned') return;
  if (mixBaseline && baseline === 'none') refuse('mixBaseline: expected a baseline to mix with, got none; drop one');
  if (problemType !== undefined && problemType !== 'single_label_classification')
    refuse(`${name}: expected one label a text, got ${problemType}; leave it out`);
  if (!data.validation) refuse(`${name}: expected a validation part to choose on, got none; add one`);
}

/** Settings of TF-IDF and logistic regression. */
export interface BaselineOptions {
  readonly C: number;
  readonly ngramRange: readonly [number, number];
}

/** What settings are chosen on, and by which figure. */
export interface BaselineTuning {
  readonly validation: Pick<LabelledTexts, 'texts' | 'labels'>;
  readonly metric: ChosenBy;
}

interface TextBaseline {
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
  { texts, labels: own }: LabelledTexts,
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

/** What `train` gives; undefined, with a note, where the texts have no word to learn from. */
export function needsWords<T>(onNote: (note: string) => void, train: () => T): T | undefined {
  try {
    return train();
  } catch (error) {
    if ((error as { code?: string }).code !== 'EMPTY_VOCABULARY') throw error;
    onNote(`no baseline: ${(error as Error).message}`);
    return undefined;
  }
}
