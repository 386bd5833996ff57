import { classificationReport } from '@attune/metrics';
import type { FiguresOf, Predictions, Truth } from './problem';

/** Predictions of classes that were chosen by their probabilities [texts · labels]. */
export function classesOf({ texts, targets }: Truth, probabilities: ArrayLike<number>, yPred: Int32Array): Predictions {
  const width = probabilities.length / texts.length;
  const scores = Float32Array.from(yPred, (label, i) => probabilities[i * width + label]);
  return { texts, yTrue: Int32Array.from(targets as readonly number[]), yPred, scores };
}

export function classFigures({
  yTrue,
  yPred,
}: Pick<Predictions, 'yTrue' | 'yPred'>): FiguresOf['single_label_classification'] {
  const { accuracy, macro } = classificationReport(yTrue, yPred);
  return { accuracy, macroF1: macro.f1 };
}
