import { multiLabelReport } from '@attune/metrics';
import { decidedLabels, decidedScores } from '@attune/train/node';
import { calibrationOf } from '../calibration';
import type { EvaluationKind } from '../evaluation';

const indicators = (set: readonly string[], labels: readonly string[]) =>
  labels.map((label) => Number(set.includes(label)));

/** Any number of labels a text; `accuracy` is of whole sets, averages are over all labels. */
export const multiLabelEvaluation: EvaluationKind<readonly string[]> = {
  target: indicators,
  evaluation({ rows, labels, logits, loss, config, decision }) {
    const yTrue = rows.labels.map((set) => indicators(set, labels));
    const yPred = decidedLabels(decidedScores(logits, config, decision), labels, decision);
    const { subsetAccuracy, hammingLoss, micro, macro, weighted, samples, perClass } = multiLabelReport(yTrue, yPred, {
      labels,
    });
    const calibration = (temperature?: number) =>
      calibrationOf(yTrue.flat(), decidedScores(logits, config, { temperature }));
    return {
      examples: rows.texts.length,
      accuracy: subsetAccuracy,
      microF1: micro.f1,
      macroF1: macro.f1,
      weightedF1: weighted.f1,
      samplesF1: samples.f1,
      hammingLoss,
      loss,
      ...(decision.threshold !== undefined && { threshold: decision.threshold }),
      ...(decision.temperature !== undefined && {
        temperature: decision.temperature,
        uncalibrated: calibration(),
        calibrated: calibration(decision.temperature),
      }),
      perClass,
    };
  },
  shown: {
    accuracy: 'accuracy of whole sets',
    microF1: 'micro-F1',
    macroF1: 'macro-F1',
    weightedF1: 'weighted F1',
    samplesF1: "F1 of a text's labels",
    hammingLoss: 'Hamming loss',
    loss: 'loss',
  },
};
