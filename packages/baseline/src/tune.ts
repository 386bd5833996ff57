// Grid search over `C` and the n-gram range, on a validation set.
import { checkOptions, oneOf, type TableOf } from '@attune/internal';
import { type Baseline, type BaselineOptions, baselineOf, baselineTable, checkLabeled } from './baseline';
import { fitLogistic } from './logistic-regression';
import { isPair } from './terms';
import { fitTfidf } from './tfidf';

/** Texts and their labels, in the same order. */
export interface LabeledTexts {
  /** The texts, at least one. */
  readonly texts: readonly string[];
  /** The label of each text. */
  readonly labels: readonly string[];
}

/** A metric of predicted labels; larger is better. */
export type BaselineMetric = (expected: readonly string[], predicted: readonly string[]) => number;

/** Options of `tuneBaseline`. */
export interface TuneOptions extends Omit<BaselineOptions, 'C' | 'ngramRange'> {
  /** Values of `C` to try; default 0.1, 1, 10 and 100. */
  readonly c?: readonly number[];
  /** N-gram ranges to try; default `[1, 1]` and `[1, 2]`. */
  readonly ngramRange?: readonly (readonly [number, number])[];
  /** Metric on the validation set; default `accuracy`. */
  readonly metric?: 'accuracy' | 'macroF1' | BaselineMetric;
}

const { C: _, ...tunedTable } = baselineTable;

const tuneTable = {
  ...tunedTable,
  c: {
    expected: 'an array of numbers',
    holds: (value) => Array.isArray(value) && value.every((C) => typeof C === 'number'),
    advice: (value) => (typeof value === 'number' ? `write [${value}]` : undefined),
  },
  ngramRange: {
    expected: 'an array of pairs [shortest, longest]',
    holds: (value) => Array.isArray(value) && value.every(isPair),
    advice: (value) => (isPair(value) ? `write [[${value.join(', ')}]]` : undefined),
  },
  metric: oneOf(['accuracy', 'macroF1'], 'function'),
} satisfies TableOf<TuneOptions>;

/** One combination and its score on the validation set. */
export interface BaselineTrial {
  /** Inverse of the regularization strength. */
  readonly C: number;
  /** Lengths of the shortest and longest n-gram in words. */
  readonly ngramRange: readonly [number, number];
  /** The metric on the validation set; larger is better. */
  readonly score: number;
}

/** The best baseline of a search, and all trials. */
export interface TunedBaseline {
  /** Baseline trained on the training set with the best options. */
  readonly baseline: Baseline;
  /** The trial with the highest score; ties go to the first. */
  readonly best: BaselineTrial;
  /** All trials in order: for each range, each `C`. */
  readonly trials: BaselineTrial[];
}

/**
 * Trains a baseline for every `C` and `ngramRange`, and keeps the best on a validation set; ties go to the first.
 *
 * An untuned baseline flatters the model that it is compared with. Texts are vectorized once per n-gram range.
 * @throws RangeError if there is nothing to try, no validation text, or a NaN metric; and as `trainBaseline`.
 * @example
 * const { baseline, best } = tuneBaseline(train, validation, { c: [1, 10], metric: 'macroF1', sublinearTf: true });
 * best; // { C: 10, ngramRange: [1, 2], score: 0.84 }
 */
export function tuneBaseline(train: LabeledTexts, validation: LabeledTexts, options: TuneOptions = {}): TunedBaseline {
  checkLabeled('tuneBaseline', train);
  checkLabeled('tuneBaseline', validation);
  checkOptions('tuneBaseline', options, tuneTable);
  const { c = [0.1, 1, 10, 100], ngramRange = commonRanges, metric = 'accuracy', ...rest } = options;
  const score = typeof metric === 'function' ? metric : { accuracy, macroF1 }[metric];
  check(validation, c.length * ngramRange.length);
  const trials: BaselineTrial[] = [];
  let kept: { baseline: Baseline; best: BaselineTrial } | undefined;
  for (const range of ngramRange) {
    for (const { C, baseline, predicted } of fits(train, validation, { ...rest, c, ngramRange: range })) {
      const trial = { C, ngramRange: range, score: score(validation.labels, predicted) };
      if (Number.isNaN(trial.score)) throw new RangeError('tuneBaseline: metric expected a number, got NaN');
      trials.push(trial);
      if (!kept || trial.score > kept.best.score) kept = { baseline, best: trial };
    }
  }
  return { ...kept!, trials };
}

const commonRanges: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 2],
];

/** A baseline for each `C`, on one vectorizer. */
function* fits(
  train: LabeledTexts,
  validation: LabeledTexts,
  { c, ...options }: BaselineOptions & { c: readonly number[] },
) {
  const vectorizer = fitTfidf(train.texts, options);
  const known = vectorizer.transform(train.texts);
  const unseen = vectorizer.transform(validation.texts);
  for (const C of c) {
    const classifier = fitLogistic(known, train.labels, { ...options, C });
    yield { C, baseline: baselineOf(vectorizer, classifier), predicted: classifier.predict(unseen) };
  }
}

function check({ texts, labels }: LabeledTexts, combinations: number): void {
  if (combinations === 0) throw new RangeError('tuneBaseline: expected a C and an ngramRange to try, got none');
  if (texts.length === labels.length && texts.length > 0) return;
  const actual = `${texts.length} texts and ${labels.length} labels`;
  throw new RangeError(`tuneBaseline: expected validation texts with a label each, got ${actual}`);
}

/** Share of correct predictions. */
export function accuracy(expected: readonly string[], predicted: readonly string[]): number {
  return expected.filter((label, i) => label === predicted[i]).length / expected.length;
}

/** Mean F1 over the labels that occur in either; a label that is never correct counts as 0. Equals scikit-learn's macro-F1. */
export function macroF1(expected: readonly string[], predicted: readonly string[]): number {
  const labels = [...new Set([...expected, ...predicted])];
  const f1 = (label: string) => {
    const right = expected.filter((own, i) => own === label && predicted[i] === label).length;
    const named = expected.filter((own) => own === label).length + predicted.filter((own) => own === label).length;
    return (2 * right) / named;
  };
  return labels.reduce((sum, label) => sum + f1(label), 0) / labels.length;
}
