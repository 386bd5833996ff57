import type { ModelConfig, ProblemType } from '@attune/models';
import type { Decision } from './decision';
import { type MultiLabel, multiLabel } from './multi-label';
import { type Pause, type Problem, type ProblemTypes, type Target, type TuningData, tempered } from './problem';
import { type Regression, regression } from './regression';
import { type SingleLabel, singleLabel } from './single-label';

/** The label of an example by kind of problem: one label, any number of them, or a number. */
export interface LabelOf extends Record<ProblemType, ProblemTypes['label']> {
  /** One label. */
  readonly single_label_classification: SingleLabel['label'];
  /** Any number of labels, including none. */
  readonly multi_label_classification: MultiLabel['label'];
  /** A number. */
  readonly regression: Regression['label'];
}

/** The predictions of a part, by kind of problem. */
export interface PredictionsOf extends Record<ProblemType, ProblemTypes['predictions']> {
  /** A class id per text. */
  readonly single_label_classification: SingleLabel['predictions'];
  /** A 0 or 1 per text and label. */
  readonly multi_label_classification: MultiLabel['predictions'];
  /** A number per text. */
  readonly regression: Regression['predictions'];
}

/** The prediction of a text, by kind of problem. */
export interface PredictionOf extends Record<ProblemType, ProblemTypes['prediction']> {
  /** The likeliest label, and the probability of each. */
  readonly single_label_classification: SingleLabel['prediction'];
  /** The labels, and the probability of each. */
  readonly multi_label_classification: MultiLabel['prediction'];
  /** A number. */
  readonly regression: Regression['prediction'];
}

/** The main metrics of a summary, by kind of problem. */
export interface MetricsOf extends Record<ProblemType, ProblemTypes['metrics']> {
  /** Accuracy and macro-F1. */
  readonly single_label_classification: SingleLabel['metrics'];
  /** Accuracy of whole sets, micro-F1 and macro-F1. */
  readonly multi_label_classification: MultiLabel['metrics'];
  /** Errors and R². */
  readonly regression: Regression['metrics'];
}

/** A kind of problem by its name. */
export type ProblemOf<P extends ProblemType> = Problem<{
  /** The label of an example. */
  readonly label: LabelOf[P];
  /** The predictions of a whole part, with the truth. */
  readonly predictions: PredictionsOf[P];
  /** The main metrics of `summary.json`. */
  readonly metrics: MetricsOf[P];
  /** The prediction of one text. */
  readonly prediction: PredictionOf[P];
}>;

/**
 * The kinds of problem of sequence classification.
 *
 * @example problems.regression.column.read('12.5', ';'); // 12.5
 */
export const problems: { readonly [P in ProblemType]: ProblemOf<P> } = {
  single_label_classification: singleLabel,
  multi_label_classification: multiLabel,
  regression,
};

/**
 * The kind of problem of a model; one label per text by default.
 *
 * @example
 * problemOf(model.config).predict(logits, { labels: model.config.labels });
 */
export const problemOf = ({ problemType }: Pick<ModelConfig, 'problemType'>): Problem =>
  problems[problemType ?? 'single_label_classification'] as unknown as Problem;

/** The kind of problem of a model, with transformers' default where `config.json` names none: one output is a regression. */
export const guessedProblemType = ({ problemType, labels }: ModelConfig): ProblemType =>
  problemType ?? (labels.length === 1 ? 'regression' : 'single_label_classification');

/**
 * Probabilities [examples · labels] of logits at the decision's temperature; the outputs themselves for a regression.
 *
 * @example decidedScores(logits, predictor.config, { temperature: 2 });
 */
export function decidedScores(logits: Float32Array, config: ModelConfig, decision?: Decision): Float32Array {
  const { scores, tuning } = problemOf(config);
  return scores(tuning ? tempered(logits, decision) : logits, config.labels.length);
}

/**
 * The mean loss of logits [examples · labels]: the loss of the model's program, in float64. NaN without examples.
 */
export function meanLoss(logits: Float32Array, targets: readonly Target[], config: ModelConfig): number {
  const { loss } = problemOf(config);
  const width = config.labels.length;
  const row = (i: number) => logits.subarray(i * width, (i + 1) * width);
  return targets.reduce<number>((sum, target, i) => sum + loss(row(i), target), 0) / targets.length;
}

interface TuneOptions {
  readonly config: ModelConfig;
  readonly tuneThreshold?: boolean;
  readonly calibrate?: boolean;
  readonly pause?: Pause;
}

/** Temperatures between which one is an optimum; the search ends at others where there is none. */
const optima = { low: 0.0101, high: 99 };

/** A temperature, or 1 where the validation part has no optimum: if all its texts are right, it would tend to 0. */
const optimum = (temperature: number) => (temperature > optima.low && temperature < optima.high ? temperature : 1);

/** The temperature of the smallest log loss, then thresholds or offsets of the highest macro-F1 at that temperature. */
export async function tuneDecision(data: TuningData, options: TuneOptions): Promise<Decision> {
  const { labels } = options.config;
  const { tuning } = problemOf(options.config);
  if (!tuning) return {};
  const temperature = options.calibrate
    ? { temperature: optimum(await tuning.temperature(data, labels, options.pause)) }
    : {};
  if (!options.tuneThreshold) return temperature;
  return { ...temperature, ...(await tuning.threshold(data, { labels, decision: temperature }, options.pause)) };
}
