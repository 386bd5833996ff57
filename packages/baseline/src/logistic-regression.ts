// Logistic regression equal to scikit-learn's, on sparse and dense features.
import { AttuneError, argMax, checkOptions, compareCodePoints, oneOf, type TableOf } from '@attune/internal';
import { rowWeights } from './class-weights';
import { logisticObjective, scoreRow, sigmoid, softmax } from './logistic-objective';
import { minimize } from './minimize';
import { rowCount, type SparseMatrix } from './sparse-matrix';

/** Options of `logisticRegression`. */
export interface LogisticRegressionOptions {
  /** Inverse of the regularization strength; a larger value fits the data more closely. Default 1. */
  readonly C?: number;
  /** `balanced`: rows / (classes · rows of the class). An object: weights by class, 1 for classes that it lacks. Default 1. */
  readonly classWeight?: 'balanced' | Readonly<Record<string, number>>;
  /** Stops when no entry of the gradient of the mean objective is larger; default 1e-4. */
  readonly tolerance?: number;
  /** Maximum number of L-BFGS iterations, an integer ≥ 1; default 1000. */
  readonly maxIterations?: number;
  /** Refuses problems with more coefficients, columns · classes. Fitting stores up to 26 float64 numbers per coefficient. Default no limit. */
  readonly maxCoefficients?: number;
}

/** Kinds of `LogisticRegressionOptions`. */
export const regressionTable = {
  C: 'number',
  classWeight: oneOf(['balanced'], 'object'),
  tolerance: 'number',
  maxIterations: 'number',
  maxCoefficients: 'number',
} satisfies TableOf<LogisticRegressionOptions>;

/** A fitted classifier of sparse rows. */
export interface LogisticRegression<Label extends string | number> {
  /** The classes, sorted: strings by code point, numbers by value. */
  readonly classes: Label[];
  /** [classes, columns]; with two classes one row, for the second class. */
  readonly coefficients: Float64Array[];
  /** One per class; with two classes one, for the second class. */
  readonly intercepts: Float64Array;
  /** Probabilities [rows, classes], row by row; a row sums to 1. */
  predictProbabilities(matrix: SparseMatrix): Float64Array;
  /** The most probable class of each row. */
  predict(matrix: SparseMatrix): Label[];
  /** Number of L-BFGS iterations. */
  readonly iterations: number;
  /** Whether it converged; false if `maxIterations` was reached first. */
  readonly converged: boolean;
}

/**
 * Fits multinomial logistic regression: two classes with a sigmoid, more with a softmax.
 *
 * Minimizes `C · Σ weight · nll + ½ ‖coefficients‖²` with the intercepts free, by L-BFGS in float64: the objective of
 * scikit-learn's `LogisticRegression`, and its minimum.
 * @throws RangeError if the sizes differ, an option is out of range, or `classWeight` names a class that is not among the labels; AttuneError
 * `ARGUMENT_INVALID` for an invalid option, `ONE_CLASS` for labels of one class and `TOO_MANY_COEFFICIENTS` beyond `maxCoefficients`.
 * @example
 * const model = logisticRegression(vectorizer.transform(texts), labels, { classWeight: 'balanced' });
 * model.predict(vectorizer.transform(['soybean farming'])); // ['11']
 */
export function logisticRegression<Label extends string | number>(
  matrix: SparseMatrix,
  labels: ArrayLike<Label>,
  options: LogisticRegressionOptions = {},
): LogisticRegression<Label> {
  checkOptions('logisticRegression', options, regressionTable);
  return fitLogistic(matrix, labels, options);
}

/** The regression of options whose names and kinds are checked. */
export function fitLogistic<Label extends string | number>(
  matrix: SparseMatrix,
  labels: ArrayLike<Label>,
  options: LogisticRegressionOptions,
): LogisticRegression<Label> {
  const { C = 1, classWeight, tolerance = 1e-4, maxIterations = 1000, maxCoefficients } = options;
  check(matrix, labels, { C, tolerance, maxIterations });
  const classes = sortedClasses(labels);
  const indexOf = new Map(classes.map((label, index) => [label, index]));
  const targets = Int32Array.from(labels, (label) => indexOf.get(label)!);
  const weights = rowWeights(targets, classes, classWeight);
  const outputs = classes.length === 2 ? 1 : classes.length;
  checkSize(matrix.columns, outputs, maxCoefficients);
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
    return classes[argMax(own)];
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

function checkSize(columns: number, outputs: number, most = Number.POSITIVE_INFINITY): void {
  if (columns * outputs <= most) return;
  const [terms, classes, limit] = [columns, outputs, most].map((each) => each.toLocaleString('en'));
  throw new AttuneError(
    'TOO_MANY_COEFFICIENTS',
    `logisticRegression: expected at most ${limit} coefficients, got ${terms} columns of ${classes} classes; reduce either`,
  );
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

/** Logistic regression on dense vectors. */
export interface DenseClassifier<Label extends string | number>
  extends Omit<LogisticRegression<Label>, 'predict' | 'predictProbabilities'> {
  /** Length of a vector. */
  readonly dimension: number;
  /** The most probable class of each vector of `features` [rows, dimension]. */
  predict(features: Float32Array): Label[];
  /** Probabilities [rows, classes], row by row; a row sums to 1. */
  predictProbabilities(features: Float32Array): Float64Array;
}

/**
 * Logistic regression on dense vectors, such as averaged word embeddings or the outputs of a frozen encoder.
 *
 * `features` is [labels.length, dimension], row by row. The objective is that of `logisticRegression`. The penalty depends on the
 * scale of the features: if entries are far from 1 in magnitude, rescale them or change `C`.
 * @throws RangeError if the sizes do not match, an entry is not finite, and as `logisticRegression`; AttuneError as `logisticRegression`.
 * @example
 * const classifier = trainDenseClassifier(embeddings, labels, { C: 10, classWeight: 'balanced' });
 * classifier.predict(unseenEmbeddings); // ['62', …]
 */
export function trainDenseClassifier<Label extends string | number>(
  features: Float32Array,
  labels: ArrayLike<Label>,
  options: LogisticRegressionOptions = {},
): DenseClassifier<Label> {
  checkOptions('trainDenseClassifier', options, regressionTable);
  const dimension = features.length / labels.length;
  if (!Number.isInteger(dimension) || dimension === 0) {
    const actual = `${features.length} numbers for ${labels.length} labels`;
    throw new RangeError(`trainDenseClassifier: expected features [labels, dimension], got ${actual}`);
  }
  const { predict, predictProbabilities, ...fitted } = fitLogistic(rows(features, dimension), labels, options);
  return {
    ...fitted,
    dimension,
    predict: (unseen) => predict(rows(unseen, dimension)),
    predictProbabilities: (unseen) => predictProbabilities(rows(unseen, dimension)),
  };
}

/** Dense vectors as a sparse matrix that stores every entry. */
function rows(features: Float32Array, dimension: number): SparseMatrix {
  const count = features.length / dimension;
  if (!Number.isInteger(count)) {
    throw new RangeError(`predict: expected vectors of ${dimension} numbers, got ${features.length} numbers`);
  }
  const wrong = features.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    const place = `row ${Math.floor(wrong / dimension)}, column ${wrong % dimension}`;
    throw new RangeError(`trainDenseClassifier: expected finite features, got ${features[wrong]} in ${place}`);
  }
  return {
    indptr: Int32Array.from({ length: count + 1 }, (_, row) => row * dimension),
    indices: Int32Array.from({ length: features.length }, (_, entry) => entry % dimension),
    values: Float64Array.from(features),
    columns: dimension,
  };
}
