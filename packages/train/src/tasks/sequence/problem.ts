import type { HostTensor } from '@attune/engine';
import type { ClassScores } from '@attune/metrics';
import type { TrainingArguments } from '../../arguments/arguments';
import { type Decision, toApply } from './decision';

/**
 * What training, evaluation, prediction and the command line know of one kind of problem: a `Problem` is all of it. Each kind is a
 * file beside this one, listed in `problems.ts`.
 */

/** What the head learns of one example: a class id, one 0/1 per label, or one number per output. */
export type Target = number | readonly number[];

/** Types that belong to a kind of problem. */
export interface ProblemTypes {
  /** The label of an example. */
  readonly label: unknown;
  /** The predictions of a whole part, beside the truth. */
  readonly predictions: {
    /** The texts, in order. */
    readonly texts: readonly string[];
  };
  /** The metrics that `summary.json` leads with. */
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

/** Logits [examples · labels] of data that was not trained on, and its targets. */
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

/** Awaited again and again in work that takes long, so that a signal is heard; rejects where the work is to end. */
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
  /** What a field has to hold, for errors: `a label`. */
  readonly expected: string;
  /** The error's code where a field holds something else. */
  readonly code: 'DATA_LABEL_MISSING' | 'DATA_LABEL_INVALID';
  /**
   * The label in a field; undefined where there is none.
   * @param separator between several labels of a text
   */
  read(field: string, separator: string): Label | undefined;
  /** As `read`, but for what earlier versions made of a field: models that were trained on it know these labels. Absent for numbers. */
  readVerbatim?(field: string, separator: string): Label | undefined;
  /** The label of these names, where a text may have several. */
  ofNames?(names: readonly string[]): Label;
  /** What to do about a field that holds something else; default to fill it in, or to remove the row. */
  remedy?(field: string): string | undefined;
  /** The label with other names. */
  renamed(label: Label, nameOf: (name: string) => string): Label;
  /** The label names that a model has to know. */
  names(label: Label): readonly string[];
  /** The strata of a split; undefined for a random split. */
  strata(labels: readonly Label[]): readonly string[] | undefined;
  /** How a split is described: `by label`. */
  readonly shared: string;
  /** A label as people read it. */
  shown(label: Label): string;
}

/** A model's predictions of labeled texts, as `attune eval` measures them. */
export interface Evaluated<Label> extends Deciding {
  /** The true label of each text. */
  readonly truth: readonly Label[];
  /** Logits, [texts · labels]. */
  readonly logits: Float32Array;
  /** Mean loss over the texts. */
  readonly loss: number;
  /** The tuned decision; empty where nothing was tuned. */
  readonly decision: Decision;
}

/** What `attune eval --json` prints: metrics, and of classes their scores. */
export interface Evaluation {
  /** Number of texts that were measured. */
  readonly examples: number;
  /** Mean loss as in training: cross-entropy, or the squared error. */
  readonly loss: number;
  /** Scores of each class, keyed by its name; absent for a regression. */
  readonly perClass?: Readonly<Record<string, ClassScores>>;
  readonly [metric: string]: unknown;
}

/** Options that mean nothing beside a kind of problem, each with the reason. */
export type Refusals = Readonly<Partial<Record<keyof TrainingArguments | 'tuneThreshold' | 'calibrate', string>>>;

/** Weight and bias of the module that makes a classifier's logits. */
export interface Classifier {
  /** [labels, hidden] float32. */
  readonly weight: HostTensor;
  /** [labels] float32; a decoder's has none. */
  readonly bias?: HostTensor;
}

/** A kind of problem of sequence classification. */
export interface Problem<T extends ProblemTypes = ProblemTypes> {
  /** How the column of labels in a table is read and shown. */
  readonly column: LabelColumn<T['label']>;
  /** Options that mean nothing for this kind, each with the reason. */
  readonly refuses: Refusals;

  /**
   * The model's labels, in order.
   * @throws AttuneError for labels of which nothing can be learned
   */
  labelsOf(labels: readonly T['label'][], onNote: (note: string) => void): readonly string[];
  /** What the head learns of a label; RangeError for an unknown one. */
  targetWith(labels: readonly string[]): (label: T['label']) => Target;
  /** Targets as the program's input `labels`, filled up to `rows`. */
  labelTensor(targets: readonly Target[], rows: number, width: number): HostTensor;
  /** Outputs of a head; as many as there are labels by default. */
  readonly outputs?: number;
  /** Fits a new head's last module to the targets before training, in place. */
  initialize?(classifier: Classifier, targets: readonly Target[]): void;

  /** The engine's loss of one example, in float64. */
  loss(logits: Float32Array, target: Target): number;
  /** Whether the logits of one example are right; absent where that means nothing. */
  isRight?(logits: Float32Array, target: Target): boolean;
  /** The names of `evaluationMetrics`, which are checked before anything is computed. */
  readonly metricNames: readonly string[];
  /** The metrics of an evaluation during training, by name: any of them can choose the best model. */
  evaluationMetrics(logits: Float32Array, targets: readonly Target[], width: number): Record<string, number>;

  /** Probabilities [examples · labels]; the outputs themselves for a regression. */
  scores(logits: Float32Array, width: number): Float32Array;
  /** Absent where there is nothing to decide. */
  readonly tuning?: Tuning;
  /** The prediction of each text. */
  predict(logits: Float32Array, deciding: Deciding): T['prediction'][];
  /** The predictions of a part, beside the truth. */
  predictionsOf(truth: Truth, logits: Float32Array, deciding: Deciding): T['predictions'];
  /** The true and the predicted answer of each text of a part, as people read them; values that hardly differ are one. */
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
  /** The metrics of an evaluation that people are shown, by name: `{ macroF1: 'macro-F1' }`. */
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
