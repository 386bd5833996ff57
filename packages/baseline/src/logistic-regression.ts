import { AttuneError } from './attune-error';
import { compareCodePoints } from './code-points';
import { minimize } from './lbfgs';
import { logisticObjective, scoreRow, sigmoid, softmax } from './logistic-objective';
import { rowCount, type SparseMatrix } from './sparse-matrix';

export interface LogisticRegressionOptions {
  /** The inverse strength of the penalty: larger fits the data more closely. Default 1. */
  C?: number;
  /** `balanced` weighs a class by rows / (classes · its rows); a record gives weights by class, 1 where it has none. */
  classWeight?: 'balanced' | Readonly<Record<string, number>>;
  /** Stop when no entry of the objective's gradient, taken as a mean over the rows, is larger. Default 1e-4. */
  tolerance?: number;
  /** Default 1000. */
  maxIterations?: number;
}

export interface LogisticRegression<Label extends string | number> {
  /** The classes, sorted: strings by code point, numbers by value. */
  classes: Label[];
  /** One row for each class; with two classes a single row, that of the second. `[classes, columns]` */
  coefficients: Float64Array[];
  intercepts: Float64Array;
  /** `[rows × classes]`, row by row; a row sums to 1. */
  predictProbabilities(matrix: SparseMatrix): Float64Array;
  /** The most probable class of each row. */
  predict(matrix: SparseMatrix): Label[];
  iterations: number;
  /** False when `maxIterations` ran out first. */
  converged: boolean;
}

/**
 * Fits logistic regression: two classes with a sigmoid, more with a softmax.
 *
 * Minimises `C · Σ weight · nll + ½ ‖coefficients‖²` with the intercepts free, by L-BFGS in float64: the objective of
 * scikit-learn's `LogisticRegression`, and its minimum.
 *
 * ```ts
 * const model = logisticRegression(vectorizer.transform(texts), labels, { classWeight: 'balanced' });
 * model.predict(vectorizer.transform(['soybean farming'])); // ['11']
 * ```
 *
 * Throws RangeError when the sizes differ or an option is impossible, AttuneError `ONE_CLASS` when there is nothing to
 * tell apart.
 */
export function logisticRegression<Label extends string | number>(
  matrix: SparseMatrix,
  labels: ArrayLike<Label>,
  options: LogisticRegressionOptions = {},
): LogisticRegression<Label> {
  const { C = 1, classWeight, tolerance = 1e-4, maxIterations = 1000 } = options;
  check(matrix, labels, { C, tolerance, maxIterations });
  const classes = sortedClasses(labels);
  const indexOf = new Map(classes.map((label, index) => [label, index]));
  const targets = Int32Array.from(labels, (label) => indexOf.get(label)!);
  const weights = rowWeights(targets, classes, classWeight);
  const outputs = classes.length === 2 ? 1 : classes.length;
  const objective = logisticObjective({ matrix, targets, weights, outputs, C });
  const start = new Float64Array((matrix.columns + 1) * outputs);
  const { point, iterations, converged } = minimize(objective, start, { tolerance, maxIterations });
  return { ...fitted(point, classes, matrix.columns), iterations, converged };
}

type Fitted<Label extends string | number> = Omit<LogisticRegression<Label>, 'iterations' | 'converged'>;

function fitted<Label extends string | number>(point: Float64Array, classes: Label[], columns: number): Fitted<Label> {
  const outputs = point.length / (columns + 1);
  const predictProbabilities = (matrix: SparseMatrix) => {
    if (matrix.columns !== columns) {
      throw new RangeError(`predict: expected a matrix of ${columns} columns, got ${matrix.columns}`);
    }
    return probabilities(matrix, point, classes.length);
  };
  return {
    classes,
    coefficients: Array.from({ length: outputs }, (_, k) =>
      Float64Array.from({ length: columns }, (_, column) => point[column * outputs + k]),
    ),
    intercepts: point.slice(columns * outputs),
    predictProbabilities,
    predict: (matrix) => mostProbable(predictProbabilities(matrix), classes),
  };
}

function probabilities(matrix: SparseMatrix, point: Float64Array, classes: number): Float64Array {
  const rows = rowCount(matrix);
  const result = new Float64Array(rows * classes);
  const score = new Float64Array(1);
  for (let row = 0; row < rows; row++) {
    const out = result.subarray(row * classes, (row + 1) * classes);
    if (classes === 2) {
      scoreRow(matrix, row, point, score);
      out.set([sigmoid(-score[0]), sigmoid(score[0])]);
    } else {
      scoreRow(matrix, row, point, out);
      softmax(out);
    }
  }
  return result;
}

function mostProbable<Label>(scores: Float64Array, classes: readonly Label[]): Label[] {
  return Array.from({ length: scores.length / classes.length }, (_, row) => {
    const own = scores.subarray(row * classes.length, (row + 1) * classes.length);
    return classes[own.indexOf(Math.max(...own))];
  });
}

function sortedClasses<Label extends string | number>(labels: ArrayLike<Label>): Label[] {
  const classes = [...new Set(Array.from(labels))];
  if (classes.length === 1) {
    throw new AttuneError(
      'ONE_CLASS',
      `logisticRegression: expected at least two classes, got only ${JSON.stringify(classes[0])}; check the label column`,
    );
  }
  return classes.sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : compareCodePoints(String(a), String(b)),
  );
}

function rowWeights(
  targets: Int32Array,
  classes: readonly (string | number)[],
  classWeight: LogisticRegressionOptions['classWeight'],
): Float64Array {
  const counts = new Int32Array(classes.length);
  for (const target of targets) counts[target]++;
  const weightOf = classes.map((label, index) => {
    if (classWeight === 'balanced') return targets.length / (classes.length * counts[index]);
    return classWeight && Object.hasOwn(classWeight, label) ? classWeight[label] : 1;
  });
  const wrong = weightOf.findIndex((weight) => !(weight > 0 && Number.isFinite(weight)));
  if (wrong >= 0) {
    const name = JSON.stringify(classes[wrong]);
    throw new RangeError(
      `logisticRegression: classWeight expected a number above 0 for ${name}, got ${weightOf[wrong]}`,
    );
  }
  return Float64Array.from(targets, (target) => weightOf[target]);
}

function check(
  matrix: SparseMatrix,
  labels: ArrayLike<unknown>,
  options: { C: number; tolerance: number; maxIterations: number },
): void {
  const rows = rowCount(matrix);
  if (rows !== labels.length || rows === 0) {
    throw new RangeError(
      `logisticRegression: expected a label for each row, got ${rows} rows and ${labels.length} labels`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (!(value > 0)) throw new RangeError(`logisticRegression: ${name} expected a number above 0, got ${value}`);
  }
}
