import { calibrationError, classificationReport, logLoss, topConfidences } from '@attune/metrics';
import { decidedClasses, decidedScores } from '@attune/train/node';
import type { Calibration, ProblemKind } from './kind';

/** One label per text. Averages are over the labels in truth or prediction. */
export const singleLabel: ProblemKind<string> = {
  expected: 'a label',
  code: 'DATA_LABEL_MISSING',
  read: (field) => (field.trim() === '' ? undefined : field),
  names: (label) => [label],
  strata: (labels) => labels,
  splitBy: 'by label',
  format: (label) => JSON.stringify(label),
  target: (label, labels) => labels.indexOf(label),
  evaluate({ truth, labels, logits, loss, config, decision }) {
    const ids = decidedClasses(decidedScores(logits, config, decision), labels, decision);
    const { accuracy, macro, weighted, perClass } = classificationReport(
      truth,
      Array.from(ids, (id) => labels[id]),
    );
    const trueIds = truth.map((label) => labels.indexOf(label));
    const calibration = (temperature?: number) =>
      calibrationOf(trueIds, decidedScores(logits, config, { temperature }), labels.length);
    const { temperature } = decision;
    return {
      examples: truth.length,
      accuracy,
      macroF1: macro.f1,
      weightedF1: weighted.f1,
      loss,
      ...(temperature !== undefined && {
        temperature,
        uncalibrated: calibration(),
        calibrated: calibration(temperature),
      }),
      perClass,
    };
  },
  evaluationMetrics: { accuracy: 'accuracy', macroF1: 'macro-F1', weightedF1: 'weighted F1', loss: 'loss' },
  summaryMetrics: { accuracy: 'accuracy', macroF1: 'macro-F1' },
  baselineName({ baselineOptions: tuned }) {
    const settings = tuned ? ` (${[...new Set(tuned.ngramRange)].join('-')}-grams, C = ${tuned.C})` : '';
    return `TF-IDF + logistic regression${settings}`;
  },
};

/** Log loss of the truth and calibration error of the likeliest class, for probabilities [texts · classes]. */
function calibrationOf(truth: readonly number[], scores: Float32Array, width: number): Calibration {
  const rows = truth.map((_, row) => scores.subarray(row * width, (row + 1) * width));
  const { correct, confidences } = topConfidences(truth, rows);
  return { logLoss: logLoss(truth, rows), ece: calibrationError(correct, confidences).expected };
}
