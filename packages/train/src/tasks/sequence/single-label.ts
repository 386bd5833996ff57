import { labelEncoder, labelEncoderFrom } from '@attune/data';
import { AttuneError } from '@attune/engine';
import { classificationReport } from '@attune/metrics';
import { needsWords, textBaseline } from '../../node/sequence/baseline';
import { compare } from '../../node/sequence/comparison';
import { decidedClasses, decidedScores } from './decision';
import type { FiguresOf, Predictions, Problem, Truth } from './problem';

/** One label a text. The yardstick is TF-IDF of words and logistic regression. */
export const singleLabel: Problem<'single_label_classification'> = {
  labelsOf(labels, onNote) {
    checkClasses(labels);
    noteSingletons(labels, onNote);
    return labelEncoder(labels).labels;
  },
  targetWith: (labels) => labelEncoderFrom(labels).encode,
  predictionsOf: (truth, logits, { config, decision }) => {
    const scores = decidedScores(logits, config, decision);
    return classesOf(truth, scores, decidedClasses(scores, config.labels, decision));
  },
  figuresOf: classFigures,
  baseline: (train, truth, { labels, onNote, tuning }) =>
    needsWords(onNote, () => {
      const baseline = textBaseline(train, { labels, tuning });
      const scores = baseline.probabilities(truth.texts);
      return { ...baseline, predictions: classesOf(truth, scores, decidedClasses(scores, labels)) };
    }),
  compare,
};

function checkClasses(labels: readonly string[]): void {
  const [first, ...others] = new Set(labels);
  if (others.length > 0) return;
  throw new AttuneError(
    'DATA_ONE_CLASS',
    `train: expected at least two classes, all ${labels.length} examples are "${first}"; check the label column`,
  );
}

function noteSingletons(labels: readonly string[], onNote: (note: string) => void): void {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const single = [...counts].filter(([, count]) => count === 1).map(([label]) => `"${label}"`);
  if (single.length === 0) return;
  const shown = single.slice(0, 5).join(', ') + (single.length > 5 ? ', …' : '');
  onNote(`classes with one training example, which can hardly be learnt: ${single.length} (${shown})`);
}

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
