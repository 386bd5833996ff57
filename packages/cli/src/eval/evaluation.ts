import type { ClassScores } from '@attune/metrics';
import type { ProblemType } from '@attune/models';
import type { LabelOf } from '@attune/train';
import type { AnyPredictor, Decision } from '@attune/train/node';
import type { LabelledRows } from '../rows/labelled-rows';
import { table } from '../terminal/table';
import { multiLabelEvaluation } from './kinds/multi-label';
import { regressionEvaluation } from './kinds/regression';
import { singleLabelEvaluation } from './kinds/single-label';

/** What a model of any kind made of labelled rows. */
export interface Evaluated<Label> {
  readonly rows: LabelledRows<Label>;
  readonly labels: readonly string[];
  readonly logits: Float32Array;
  readonly loss: number;
  readonly config: AnyPredictor['config'];
  readonly decision: Decision;
}

/** What `attune eval --json` prints: figures, and of classes their scores. */
export interface Evaluation {
  readonly examples: number;
  /** Mean loss as in training: cross-entropy, or the squared error. */
  readonly loss: number;
  readonly perClass?: Readonly<Record<string, ClassScores>>;
  readonly [figure: string]: unknown;
}

/** How one kind of problem is measured. */
export interface EvaluationKind<Label> {
  /** What the head learns of a label. */
  target(label: Label, labels: readonly string[]): number | readonly number[];
  evaluation(evaluated: Evaluated<Label>): Evaluation;
  /** The figures that people are shown, by what they are called. */
  readonly shown: Readonly<Record<string, string>>;
}

export const evaluationKinds: { readonly [P in ProblemType]: EvaluationKind<LabelOf[P]> } = {
  single_label_classification: singleLabelEvaluation,
  multi_label_classification: multiLabelEvaluation,
  regression: regressionEvaluation,
};

const fixed = (value: unknown) => (value as number).toFixed(4);

/** The same for people: a line a class, then the figures. */
export function evaluationLines(
  { perClass, examples, ...figures }: Evaluation,
  { shown }: Pick<EvaluationKind<never>, 'shown'>,
): string {
  const classes = Object.entries(perClass ?? {}).map(([label, { precision, recall, f1, support }]) => [
    label,
    ...[precision, recall, f1].map(fixed),
    String(support),
  ]);
  const head = perClass ? `${table([['', 'precision', 'recall', 'F1', 'support'], ...classes])}\n\n` : '';
  const totals = Object.entries(shown).filter(([name]) => figures[name] !== undefined);
  return `${head}${table([
    ...totals.map(([name, called]) => [called, fixed(figures[name])]),
    ['examples', String(examples)],
  ])}\n`;
}
