// Counts of texts by true and predicted class: for all classes, or for those confused most if there are many.
import { type Confusion, confusionMatrix } from '@attune/metrics';
import { plural } from '../page/format';
import type { Content } from '../page/html';
import { fullLabel, type Labels, labelMarkup } from './labels';

/** Labels, and the true and predicted class ids of the texts. */
export interface ConfusionData extends Labels {
  /** The texts' classes, as indices into `labels`. */
  readonly test: {
    /** True class id of each text. */
    readonly yTrue: ArrayLike<number>;
    /** Predicted class id of each text. */
    readonly yPred: ArrayLike<number>;
  };
}

/** A row and column of the matrix. */
export interface MatrixClass {
  readonly label: string;
  /** Label and name. */
  readonly title: string;
  readonly markup: Content;
}

/** Counts by true class and predicted class. */
export interface Matrix {
  readonly classes: readonly MatrixClass[];
  readonly counts: readonly (readonly number[])[];
  /** If the last class combines several: number of its texts that were predicted as another of them. */
  readonly wrongAmongOthers?: number;
}

/** A single class. */
const ownClass = (data: Labels, id: number): MatrixClass => ({
  label: data.labels[id],
  title: fullLabel(data, id),
  markup: labelMarkup(data, id),
});

/** The matrix of all classes. */
export function wholeMatrix(data: ConfusionData, ids: readonly number[]): Matrix {
  return {
    classes: ids.map((id) => ownClass(data, id)),
    counts: confusionMatrix(data.test.yTrue, data.test.yPred, { labels: ids }),
  };
}

/** Number of classes with their own row and column. */
const ownRows = 40;

/** Folds a matrix to the classes in the most frequent confusions, without building the full matrix. */
export function foldedMatrix(data: ConfusionData, pairs: readonly Confusion<number>[]): Matrix {
  const shown = mostConfused(data, pairs);
  const place = new Map(shown.map((id, i) => [id, i]));
  const placeOf = (id: number) => place.get(id) ?? shown.length;
  const counts = Array.from({ length: shown.length + 1 }, () => new Array<number>(shown.length + 1).fill(0));
  const { yTrue, yPred } = data.test;
  for (let i = 0; i < yTrue.length; i++) counts[placeOf(yTrue[i])][placeOf(yPred[i])]++;
  const among = pairs.filter(({ truth, predicted }) => !place.has(truth) && !place.has(predicted));
  const title = `the other ${plural(data.labels.length - shown.length, 'class', 'classes')}`;
  return {
    classes: [...shown.map((id) => ownClass(data, id)), { label: 'others', title, markup: title }],
    counts,
    wrongAmongOthers: among.reduce((sum, { count }) => sum + count, 0),
  };
}

/** The classes of the most frequent pairs, filled up with further ones, by id. */
function mostConfused({ labels }: ConfusionData, pairs: readonly Confusion<number>[]): readonly number[] {
  const shown = new Set<number>();
  for (const { truth, predicted } of pairs) {
    if (shown.size + Number(!shown.has(truth)) + Number(!shown.has(predicted)) > ownRows) break;
    shown.add(truth).add(predicted);
  }
  for (let id = 0; id < labels.length && shown.size < ownRows; id++) shown.add(id);
  return [...shown].sort((a, b) => a - b);
}
