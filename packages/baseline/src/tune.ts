import { type Baseline, type BaselineOptions, baselineOf } from './baseline';
import { logisticRegression } from './logistic-regression';
import { accuracy, macroF1 } from './scores';
import { tfidf } from './tfidf';

export interface LabelledTexts {
  texts: readonly string[];
  labels: readonly string[];
}

/** Gives a score, the larger the better. */
export type BaselineMetric = (expected: readonly string[], predicted: readonly string[]) => number;

export interface TuneOptions extends Omit<BaselineOptions, 'C' | 'ngramRange'> {
  /** The values of `C` to try. Default 0.1, 1, 10 and 100. */
  c?: readonly number[];
  /** The ranges to try. Default `[1, 1]` and `[1, 2]`. */
  ngramRange?: readonly (readonly [number, number])[];
  /** What the validation set is scored by. Default `accuracy`. */
  metric?: 'accuracy' | 'macroF1' | BaselineMetric;
}

/** One combination and its score on the validation set. */
export interface BaselineTrial {
  C: number;
  ngramRange: readonly [number, number];
  score: number;
}

export interface TunedBaseline {
  /** Trained on the training set with the best options. */
  baseline: Baseline;
  best: BaselineTrial;
  /** All that was tried, in order: for each range, each `C`. */
  trials: BaselineTrial[];
}

/**
 * Trains a baseline for every `C` and `ngramRange`, and keeps the best on a validation set; of equals, the first tried.
 *
 * A yardstick left at its defaults flatters what is held beside it. Texts are vectorised once a range.
 *
 * ```ts
 * const { baseline, best } = tuneBaseline(train, validation, { c: [1, 10], metric: 'macroF1', sublinearTf: true });
 * best; // { C: 10, ngramRange: [1, 2], score: 0.84 }
 * ```
 *
 * Throws RangeError when there is nothing to try or no validation text, or a metric gives NaN; and what `trainBaseline` throws.
 */
export function tuneBaseline(
  train: LabelledTexts,
  validation: LabelledTexts,
  options: TuneOptions = {},
): TunedBaseline {
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
  train: LabelledTexts,
  validation: LabelledTexts,
  { c, ...options }: BaselineOptions & { c: readonly number[] },
) {
  const vectorizer = tfidf(train.texts, options);
  const known = vectorizer.transform(train.texts);
  const unseen = vectorizer.transform(validation.texts);
  for (const C of c) {
    const classifier = logisticRegression(known, train.labels, { ...options, C });
    yield { C, baseline: baselineOf(vectorizer, classifier), predicted: classifier.predict(unseen) };
  }
}

function check({ texts, labels }: LabelledTexts, combinations: number): void {
  if (combinations === 0) throw new RangeError('tuneBaseline: expected a C and an ngramRange to try, got none');
  if (texts.length === labels.length && texts.length > 0) return;
  const came = `${texts.length} texts and ${labels.length} labels`;
  throw new RangeError(`tuneBaseline: expected validation texts with a label each, got ${came}`);
}
