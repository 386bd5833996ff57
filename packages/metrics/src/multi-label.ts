// Metrics of a classifier that assigns any number of labels to an example.
import { checkOptions } from '@attune/internal';
import { checkPaired, requireRows } from './checks';
import { checkKinds, distinct, type Label } from './labels';
import {
  type Averages,
  averagesOf,
  type ClassScores,
  type Counts,
  checkZeroDivision,
  perClass,
  reportTable,
  type Scores,
  scoresOf,
  weightedMean,
  type ZeroDivisionOptions,
} from './precision-recall-f1';

/** `[examples, labels]`: 1 if the example has the label, otherwise 0. */
export type Indicators = ArrayLike<ArrayLike<number>>;

/** Scores of a multi-label classifier. */
export interface MultiLabelReport extends Averages {
  /** Names of the columns, in order. */
  readonly labels: string[];
  /** Scores of each label, keyed by its name. */
  readonly perClass: Record<string, ClassScores>;
  /** Mean over examples of their precision, recall and F1. */
  readonly samples: Scores;
  /** Share of examples with every label correct. */
  readonly subsetAccuracy: number;
  /** Share of single 0/1 decisions that are wrong. */
  readonly hammingLoss: number;
}

/**
 * Per-label and averaged precision, recall and F1, subset accuracy and Hamming loss of 0/1 indicator rows.
 *
 * `labels` names the columns (default '0', '1', …). A zero denominator gives `zeroDivision`. Equals scikit-learn's
 * `classification_report`, `accuracy_score` and `hamming_loss` on indicator matrices.
 * @throws RangeError if the numbers of rows or columns differ, are zero, or an entry is neither 0 nor 1, AttuneError ARGUMENT_INVALID for an unknown option.
 * @example multiLabelReport([[1, 0], [1, 1]], [[1, 0], [0, 1]]).micro.recall // 2 / 3
 */
export function multiLabelReport(
  yTrue: Indicators,
  yPred: Indicators,
  options: {
    /** Names of the columns; default '0', '1', …. */
    labels?: readonly Label[];
  } & ZeroDivisionOptions = {},
): MultiLabelReport {
  checkOptions('multiLabelReport', options, reportTable);
  const zeroDivision = checkZeroDivision('multiLabelReport', options);
  const { columns, rows } = countRows('multiLabelReport', yTrue, yPred);
  const labels = columnNames(columns.length, options.labels);
  return {
    labels,
    perClass: perClass(labels, columns, zeroDivision),
    ...averagesOf(columns, zeroDivision),
    samples: weightedMean(
      rows.map((row) => scoresOf(row, zeroDivision)),
      rows.map(() => 1),
    ),
    subsetAccuracy: rows.filter((row) => wrongDecisions(row) === 0).length / rows.length,
    hammingLoss: rows.reduce((sum, row) => sum + wrongDecisions(row), 0) / (rows.length * columns.length),
  };
}

/** True positives, predictions and true labels, by label and by example; `where` names the public function. */
export function countRows(where: string, yTrue: Indicators, yPred: Indicators): { columns: Counts[]; rows: Counts[] } {
  checkPaired(where, yTrue, yPred);
  const width = checkWidth(where, yTrue, yPred);
  return {
    columns: Array.from({ length: width }, (_, column) => countColumn(yTrue, yPred, column)),
    rows: Array.from({ length: yTrue.length }, (_, row) => countRow(yTrue[row], yPred[row])),
  };
}

function checkWidth(where: string, yTrue: Indicators, yPred: Indicators): number {
  requireRows(where, { yTrue, yPred });
  const width = yTrue[0].length;
  if (width === 0) throw new RangeError(`${where}: expected at least one label, got rows of length 0`);
  for (const [name, rows] of Object.entries({ yTrue, yPred })) {
    for (let i = 0; i < rows.length; i++) checkRow(where, `${name}[${i}]`, rows[i], width);
  }
  return width;
}

function checkRow(where: string, name: string, row: ArrayLike<number>, width: number): void {
  if (row.length !== width) {
    throw new RangeError(
      `${where}: expected ${width} labels in every row, as in yTrue[0], got ${row.length} in ${name}; pass 0 or 1 for each label`,
    );
  }
  for (let i = 0; i < width; i++) {
    if (row[i] !== 0 && row[i] !== 1) {
      throw new RangeError(
        `${where}: expected 0 or 1, got ${row[i]} in ${name}[${i}]; compare probabilities with a threshold first`,
      );
    }
  }
}

function columnNames(width: number, labels: readonly Label[] | undefined): string[] {
  const names = labels?.map(String) ?? Array.from({ length: width }, (_, i) => String(i));
  if (names.length !== width) {
    throw new RangeError(
      `multiLabelReport: expected ${width} labels, one per column, got ${names.length}; pass a name for each column, in order`,
    );
  }
  if (new Set(names).size !== width) {
    throw new RangeError(`multiLabelReport: expected distinct labels, got ${names.join(', ')}; name each column once`);
  }
  return names;
}

function countColumn(yTrue: Indicators, yPred: Indicators, column: number): Counts {
  const counts = { truePositives: 0, predicted: 0, actual: 0 };
  for (let i = 0; i < yTrue.length; i++) addDecision(counts, yTrue[i][column], yPred[i][column]);
  return counts;
}

function countRow(truth: ArrayLike<number>, prediction: ArrayLike<number>): Counts {
  const counts = { truePositives: 0, predicted: 0, actual: 0 };
  for (let i = 0; i < truth.length; i++) addDecision(counts, truth[i], prediction[i]);
  return counts;
}

function addDecision(counts: Counts, truth: number, prediction: number): void {
  counts.truePositives += truth * prediction;
  counts.predicted += prediction;
  counts.actual += truth;
}

/** False positives plus false negatives. */
function wrongDecisions({ truePositives, predicted, actual }: Counts): number {
  return predicted + actual - 2 * truePositives;
}

/**
 * Share of wrong labels or, for 0/1 rows, of wrong single decisions; in [0, 1].
 *
 * Equals scikit-learn's `hamming_loss`.
 * @throws RangeError if lengths differ or are zero, or an entry of a row is neither 0 nor 1; TypeError if strings and numbers are mixed.
 * @example hammingLoss([[1, 0], [1, 1]], [[1, 0], [0, 1]]) // 0.25
 */
export function hammingLoss<L extends Label>(
  yTrue: ArrayLike<L> | Indicators,
  yPred: ArrayLike<L> | Indicators,
): number {
  checkPaired('hammingLoss', yTrue, yPred);
  if (typeof yTrue[0] === 'object') return ofRows(yTrue as Indicators, yPred as Indicators);
  checkKinds(distinct(yTrue as ArrayLike<L>, yPred as ArrayLike<L>));
  let wrong = 0;
  for (let i = 0; i < yTrue.length; i++) if (yTrue[i] !== yPred[i]) wrong++;
  return wrong / yTrue.length;
}

function ofRows(yTrue: Indicators, yPred: Indicators): number {
  const { rows, columns } = countRows('hammingLoss', yTrue, yPred);
  return rows.reduce((sum, row) => sum + wrongDecisions(row), 0) / (rows.length * columns.length);
}
