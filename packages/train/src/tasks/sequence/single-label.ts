import { cleanLabel, labelEncoder, labelEncoderFrom } from '@attune/data';
import { int32 } from '@attune/engine';
import { AttuneError, firstOf, logSumExp, shownValue } from '@attune/internal';
import {
  calibrationError,
  classificationReport,
  logLoss,
  offsetSearch,
  temperatureSearch,
  topConfidences,
} from '@attune/metrics';
import { argMaxRows, rowsOf } from '../logits';
import { type Decision, decidedClasses, unshifted } from './decision';
import { listLiteral, scalarIn } from './list-literal';
import { byLabel, type Deciding, type Evaluated, type Problem, searched, type Truth, tempered } from './problem';

/** The predictions of a classifier on a part; classes are indices into the run's labels. */
export interface Predictions {
  /** The texts, in order. */
  readonly texts: readonly string[];
  /** True class id of each text. */
  readonly yTrue: Int32Array;
  /** Predicted class id of each text. */
  readonly yPred: Int32Array;
  /** Probability of the predicted class. */
  readonly scores: Float32Array;
}

/** The prediction of a text by a model with one label per text. */
export interface Prediction {
  /** The likeliest label, with any tuned decision. */
  readonly label: string;
  /** Probability of `label`. */
  readonly score: number;
  /** Probability of every label. */
  readonly scores: Readonly<Record<string, number>>;
}

export interface SingleLabel {
  /** The label of an example. */
  readonly label: string;
  /** The predictions of a whole part, with the truth. */
  readonly predictions: Predictions;
  /** The main metrics of `summary.json`. */
  readonly metrics: {
    /** Share of right predictions, in [0, 1]. */
    readonly accuracy: number;
    /** Mean F1 over classes, in [0, 1]. */
    readonly macroF1: number;
  };
  /** The prediction of one text. */
  readonly prediction: Prediction;
}

/** One label per text. */
export const singleLabel: Problem<SingleLabel> = {
  column: {
    expected: 'a label',
    code: 'DATA_LABEL_MISSING',
    /** The field, or the label of a list with one label. */
    read(field) {
      if (cleanLabel(field) === '') return undefined;
      const list = listIn(field);
      if (list === undefined) return scalarIn(field);
      return list !== 'broken' && list.items.length === 1 && !list.missing ? list.items[0] : undefined;
    },
    readVerbatim: (field) => (field.trim() === '' ? undefined : field),
    remedy: (field) =>
      listIn(field) === undefined
        ? undefined
        : 'for texts with several labels pass --problem-type multi_label_classification',
    renamed: (label, nameOf) => nameOf(label),
    names: (label) => [label],
    strata: (labels) => labels,
    shared: 'by label',
    shown: (label) => JSON.stringify(label),
  },
  refuses: {},

  labelsOf(labels, onNote) {
    checkClasses(labels);
    noteSingletons(labels, onNote);
    return labelEncoder(labels).labels;
  },
  targetWith: (labels) => labelEncoderFrom(labels).encode,
  labelTensor(targets, rows, width) {
    checkTargets(targets as readonly unknown[], width);
    const ids = new Int32Array(rows);
    ids.set(targets as readonly number[]);
    return int32(ids);
  },

  loss: (logits, target) => logSumExp(logits) - logits[target as number],
  isRight: (logits, target) => argMaxRows(logits, logits.length)[0] === target,
  metricNames: ['accuracy', 'macroF1', 'weightedF1', 'macroPrecision', 'macroRecall'],
  evaluationMetrics(logits, targets, width) {
    const report = classificationReport(targets as readonly number[], argMaxRows(logits, width));
    const { precision: macroPrecision, recall: macroRecall, f1: macroF1 } = report.macro;
    return { accuracy: report.accuracy, macroF1, weightedF1: report.weighted.f1, macroPrecision, macroRecall };
  },

  scores: softmaxRows,
  tuning: {
    async temperature({ logits, targets }, labels, pause) {
      const search = temperatureSearch(rowsOf(logits, labels.length), targets as readonly number[]);
      return (await searched(search, pause)).temperature;
    },
    async threshold({ logits, targets }, { labels, decision }, pause) {
      const logs = scoresOf(logits, { labels, decision }).map((p) => Math.log(Math.max(p, 1e-30)));
      const search = offsetSearch(targets as readonly number[], rowsOf(logs, labels.length));
      const { offsets } = await searched(search, pause);
      return { offsets: byLabel(labels, offsets) };
    },
  },
  predict(logits, { labels, decision }) {
    const scores = scoresOf(logits, { labels, decision });
    const rows = rowsOf(scores, labels.length);
    return Array.from(decidedClasses(scores, labels, decision), (best, row) => ({
      label: labels[best],
      score: rows[row][best],
      scores: byLabel(labels, rows[row]),
    }));
  },
  predictionsOf(truth, logits, { labels, decision }) {
    const scores = scoresOf(logits, { labels, decision });
    return classPredictions(truth, scores, decidedClasses(scores, labels, decision));
  },
  answers({ yTrue, yPred }, { labels }) {
    const [truth, predicted] = [yTrue, yPred].map((ids) => Array.from(ids, (id) => `${labels[id]}`));
    return { truth, predicted };
  },
  metricsOf: classMetrics,

  /** The metrics, averaged over the labels in truth or prediction. */
  evaluate(evaluated) {
    const { truth, labels, logits, loss, decision } = evaluated;
    const ids = decidedClasses(scoresOf(logits, { labels, decision }), labels, decision);
    const predicted = Array.from(ids, (id) => labels[id]);
    const { accuracy, macro, weighted, perClass } = classificationReport(truth, predicted);
    const { temperature } = decision;
    const untuned = { ...evaluated, logits: unshifted(logits, { labels, decision }) };
    return {
      examples: truth.length,
      accuracy,
      macroF1: macro.f1,
      weightedF1: weighted.f1,
      loss,
      ...(temperature !== undefined && {
        temperature,
        uncalibrated: calibrationOf(untuned, {}),
        calibrated: calibrationOf(untuned, { temperature }),
      }),
      perClass,
    };
  },
  shownMetrics: { accuracy: 'accuracy', macroF1: 'macro-F1', weightedF1: 'weighted F1', loss: 'loss' },
};

/** Whether a field is a list of strings, of several numbers, or of one number in a call such as `tensor([1])`; words in brackets may be a label. */
function listIn(field: string): ReturnType<typeof listLiteral> {
  const list = listLiteral(field);
  if (list === undefined || list === 'broken' || list.kind === 'strings' || list.kind === 'empty') return list;
  const isCall = /^\w/.test(field.trim());
  return list.kind === 'numbers' && (list.items.length + (list.missing ?? 0) > 1 || isCall) ? list : undefined;
}

const scoresOf = (logits: Float32Array, { labels, decision }: Deciding) =>
  softmaxRows(tempered(logits, decision), labels.length);

/** Predictions of chosen classes with their probabilities [texts · labels]. */
export function classPredictions(
  { texts, targets }: Truth,
  probabilities: ArrayLike<number>,
  yPred: Int32Array,
): Predictions {
  const width = probabilities.length / texts.length;
  const scores = Float32Array.from(yPred, (label, i) => probabilities[i * width + label]);
  return { texts, yTrue: Int32Array.from(targets as readonly number[]), yPred, scores };
}

/** Accuracy and macro-F1 of classes. */
export function classMetrics({ yTrue, yPred }: Pick<Predictions, 'yTrue' | 'yPred'>): SingleLabel['metrics'] {
  const { accuracy, macro } = classificationReport(yTrue, yPred);
  return { accuracy, macroF1: macro.f1 };
}

function softmaxRows(logits: Float32Array, width: number): Float32Array {
  const scores = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += width) {
    const row = logits.subarray(start, start + width);
    const max = row.reduce((a, b) => Math.max(a, b));
    const sum = row.reduce((total, x) => total + Math.exp(x - max), 0);
    row.forEach((x, i) => {
      scores[start + i] = Math.exp(x - max) / sum;
    });
  }
  return scores;
}

/** Log loss of the truth, and the calibration error of the likeliest class, over texts whose label the model has. */
function calibrationOf({ truth, labels, logits }: Evaluated<string>, decision: Decision) {
  const known = truth.flatMap((label, row) => (labels.includes(label) ? [row] : []));
  const ids = known.map((row) => labels.indexOf(truth[row]));
  const scores = scoresOf(logits, { labels, decision });
  const rows = known.map((row) => scores.subarray(row * labels.length, (row + 1) * labels.length));
  const { correct, confidences } = topConfidences(ids, rows);
  return { logLoss: logLoss(ids, rows), ece: calibrationError(correct, confidences).expected };
}

/** @throws AttuneError ARGUMENT_INVALID for a target that is not the id of a label; −1 is that of a text without a label */
function checkTargets(targets: readonly unknown[], labels: number): void {
  const wrong = targets.findIndex((id) => !(Number.isInteger(id) && (id as number) >= -1 && (id as number) < labels));
  if (wrong < 0) return;
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `targets: expected the id of a label for each sequence, an integer from 0 to ${labels - 1}, got ${shownValue(targets[wrong])}; give its id: labels.indexOf(label)`,
  );
}

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
  const have =
    single.length === 1
      ? '1 class has a single training example'
      : `${single.length} classes have a single training example each`;
  onNote(`${have} and will hardly be learned: ${firstOf(single)}`);
}
