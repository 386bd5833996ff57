import { cleanLabel, labelEncoder, labelEncoderFrom } from '@attune/data';
import { float32 } from '@attune/engine';
import { AttuneError, parseJson } from '@attune/internal';
import { bestThreshold, calibrationError, logLoss, multiLabelReport, temperatureSearch } from '@attune/metrics';
import { rowsOf } from '../logits';
import { type Decision, decidedLabels } from './decision';
import { listLiteral, scalarIn } from './list-literal';
import { byLabel, type Deciding, type Problem, searched, type Target, tempered } from './problem';

/** The predictions of a classifier with any number of labels per text on a part. */
export interface MultiLabelPredictions {
  /** The texts, in order. */
  readonly texts: readonly string[];
  /** One row per text, one 0 or 1 per label. */
  readonly yTrue: readonly (readonly number[])[];
  /** One row per text, 1 for each label that is predicted. */
  readonly yPred: readonly (readonly number[])[];
  /** Probabilities, [texts · labels]. */
  readonly scores: Float32Array;
}

/** The prediction of a text by a model with any number of labels per text. */
export interface MultiLabelPrediction {
  /** Labels whose probability reaches the threshold, in the model's order. */
  readonly labels: readonly string[];
  /** Probability of every label. */
  readonly scores: Readonly<Record<string, number>>;
}

export interface MultiLabel {
  /** The labels of an example, in any order. */
  readonly label: readonly string[];
  /** The predictions of a whole part, with the truth. */
  readonly predictions: MultiLabelPredictions;
  /** Metrics; accuracy is over whole sets of labels. */
  readonly metrics: {
    /** Share of texts with every label right, in [0, 1]. */
    readonly accuracy: number;
    /** F1 of all labels' counts added up, in [0, 1]. */
    readonly microF1: number;
    /** Mean F1 over labels, in [0, 1]. */
    readonly macroF1: number;
  };
  /** The prediction of one text. */
  readonly prediction: MultiLabelPrediction;
}

type Labels = readonly string[];

/** Any number of labels per text, including none. */
export const multiLabel: Problem<MultiLabel> = {
  column: {
    expected: 'a set of labels',
    code: 'DATA_LABEL_INVALID',
    /** Labels between separators, or a list of JSON, Python or numpy; an empty field is a text without labels. */
    read(field, separator) {
      const list = listLiteral(field);
      return list === 'broken'
        ? undefined
        : distinct((list?.items ?? scalarIn(field).split(separator)).map(cleanLabel));
    },
    readVerbatim: (field, separator) => distinct((arrayIn(field) ?? field.split(separator)).map((name) => name.trim())),
    ofNames: distinct,
    remedy: (field) =>
      listLiteral(field) === 'broken'
        ? `write a list of labels in quotes, such as ["a", "b"]${/['"]/.test(field) ? '' : ', or a whole vector of 0 and 1'}`
        : undefined,
    renamed: (labels, nameOf) => distinct(labels.map(nameOf)),
    names: (labels) => labels,
    strata: rarestLabels,
    shared: "by each text's rarest label",
    shown: (labels) =>
      labels.length === 0
        ? 'no label'
        : [...labels]
            .sort()
            .map((label) => JSON.stringify(label))
            .join(', '),
  },
  refuses: { classWeights: 'since its examples have several classes' },

  labelsOf(sets) {
    checkSets(sets);
    return inPlaces(labelEncoder(sets.flat()).labels);
  },
  targetWith(labels) {
    const { encode } = labelEncoderFrom(labels);
    return (set) => indicators(set.map(encode), labels.length);
  },
  labelTensor: rowTensor,

  /** The mean over labels of softplus(x) − x·y. */
  loss: (logits, target) => {
    const present = [target].flat();
    const losses = (x: number, i: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) - x * present[i];
    return logits.reduce((sum, x, i) => sum + losses(x, i), 0) / logits.length;
  },
  isRight: (logits, target) => [target].flat().every((present, label) => Number(logits[label] > 0) === present),
  metricNames: ['accuracy', 'microF1', 'macroF1'],
  evaluationMetrics(logits, targets, width) {
    const predicted = rowsOf(logits, width).map((row) => Array.from(row, (x) => Number(x > 0)));
    const { subsetAccuracy, micro, macro } = multiLabelReport(targets as readonly number[][], predicted);
    return { accuracy: subsetAccuracy, microF1: micro.f1, macroF1: macro.f1 };
  },

  scores: sigmoids,
  tuning: {
    /** One temperature for all labels, as for a binary classifier. */
    async temperature({ logits, targets }, _, pause) {
      const rows = Array.from(logits, (logit) => [0, logit]);
      return (await searched(temperatureSearch(rows, targets.flat()), pause)).temperature;
    },
    async threshold({ logits, targets }, { labels, decision }, pause) {
      const truth = targets as readonly (readonly number[])[];
      const scores = rowsOf(scoresOf(logits, decision), labels.length);
      const found: number[] = [];
      for (const id of labels.keys()) {
        found.push(thresholdOf(columnOf(truth, id), columnOf(scores, id)));
        await pause?.();
      }
      return { threshold: byLabel(labels, found) };
    },
  },
  predict(logits, { labels, decision }) {
    const scores = scoresOf(logits, decision);
    const rows = rowsOf(scores, labels.length);
    return decidedLabels(scores, labels, decision).map((present, row) => ({
      labels: labels.filter((_, id) => present[id] === 1),
      scores: byLabel(labels, rows[row]),
    }));
  },
  predictionsOf({ texts, targets }, logits, { labels, decision }: Deciding) {
    const scores = scoresOf(logits, decision);
    const yPred = decidedLabels(scores, labels, decision);
    return { texts, yTrue: targets as readonly number[][], yPred, scores };
  },
  answers({ yTrue, yPred }, { labels }) {
    const setOf = (row: readonly number[]) => labels.filter((_, i) => row[i] === 1).join(', ');
    return { truth: yTrue.map(setOf), predicted: yPred.map(setOf) };
  },
  metricsOf({ yTrue, yPred }) {
    const { subsetAccuracy, micro, macro } = multiLabelReport(yTrue, yPred);
    return { accuracy: subsetAccuracy, microF1: micro.f1, macroF1: macro.f1 };
  },

  /** `accuracy` is over whole sets; averages are over all labels, also over those of `truth` that the model lacks: it never predicts them. */
  evaluate({ truth, labels, logits, loss, decision }) {
    const missing = [...new Set(truth.flat())].filter((label) => !labels.includes(label));
    const all = [...labels, ...missing];
    const indicate = (names: readonly string[]) => truth.map((set) => names.map((name) => Number(set.includes(name))));
    const predicted = decidedLabels(scoresOf(logits, decision), labels, decision);
    const yPred = predicted.map((row) => [...row, ...missing.map(() => 0)]);
    const report = multiLabelReport(indicate(all), yPred, { labels: all });
    const yTrue = indicate(labels).flat();
    const calibration = (temperature?: number) => {
      const scores = scoresOf(logits, { temperature });
      return { logLoss: logLoss(yTrue, scores), ece: calibrationError(yTrue, scores).expected };
    };
    return {
      examples: truth.length,
      accuracy: report.subsetAccuracy,
      microF1: report.micro.f1,
      macroF1: report.macro.f1,
      weightedF1: report.weighted.f1,
      samplesF1: report.samples.f1,
      hammingLoss: report.hammingLoss,
      loss,
      ...(decision.threshold !== undefined && { threshold: decision.threshold }),
      ...(decision.temperature !== undefined && {
        temperature: decision.temperature,
        uncalibrated: calibration(),
        calibrated: calibration(decision.temperature),
      }),
      perClass: report.perClass,
    };
  },
  shownMetrics: {
    accuracy: 'accuracy of whole sets',
    microF1: 'micro-F1',
    macroF1: 'macro-F1',
    weightedF1: 'weighted F1',
    samplesF1: "F1 of a text's labels",
    hammingLoss: 'Hamming loss',
    loss: 'loss',
  },
};

/** Targets of several numbers as rows [rows, width]. */
export function rowTensor(targets: readonly Target[], rows: number, width: number) {
  const values = new Float32Array(rows * width);
  targets.forEach((target, i) => values.set([target].flat(), i * width));
  return float32(values, [rows, width]);
}

const scoresOf = (logits: Float32Array, decision?: Decision) => sigmoids(tempered(logits, decision));

function sigmoids(logits: Float32Array): Float32Array {
  return logits.map((x) => 1 / (1 + Math.exp(-x)));
}

function indicators(ids: readonly number[], width: number): number[] {
  const present = new Set(ids);
  return Array.from({ length: width }, (_, id) => Number(present.has(id)));
}

const columnOf = (rows: readonly ArrayLike<number>[], id: number) => Float64Array.from(rows, (row) => row[id]);

/**
 * The threshold of a label's highest F1, halfway to the next lower score, since another engine may give slightly lower scores that should
 * still reach it. A label without a text keeps the default.
 */
function thresholdOf(truth: Float64Array, scores: Float64Array): number {
  if (!truth.includes(1)) return 0.5;
  const { threshold } = bestThreshold(truth, scores);
  return (threshold + scores.reduce((most, score) => (score < threshold ? Math.max(most, score) : most), 0)) / 2;
}

/** Names for the places of 0/1 vectors, in order: `LABEL_10` after `LABEL_9`. */
function inPlaces(labels: readonly string[]): readonly string[] {
  const place = (label: string) => Number(/^LABEL_(\d+)$/.exec(label)?.[1] ?? Number.NaN);
  return labels.some((label) => Number.isNaN(place(label))) ? labels : [...labels].sort((a, b) => place(a) - place(b));
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].filter((name) => name !== '');
}

/** Only a JSON array, as in earlier versions. */
function arrayIn(field: string): string[] | undefined {
  if (!field.trim().startsWith('[')) return undefined;
  try {
    const value = parseJson(field);
    return Array.isArray(value) ? value.map(String) : undefined;
  } catch {
    return undefined; // a label that begins with a bracket
  }
}

/** The rarest label of each text: a split that is even by it is nearly even by the others. */
function rarestLabels(sets: readonly Labels[]): string[] {
  const counts = new Map<string, number>();
  for (const label of sets.flat()) counts.set(label, (counts.get(label) ?? 0) + 1);
  const rarer = (a: string, b: string) => (counts.get(b)! < counts.get(a)! ? b : a);
  return sets.map((labels) => (labels.length === 0 ? '(no label)' : labels.reduce(rarer)));
}

function checkSets(sets: readonly Labels[]): void {
  const distinct = new Set(sets.map((set) => JSON.stringify([...new Set(set)].sort())));
  if (distinct.size > 1) return;
  const [only] = sets;
  throw new AttuneError(
    'DATA_ONE_CLASS',
    `train: expected texts with different labels, all ${sets.length} examples have ${only.length === 0 ? 'none' : only.map((label) => `"${label}"`).join(', ')}; check the label column and its separator`,
  );
}
