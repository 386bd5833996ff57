// What the command line knows of a kind of problem. Each kind is one object, in a file of its own.
import type { ClassScores } from '@attune/metrics';
import type { ProblemType } from '@attune/models';
import type { AnyPredictor, Decision, RunSummary } from '@attune/train/node';
import { table } from '../program/terminal';

/** One kind of problem: how a column of its labels is read and divided, and how its results are measured and printed. */
export interface ProblemKind<Label> {
  /** What a field must hold, for errors: `a label`. */
  readonly expected: string;
  /** The error code of a field that holds none. */
  readonly code: 'DATA_LABEL_MISSING' | 'DATA_LABEL_INVALID';
  /** The label in a field, or undefined where there is none. Several labels stand between separators. */
  read(field: string, separator: string): Label | undefined;
  /** The class names in a label, which the model must know. */
  names(label: Label): readonly string[];
  /** The strata of a stratified split, one per label; undefined for a random split. */
  strata(labels: readonly Label[]): readonly string[] | undefined;
  /** How a split is described: `by label`. */
  readonly splitBy: string;
  /** A label as text. */
  format(label: Label): string;
  /** What the head learns of a label. */
  target(label: Label, labels: readonly string[]): number | readonly number[];
  /** Measures a model's logits. */
  evaluate(predicted: Predicted<Label>): Evaluation;
  /** Titles of the metrics that `attune eval` prints, in order. */
  readonly evaluationMetrics: Readonly<Record<string, string>>;
  /** Titles of the metrics that `attune train` prints, in order. */
  readonly summaryMetrics: Readonly<Record<string, string>>;
  /** The baseline's name in a table. */
  baselineName(summary: RunSummary<ProblemType>): string;
}

/** What a model predicted for labeled rows. */
export interface Predicted<Label> {
  readonly truth: readonly Label[];
  /** The model's labels. */
  readonly labels: readonly string[];
  /** [rows · labels] */
  readonly logits: Float32Array;
  readonly loss: number;
  readonly config: AnyPredictor['config'];
  readonly decision: Decision;
}

/** What `attune eval --json` prints: metrics, and the scores of each class. */
export interface Evaluation {
  readonly examples: number;
  /** Mean loss as in training: cross-entropy, or the squared error. */
  readonly loss: number;
  readonly perClass?: Readonly<Record<string, ClassScores>>;
  readonly [metric: string]: unknown;
}

/** How well probabilities match outcomes: the log loss (nats) and the expected calibration error, in [0, 1]. */
export interface Calibration {
  readonly logLoss: number;
  readonly ece: number;
}

const fixed = (value: unknown) => (value as number).toFixed(4);

/** An evaluation for people: a line per class, then the metrics. */
export function evaluationLines(
  { perClass, examples, ...metrics }: Evaluation,
  { evaluationMetrics }: Pick<ProblemKind<never>, 'evaluationMetrics'>,
): string {
  const classes = Object.entries(perClass ?? {}).map(([label, { precision, recall, f1, support }]) => [
    label,
    ...[precision, recall, f1].map(fixed),
    String(support),
  ]);
  const head = perClass ? `${table([['', 'precision', 'recall', 'F1', 'support'], ...classes])}\n\n` : '';
  const totals = Object.entries(evaluationMetrics).filter(([name]) => metrics[name] !== undefined);
  return `${head}${table([
    ...totals.map(([name, title]) => [title, fixed(metrics[name])]),
    ['examples', String(examples)],
  ])}\n`;
}
