import { calibrationError, logLoss, multiLabelReport } from '@attune/metrics';
import { decidedLabels, decidedScores } from '@attune/train/node';
import type { Calibration, ProblemKind } from './kind';

type Labels = readonly string[];

/**
 * Any number of labels per text, between separators or as a JSON array; an empty field is none. `accuracy` is of whole sets,
 * averages are over all labels.
 */
export const multiLabel: ProblemKind<Labels> = {
  expected: 'a set of labels',
  code: 'DATA_LABEL_INVALID',
  read(field, separator) {
    const names = arrayIn(field) ?? field.split(separator);
    return [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))];
  },
  names: (labels) => labels,
  strata: rarestLabels,
  splitBy: "by each text's rarest label",
  format: (labels) =>
    labels.length === 0
      ? 'no label'
      : [...labels]
          .sort()
          .map((label) => JSON.stringify(label))
          .join(', '),
  target: indicators,
  evaluate({ truth, labels, logits, loss, config, decision }) {
    const yTrue = truth.map((set) => indicators(set, labels));
    const yPred = decidedLabels(decidedScores(logits, config, decision), labels, decision);
    const { subsetAccuracy, hammingLoss, micro, macro, weighted, samples, perClass } = multiLabelReport(yTrue, yPred, {
      labels,
    });
    const { threshold, temperature } = decision;
    const calibration = (divisor?: number) =>
      calibrationOf(yTrue.flat(), decidedScores(logits, config, { temperature: divisor }));
    return {
      examples: truth.length,
      accuracy: subsetAccuracy,
      microF1: micro.f1,
      macroF1: macro.f1,
      weightedF1: weighted.f1,
      samplesF1: samples.f1,
      hammingLoss,
      loss,
      ...(threshold !== undefined && { threshold }),
      ...(temperature !== undefined && {
        temperature,
        uncalibrated: calibration(),
        calibrated: calibration(temperature),
      }),
      perClass,
    };
  },
  evaluationMetrics: {
    accuracy: 'accuracy of whole sets',
    microF1: 'micro-F1',
    macroF1: 'macro-F1',
    weightedF1: 'weighted F1',
    samplesF1: "F1 of a text's labels",
    hammingLoss: 'Hamming loss',
    loss: 'loss',
  },
  summaryMetrics: { accuracy: 'accuracy', microF1: 'micro-F1', macroF1: 'macro-F1' },
  baselineName: () => 'TF-IDF + logistic regression a label',
};

function indicators(set: Labels, labels: Labels): number[] {
  return labels.map((label) => Number(set.includes(label)));
}

function arrayIn(field: string): string[] | undefined {
  if (!field.trim().startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(field);
    return Array.isArray(value) ? value.map(String) : undefined;
  } catch {
    return undefined; // a label that begins with a bracket
  }
}

/** The label of each text that fewest texts have: where it is divided equally, the others nearly follow. */
function rarestLabels(sets: readonly Labels[]): string[] {
  const counts = new Map<string, number>();
  for (const label of sets.flat()) counts.set(label, (counts.get(label) ?? 0) + 1);
  const rarer = (a: string, b: string) => (counts.get(b)! < counts.get(a)! ? b : a);
  return sets.map((labels) => (labels.length === 0 ? '(no label)' : labels.reduce(rarer)));
}

/** Log loss and calibration error of yes-no decisions. */
function calibrationOf(truth: ArrayLike<number>, probabilities: ArrayLike<number>): Calibration {
  return { logLoss: logLoss(truth, probabilities), ece: calibrationError(truth, probabilities).expected };
}
