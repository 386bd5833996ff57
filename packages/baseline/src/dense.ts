import { type LogisticRegression, type LogisticRegressionOptions, logisticRegression } from './logistic-regression';
import type { SparseMatrix } from './sparse-matrix';

export interface DenseClassifier<Label extends string | number>
  extends Omit<LogisticRegression<Label>, 'predict' | 'predictProbabilities'> {
  /** How long a vector is. */
  dimension: number;
  /** The most probable class of each vector of `features`, `[rows, dimension]`. */
  predict(features: Float32Array): Label[];
  /** `[rows × classes]`, row by row; a row sums to 1. */
  predictProbabilities(features: Float32Array): Float64Array;
}

/**
 * Logistic regression on dense vectors, such as the averaged word embeddings of a text or the output of a frozen encoder.
 *
 * `features` is `[labels.length, dimension]`, row by row. The objective is `logisticRegression`'s. Its penalty knows no scale:
 * vectors with entries far from 1 in size want another `C`, or scaling beforehand.
 *
 * ```ts
 * const classifier = trainDenseClassifier(embeddings, labels, { C: 10, classWeight: 'balanced' });
 * classifier.predict(unseenEmbeddings); // ['62', …]
 * ```
 *
 * Throws RangeError when the sizes do not fit, an entry is not finite or an option is impossible; AttuneError `ONE_CLASS`.
 */
export function trainDenseClassifier<Label extends string | number>(
  features: Float32Array,
  labels: ArrayLike<Label>,
  options: LogisticRegressionOptions = {},
): DenseClassifier<Label> {
  const dimension = features.length / labels.length;
  if (!Number.isInteger(dimension) || dimension === 0) {
    const came = `${features.length} numbers for ${labels.length} labels`;
    throw new RangeError(`trainDenseClassifier: expected features [labels, dimension], got ${came}`);
  }
  const { predict, predictProbabilities, ...fitted } = logisticRegression(rows(features, dimension), labels, options);
  return {
    ...fitted,
    dimension,
    predict: (unseen) => predict(rows(unseen, dimension)),
    predictProbabilities: (unseen) => predictProbabilities(rows(unseen, dimension)),
  };
}

/** Vectors as a matrix that stores every entry. */
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
