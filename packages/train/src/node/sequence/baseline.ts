import { type Baseline, baselineBytes, logisticRegression, tfidf, trainBaseline, tuneBaseline } from '@attune/baseline';
import { AttuneError } from '@attune/internal';
import type { ProblemType } from '@attune/models';
import { gigabytes } from '../../estimate/note';
import { decidedClasses, decidedLabels } from '../../tasks/sequence/decision';
import type { LabeledTexts } from '../../tasks/sequence/examples';
import type { Truth } from '../../tasks/sequence/problem';
import type { LabelOf, PredictionsOf } from '../../tasks/sequence/problems';
import { classPredictions } from '../../tasks/sequence/single-label';
import { type ChosenBy, type Comparing, type Comparison, compare } from './comparison';

/** The baseline: with default settings, tuned on the validation part, or none. */
export type BaselineMode = 'default' | 'tuned' | 'none';

/** Settings of TF-IDF and logistic regression. */
export interface BaselineOptions {
  /** Inverse strength of the penalty. */
  readonly C: number;
  /** Fewest and most words per term. */
  readonly ngramRange: readonly [number, number];
}

/** The part and the metric that choose the settings. */
export interface BaselineTuning {
  readonly validation: Pick<LabeledTexts, 'texts' | 'labels'>;
  readonly metric: ChosenBy;
}

/** The baseline on the reported part. */
export interface BaselineOf<P extends ProblemType> {
  readonly predictions: PredictionsOf[P];
  /** The chosen settings, where it was tuned. */
  readonly options?: BaselineOptions;
  /** Compares the model's predictions with the baseline's, for one label per text. */
  compare?(
    model: { readonly predictions: PredictionsOf[P]; readonly scores: ArrayLike<number> },
    comparing: Comparing,
  ): Comparison;
}

interface BaselineData<P extends ProblemType> {
  readonly train: LabeledTexts<LabelOf[P]>;
  readonly truth: Truth;
  readonly labels: readonly string[];
  readonly tuning?: BaselineTuning;
}

interface BaselineKind<P extends ProblemType> {
  train(data: BaselineData<P>): BaselineOf<P>;
  /** Whether its settings can be tuned and its probabilities mixed with the model's. */
  readonly isTunable?: boolean;
}

/** The baseline of each kind of problem; a kind without an entry has no baseline. */
const baselines: { readonly [P in ProblemType]?: BaselineKind<P> } = {
  single_label_classification: { train: classifier, isTunable: true },
  multi_label_classification: { train: classifierPerLabel },
  regression: { train: trainingMean },
};

/** Half a gigabyte of coefficients, of which fitting holds up to 26 copies: 20,000 labels of 3,300 words. */
const maxCoefficients = 2 ** 26;

/** The baseline for a problem. */
export function baselineOf<P extends ProblemType>(problemType: P, data: BaselineData<P>): BaselineOf<P> | undefined {
  return (baselines[problemType] as BaselineKind<P> | undefined)?.train(data);
}

/**
 * The result of a baseline; undefined, with a note, where it fails, so that the trained model's results are not lost.
 *
 * A baseline that may need more than the free memory is skipped: the system would kill the run.
 *
 * @param needed bytes, from `baselineNeeds`
 * @param free bytes that the process may allocate; default as Node reports them
 */
export function orNoBaseline<Result>(
  compute: () => Result,
  { needed, onNote, free = process.availableMemory?.() }: BaselineTry,
): Result | undefined {
  if (free !== undefined && needed > free) {
    onNote(`no baseline: it takes up to ${gigabytes(needed)} of memory, ${gigabytes(free)} are free; ${less}`);
    return undefined;
  }
  try {
    return compute();
  } catch (error) {
    const { message } = error as Error;
    const isTooLarge = error instanceof RangeError && /allocation|array length|out of memory/i.test(message);
    const reason = isTooLarge ? `it takes up to ${gigabytes(needed)} of memory, more than is free; ${less}` : message;
    onNote(`no baseline: ${reason}`);
    return undefined;
  }
}

/** A baseline that may not fit into the memory. */
export interface BaselineTry {
  readonly needed: number;
  readonly onNote: (note: string) => void;
  readonly free?: number;
}

const less = 'fewer labels or texts need less';

/** Peak bytes of a run's baseline, from the training texts; 0 for a mean, or without a baseline. */
export function baselineNeeds(
  problemType: ProblemType,
  { texts, labels, baseline }: { texts: readonly string[]; labels: readonly string[]; baseline?: BaselineMode },
): number {
  if (baseline === 'none' || problemType === 'regression') return 0;
  const classes = problemType === 'single_label_classification' ? labels.length : 2;
  return baselineBytes(texts, { classes, ngramRange: baseline === 'tuned' ? [1, 2] : [1, 1] });
}

interface BaselineSettings {
  readonly baseline?: BaselineMode;
  readonly mixBaseline?: boolean;
  readonly problemType?: ProblemType;
  readonly data: { readonly validation?: unknown };
}

/**
 * Checks the options of a baseline.
 * @throws AttuneError ARGUMENT_INVALID for a tuned or mixed one without a validation part, or for another problem
 *   than one label per text, and for a mix without a baseline
 */
export function checkBaseline({ baseline, mixBaseline, problemType, data }: BaselineSettings): void {
  const refuse = (problem: string) => {
    throw new AttuneError('ARGUMENT_INVALID', problem);
  };
  const name = mixBaseline ? 'mixBaseline' : 'baseline';
  if (!mixBaseline && baseline !== 'tuned') return;
  if (mixBaseline && baseline === 'none') refuse("mixBaseline: expected a baseline, got 'none'; remove one of the two");
  if (problemType !== undefined && !baselines[problemType]?.isTunable)
    refuse(`${name}: expected one label per text, got ${problemType}; remove it`);
  if (!data.validation) refuse(`${name}: expected a validation part, got none; add one`);
}

/** TF-IDF and logistic regression, with default settings or tuned: single words or pairs too, and C of 0.1 to 100. */
function classifier({
  train: { texts, labels: own },
  truth,
  labels,
  tuning,
}: BaselineData<'single_label_classification'>): BaselineOf<'single_label_classification'> {
  const options = { sublinearTf: true, maxCoefficients };
  const tuned =
    tuning && tuneBaseline({ texts, labels: own }, tuning.validation, { metric: tuning.metric, ...options });
  const baseline = tuned?.baseline ?? trainBaseline(texts, own, options);
  const probabilities = probabilitiesIn(labels, baseline);
  const scores = probabilities(truth.texts);
  const predictions = classPredictions(truth, scores, decidedClasses(scores, labels));
  return {
    predictions,
    ...(tuned && { options: { C: tuned.best.C, ngramRange: tuned.best.ngramRange } }),
    compare: (model, comparing) => compare(model, { predictions, probabilities }, comparing),
  };
}

/** Probabilities [texts · labels] in the order of the run's labels; 0 for labels without a training text. */
function probabilitiesIn(labels: readonly string[], baseline: Baseline) {
  const own = baseline.labels.map((label) => labels.indexOf(label));
  return (texts: readonly string[]): Float64Array => {
    const probabilities = baseline.predictProbabilities(texts);
    const ordered = new Float64Array(texts.length * labels.length);
    probabilities.forEach((p, i) => {
      ordered[Math.floor(i / own.length) * labels.length + own[i % own.length]] = p;
    });
    return ordered;
  };
}

/** TF-IDF of words and, label by label, logistic regression. */
function classifierPerLabel({
  train,
  truth: { texts, targets },
  labels,
}: BaselineData<'multi_label_classification'>): BaselineOf<'multi_label_classification'> {
  const vectorizer = tfidf(train.texts, { sublinearTf: true });
  const [known, unseen] = [vectorizer.transform(train.texts), vectorizer.transform(texts)];
  const scores = new Float32Array(texts.length * labels.length);
  labels.forEach((label, column) => {
    const has = train.labels.map((set) => Number(set.includes(label)));
    // A label of every training text, or of none, leaves only one class.
    const isLearnable = has.includes(0) && has.includes(1);
    const probabilities = isLearnable ? logisticRegression(known, has).predictProbabilities(unseen) : undefined;
    texts.forEach((_, row) => {
      scores[row * labels.length + column] = probabilities ? probabilities[2 * row + 1] : has[0];
    });
  });
  const yPred = decidedLabels(scores, labels);
  return { predictions: { texts, yTrue: targets as readonly number[][], yPred, scores } };
}

/** The training texts' mean for every text. */
function trainingMean({
  train: { labels: values },
  truth: { texts, targets },
}: BaselineData<'regression'>): BaselineOf<'regression'> {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const yTrue = Float64Array.from(targets as readonly number[]);
  return { predictions: { texts, yTrue, yPred: new Float64Array(texts.length).fill(mean) } };
}
