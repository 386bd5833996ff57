import { calibrationError, classificationReport, logLoss, topConfidences } from '@attune/metrics';
import { decidedClasses, decidedScores } from '@attune/train/node';
import type { Calibration } from '../calibration';
import type { EvaluationKind } from '../evaluation';

/** One label a text; averages are over the labels in truth or prediction. */
export const singleLabelEvaluation: EvaluationKind<string> = {
  target: (label, labels) => labels.indexOf(label),
  evaluation({ rows, labels, logits, loss, config, decision }) {
    const ids = decidedClasses(decidedScores(logits, config, decision), labels, decision);
    const predicted = Array.from(ids, (id) => labels[id]);
    const { accuracy, macro, weighted, perClass } = classificationReport(rows.labels, predicted);
    const truth = rows.labels.map((label) => labels.indexOf(label));
    const calibration = (temperature?: number) =>
      calibrationOf(truth, decidedScores(logits, config, { temperature }), labels.length);
    const { temperature } = decision;
    return {
      examples: rows.texts.length,
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
  shown: { accuracy: 'accuracy', macroF1: 'macro-F1', weightedF1: 'weighted F1', loss: 'loss' },
};

/** Log loss of the truth, and the calibration error of the likeliest class, of probabilities [texts · classes]. */
function calibrationOf(truth: readonly number[], scores: Float32Array, width: number): Calibration {
  const rows = truth.map((_, row) => scores.subarray(row * width, (row + 1) * width));
  const { correct, confidences } = topConfidences(truth, rows);
  return { logLoss: logLoss(truth, rows), ece: calibrationError(correct, confidences).expected };
}
