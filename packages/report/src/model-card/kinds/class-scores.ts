import type { ClassScores } from '@attune/metrics';
import { count, percent, score } from '../../format';
import { markdownTable, plain } from '../markdown';

/** A class's scores under the name it is shown by. */
export interface NamedScores extends ClassScores {
  readonly label: string;
}

/** A label with what it means, as Markdown. */
export const named = ({ labelNames }: { labelNames?: Readonly<Record<string, string>> }, label: string) =>
  plain(labelNames?.[label] ? `${label} (${labelNames[label]})` : label);

export function classTable(head: string, classes: readonly NamedScores[]): string {
  const rows = classes.map(({ label, precision, recall, f1, support }) => [
    label,
    ...[precision, recall, f1].map(score),
    count(support),
  ]);
  return markdownTable([head, 'Precision', 'Recall', 'F1', 'Texts'], rows);
}

/** Fewer test texts than this say little about a class. */
const few = 10;

/** Frequent and rare classes, those it does best and worst on, and those too rare to say; of `total` texts. */
export function classBias(head: string, classes: readonly NamedScores[], total: number): string[] {
  const bySupport = classes.toSorted((a, b) => b.support - a.support);
  const share = ({ label, support }: NamedScores) => `${label} ${percent(support / total)}`;
  const seen = classes.filter(({ support }) => support > 0).toSorted((a, b) => a.f1 - b.f1);
  const rare = classes.filter(({ support }) => support < few).map(({ label }) => label);
  const [worst, best] = [seen[0], seen.at(-1)];
  return [
    `${head} by frequency: largest ${share(bySupport[0])}, smallest ${share(bySupport.at(-1)!)}.`,
    ...(worst && best
      ? [`By F1: lowest ${worst.label} ${score(worst.f1)}, highest ${best.label} ${score(best.f1)}.`]
      : []),
    ...(rare.length > 0 ? [`Fewer than ${few} texts measure: ${rare.join(', ')}.`] : []),
  ];
}
