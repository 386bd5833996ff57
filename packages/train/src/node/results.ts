import { trainBaseline } from '@attune/baseline';
import { classificationReport } from '@attune/metrics';
import type { LabelledTexts } from '../labelled-texts';
import { argMaxRows } from '../tasks/sequence';

/** What a classifier made of a part; classes are indices into the run's labels. */
export interface Predictions {
  readonly texts: readonly string[];
  readonly yTrue: Int32Array;
  readonly yPred: Int32Array;
  /** Probability of the predicted class. */
  readonly scores: Float32Array;
}

/** Predictions of probabilities [texts · classes]. */
export function predictionsOf(
  { texts, yTrue }: Pick<Predictions, 'texts' | 'yTrue'>,
  probabilities: ArrayLike<number>,
): Predictions {
  const width = probabilities.length / texts.length;
  const yPred = argMaxRows(probabilities, width);
  return { texts, yTrue, yPred, scores: Float32Array.from(yPred, (label, i) => probabilities[i * width + label]) };
}

/** The two figures every summary leads with. */
export function figuresOf({ yTrue, yPred }: Predictions): { accuracy: number; macroF1: number } {
  const { accuracy, macro } = classificationReport(yTrue, yPred);
  return { accuracy, macroF1: macro.f1 };
}

/**
 * The yardstick's predictions: TF-IDF of words and logistic regression, trained on the same texts.
 *
 * Undefined, with a note, where the texts have no word to learn from.
 */
export function baselinePredictions(
  train: LabelledTexts,
  part: Pick<Predictions, 'texts' | 'yTrue'>,
  { labels, onNote }: { labels: readonly string[]; onNote: (note: string) => void },
): Predictions | undefined {
  try {
    const baseline = trainBaseline(train.texts, train.labels, { sublinearTf: true });
    const own = baseline.labels.map((label) => labels.indexOf(label));
    const probabilities = baseline.predictProbabilities(part.texts);
    const width = labels.length;
    const ordered = new Float64Array(probabilities.length);
    probabilities.forEach((p, i) => {
      ordered[i - (i % width) + own[i % width]] = p;
    });
    return predictionsOf(part, ordered);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EMPTY_VOCABULARY') throw error;
    onNote(`no baseline: ${(error as Error).message}`);
    return undefined;
  }
}
