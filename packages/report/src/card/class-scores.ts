// Scores by class in a model card.
import type { ClassScores } from '@attune/metrics';
import { count, percent, score } from '../page/format';
import { markdownTable, plain } from './markdown';

/** Scores of a class, with its label as printed. */
export interface NamedScores extends ClassScores {
  readonly label: string;
}

/** A label with its name, as Markdown. */
export const namedLabel = ({ labelNames }: { labelNames?: Readonly<Record<string, string>> }, label: string) =>
  plain(
    labelNames && Object.hasOwn(labelNames, label) && labelNames[label] ? `${label} (${labelNames[label]})` : label,
  );

/** The scores of every class as a table. */
export function classTable(head: string, classes: readonly NamedScores[]): string {
  const rows = classes.map(({ label, precision, recall, f1, support }) => [
    label,
    ...[precision, recall, f1].map(score),
    count(support),
  ]);
  return markdownTable([head, 'Precision', 'Recall', 'F1', 'Texts'], rows);
}

/** Minimum test texts for a reliable score of a class. */
const few = 10;

/** The most and least frequent class, those with the highest and lowest F1, and those with too few of the `total` texts. */
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
    ...(rare.length > 0
      ? [`${head} with fewer than ${few} texts, whose scores are uncertain: ${rare.join(', ')}.`]
      : []),
  ];
}
