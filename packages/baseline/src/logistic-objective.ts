import type { Evaluate } from './minimize';
import { rowCount, type SparseMatrix } from './sparse-matrix';

/** A weighted classification problem for the objective. */
export interface LogisticProblem {
  readonly matrix: SparseMatrix;
  /** The class of each row, an index. */
  readonly targets: Int32Array;
  /** The weight of each row. */
  readonly weights: Float64Array;
  /** Scores per row: the number of classes, or 1 for two classes. */
  readonly outputs: number;
  /** Inverse strength of the penalty. */
  readonly C: number;
}

/**
 * The objective of logistic regression, and its gradient, divided by C · Σ weight:
 *
 *     Σ weight · nll / Σ weight  +  ½ ‖coefficients‖² / (C · Σ weight)
 *
 * The point is `[columns + 1, outputs]`, with the intercepts last. Outputs are adjacent because each stored value of the matrix is multiplied by
 * every one: with 20 classes a value of the matrix reads three cache lines instead of twenty.
 */
export function logisticObjective(problem: LogisticProblem): Evaluate {
  const { matrix, targets, weights, outputs, C } = problem;
  const rows = rowCount(matrix);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const errors = new Float64Array(outputs);
  const errorsOf = outputs === 1 ? binaryErrors : softmaxErrors;
  return (point, gradient) => {
    gradient.fill(0);
    let loss = 0;
    for (let row = 0; row < rows; row++) {
      scoreRow(matrix, row, point, errors);
      loss += weights[row] * errorsOf(errors, targets[row]);
      for (let k = 0; k < outputs; k++) errors[k] *= weights[row] / total;
      addRow(matrix, row, errors, gradient);
    }
    return loss / total + addPenalty(point, gradient, matrix.columns * outputs, 1 / (C * total));
  };
}

/** Writes a row's scores: its values times the coefficients, and the intercepts. */
export function scoreRow(matrix: SparseMatrix, row: number, point: Float64Array, scores: Float64Array): void {
  const outputs = scores.length;
  const intercepts = matrix.columns * outputs;
  for (let k = 0; k < outputs; k++) scores[k] = point[intercepts + k];
  for (let j = matrix.indptr[row]; j < matrix.indptr[row + 1]; j++) {
    const value = matrix.values[j];
    const first = matrix.indices[j] * outputs;
    for (let k = 0; k < outputs; k++) scores[k] += value * point[first + k];
  }
}

/** Turns scores into probabilities in place, shifted by the largest so that nothing overflows; returns ln Σ exp(score). */
export function softmax(scores: Float64Array): number {
  let most = scores[0];
  for (let k = 1; k < scores.length; k++) if (scores[k] > most) most = scores[k];
  let sum = 0;
  for (let k = 0; k < scores.length; k++) {
    scores[k] = Math.exp(scores[k] - most);
    sum += scores[k];
  }
  for (let k = 0; k < scores.length; k++) scores[k] /= sum;
  return most + Math.log(sum);
}

/** 1 / (1 + e^−score), without overflow on either side. */
export function sigmoid(score: number): number {
  const small = Math.exp(-Math.abs(score));
  return score >= 0 ? 1 / (1 + small) : small / (1 + small);
}

/** Converts scores to probability − truth, in place; returns the row's negative log likelihood. */
function softmaxErrors(scores: Float64Array, target: number): number {
  const score = scores[target];
  const loss = softmax(scores) - score;
  scores[target] -= 1;
  return loss;
}

/** The same for two classes with one score, that of class 1. */
function binaryErrors(scores: Float64Array, target: number): number {
  const score = scores[0];
  scores[0] = sigmoid(score) - target;
  return Math.max(score, 0) - target * score + Math.log1p(Math.exp(-Math.abs(score)));
}

function addRow(matrix: SparseMatrix, row: number, errors: Float64Array, gradient: Float64Array): void {
  const outputs = errors.length;
  const intercepts = matrix.columns * outputs;
  for (let k = 0; k < outputs; k++) gradient[intercepts + k] += errors[k];
  for (let j = matrix.indptr[row]; j < matrix.indptr[row + 1]; j++) {
    const value = matrix.values[j];
    const first = matrix.indices[j] * outputs;
    for (let k = 0; k < outputs; k++) gradient[first + k] += value * errors[k];
  }
}

function addPenalty(point: Float64Array, gradient: Float64Array, coefficients: number, strength: number): number {
  let squares = 0;
  for (let i = 0; i < coefficients; i++) {
    squares += point[i] * point[i];
    gradient[i] += strength * point[i];
  }
  return (strength * squares) / 2;
}
