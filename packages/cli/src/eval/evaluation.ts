import type { ClassScores } from '@attune/metrics';
import { table } from '../terminal/table';

/** What `attune eval --json` prints; averages are over the labels in truth or prediction. */
export interface Evaluation {
  readonly examples: number;
  readonly accuracy: number;
  readonly macroF1: number;
  readonly weightedF1: number;
  /** Mean cross-entropy. */
  readonly loss: number;
  readonly perClass: Readonly<Record<string, ClassScores>>;
}

/** The same for people: a line a class, then the averages. */
export function evaluationLines({ perClass, ...figures }: Evaluation): string {
  const fixed = (value: number) => value.toFixed(4);
  const classes = Object.entries(perClass).map(([label, { precision, recall, f1, support }]) => [
    label,
    ...[precision, recall, f1].map(fixed),
    String(support),
  ]);
  const { examples, accuracy, macroF1, weightedF1, loss } = figures;
  const totals = Object.entries({ accuracy, 'macro-F1': macroF1, 'weighted F1': weightedF1, loss });
  return `${table([['', 'precision', 'recall', 'F1', 'support'], ...classes])}\n\n${table([
    ...totals.map(([name, value]) => [name, fixed(value)]),
    ['examples', String(examples)],
  ])}\n`;
}
