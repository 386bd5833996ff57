import type { HostTensor } from '@attune/engine';
import type { ClassScores } from '@attune/metrics';
import type { TrainingArguments } from '../../arguments/arguments';
import type { MetricName } from '../../loop/metric-direction';
import { type Decision, toApply } from './decision';

/**
 * A `Problem` has everything about one kind of problem that training, evaluation, prediction and the command line use. Each kind is a
 * file in this folder, listed in `problems.ts`.
 */

/** The target of one example: a class id, one 0/1 per label, or one number per output. */
export type Target = number | readonly number[];

/** The types that differ between kinds of problem. */
export interface ProblemTypes {
  /** The label of an example. */
  readonly label: unknown;
  /** The predictions of a whole part, with the truth. */
  readonly predictions: {
    /** The texts, in order. */
    readonly texts: readonly string[];
  };
  /** The main metrics of `summary.json`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The prediction of one text. */
  readonly prediction: object;
}

/** Texts and their targets. */
export interface Truth {
  /** The texts, in order. */
  readonly texts: readonly string[];
  /** Target of each text. */
  readonly targets: readonly Target[];
}

/** How logits become labels: the model's labels in order, and the tuned decision. */
export interface Deciding {
  /** The model's labels, in the order of its logits. */
  readonly labels: readonly string[];
  /** The tuned decision; default none, the likeliest label. */
  readonly decision?: Decision;
}

/** Logits [examples · labels] of held-out data, and its targets. */
export interface TuningData {
  /** Logits, [examples · labels]. */
  readonly logits: Float32Array;
  /** Target of each example. */
  readonly targets: readonly Target[];
}

/** How a decision is tuned on validation data. */
export interface Tuning {
  /** The temperature of the smallest log loss. */
  temperature(data: TuningData, labels: readonly string[], pause?: Pause): Promise<number>;
  /** Thresholds or offsets of the highest macro-F1, at the temperature of `decision`. */
  threshold(data: TuningData, deciding: Deciding, pause?: Pause): Promise<Decision>;
}

/** Awaited repeatedly in long work, so that signals are handled; rejects to end the work. */
export type Pause = () => Promise<void>;

/** The result of a search in steps, with a pause after each. */
export async function searched<T>(
  search: Iterator<undefined, T, undefined>,
  pause: Pause = async () => {},
): Promise<T> {
  for (;;) {
    const { done, value } = search.next();
    if (done) return value;
    await pause();
  }
}

/** The column of labels in a table: how its fields are read, and how its labels are split and shown. */
export interface LabelColumn<Label> {
  /** The expected content of a field, for errors: `a label`. */
  readonly expected: string;
  /** The error code for other content of a field. */
  readonly code: 'DATA_LABEL_MISSING' | 'DATA_LABEL_INVALID';
  /**
   * The label in a field; undefined without one.
   * @param separator between several labels of a text
   */
  read(field: string, separator: string): Label | undefined;
  /** As `read` in earlier versions, for models with labels of that time. Absent for numbers. */
  readVerbatim?(field: string, separator: string): Label | undefined;
  /** The label with these names, where a text may have several. */
  ofNames?(names: readonly string[]): Label;
  /** Advice for other content of a field; default to fill it in, or to remove the row. */
  remedy?(field: string): string | undefined;
  /** The label with other names. */
  renamed(label: Label, nameOf: (name: string) => string): Label;
  /** The names of the labels that a model has to know. */
  names(label: Label): readonly string[];
  /** The strata of a split; undefined for a random split. */
  strata(labels: readonly Label[]): readonly string[] | undefined;
  /** How a split is described: `by label`. */
  readonly shared: string;
  /** A label in readable form. */
  shown(label: Label): string;
}

/** A model's predictions of labeled texts, for `attune eval`. */
export interface Evaluated<Label> extends Deciding {
  /** The true label of each text. */
  readonly truth: readonly Label[];
  /** Logits, [texts · labels]. */
  readonly logits: Float32Array;
  /** Mean loss over the texts. */
  readonly loss: number;
  /** The tuned decision; empty without one. */
  readonly decision: Decision;
}

/** The output of `attune eval --json`: metrics, and scores per class. */
export interface Evaluation {
  /** Number of measured texts. */
  readonly examples: number;
  /** Mean loss as in training: cross-entropy, or the squared error. */
  readonly loss: number;
  /** Scores of each class, keyed by its name; absent for a regression. */
  readonly perClass?: Readonly<Record<string, ClassScores>>;
  readonly [metric: string]: unknown;
}

/** Options that a kind of problem does not use, each with the reason. */
export type Refusals = Readonly<Partial<Record<keyof TrainingArguments | 'tuneThreshold' | 'calibrate', string>>>;

/** Weight and bias of the module that makes a classifier's logits. */
export interface Classifier {
  /** [labels, hidden] float32. */
  readonly weight: HostTensor;
  /** [labels] float32; absent in a decoder. */
  readonly bias?: HostTensor;
}

/** A kind of problem of sequence classification. */
export interface Problem<T extends ProblemTypes = ProblemTypes> {
  /** How the column of labels in a table is read and shown. */
  readonly column: LabelColumn<T['label']>;
  /** Options that this kind does not use, each with the reason. */
  readonly refuses: Refusals;

  /**
   * The model's labels, in order.
   * @throws AttuneError for labels without anything to learn
   */
  labelsOf(labels: readonly T['label'][], onNote: (note: string) => void): readonly string[];
  /** The target of a label; throws RangeError for an unknown one. */
  targetWith(labels: readonly string[]): (label: T['label']) => Target;
  /** Targets as the program's input `labels`, padded to `rows`. */
  labelTensor(targets: readonly Target[], rows: number, width: number): HostTensor;
  /** Number of outputs of a head; default the number of labels. */
  readonly outputs?: number;
  /** Fits a new head's last module to the targets before training, in place. */
  initialize?(classifier: Classifier, targets: readonly Target[]): void;

  /** The loss of one example as in the engine, in float64. */
  loss(logits: Float32Array, target: Target): number;
  /** Whether the logits of one example are right; absent for a regression. */
  isRight?(logits: Float32Array, target: Target): boolean;
  /** The names of `evaluationMetrics`, which are checked before anything is computed. */
  readonly metricNames: readonly MetricName[];
  /** The metrics of an evaluation during training, by name, each of which can choose the best model. */
  evaluationMetrics(logits: Float32Array, targets: readonly Target[], width: number): Record<string, number>;

  /** Probabilities [examples · labels]; the outputs themselves for a regression. */
  scores(logits: Float32Array, width: number): Float32Array;
  /** Tuning of the decision; absent for a regression. */
  readonly tuning?: Tuning;
  /** The prediction of each text. */
  predict(logits: Float32Array, deciding: Deciding): T['prediction'][];
  /** The predictions of a part, with the truth. */
  predictionsOf(truth: Truth, logits: Float32Array, deciding: Deciding): T['predictions'];
  /** The true and the predicted answer of each text of a part, in readable form; nearly equal values are merged. */
  answers(
    predictions: T['predictions'],
    deciding: Pick<Deciding, 'labels'>,
  ): {
    /** True answer of each text. */
    readonly truth: string[];
    /** Predicted answer of each text. */
    readonly predicted: string[];
  };
  /** The metrics of a part's predictions. */
  metricsOf(predictions: T['predictions']): T['metrics'];

  /** All metrics of labeled texts, for `attune eval`. */
  evaluate(evaluated: Evaluated<T['label']>): Evaluation;
  /** The displayed metrics of an evaluation, by name: `{ macroF1: 'macro-F1' }`. */
  readonly shownMetrics: Readonly<Record<string, string>>;
}

/** Logits at the temperature of a decision that is not applied yet. */
export function tempered(logits: Float32Array, decision?: Decision): Float32Array {
  const { temperature = 1 } = toApply(decision);
  return temperature === 1 ? logits : logits.map((x) => x / temperature);
}

/** Values by label. */
export const byLabel = (labels: readonly string[], values: ArrayLike<number>): Record<string, number> =>
  Object.fromEntries(labels.map((label, id) => [label, values[id]]));
