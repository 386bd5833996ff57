import { takeRows } from '@attune/data';
import type { LabeledTexts } from '@attune/train';

/** The classes of each choice, with the labels of a file that mean them. Rows with other labels are dropped. */
export const choices = {
  three: { remote: 'remote', hybrid: 'hybrid', onsite: 'on-site', inperson: 'on-site' },
  two: { remote: 'remote', onsite: 'in-person', inperson: 'in-person' },
  'two-hybrid-remote': { remote: 'remote', hybrid: 'remote', onsite: 'in-person', inperson: 'in-person' },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

export type Choice = keyof typeof choices;

/**
 * The labels of a file as one of the choices has them, however they are written: `OnSite`, `on-site`, `on site`. A note counts the rows with
 * other labels, which are dropped.
 */
export function arrangementsOf(
  { texts, labels }: LabeledTexts,
  choice: Choice,
  onNote: (note: string) => void,
): LabeledTexts {
  const classes: Readonly<Record<string, string>> = choices[choice];
  const named = labels.map((label) => classes[label.toLowerCase().replace(/[^a-z]/g, '')]);
  const kept = [...texts.keys()].filter((i) => named[i] !== undefined);
  const others = [...new Set(labels.filter((_, i) => named[i] === undefined))];
  const shown = others
    .slice(0, 5)
    .map((label) => JSON.stringify(label))
    .join(', ');
  if (kept.length === 0)
    throw new Error(
      `labels: expected ${Object.keys(classes).join(', ')}, got only others: ${shown}; check --label and --classes`,
    );
  if (others.length > 0)
    onNote(
      `${texts.length - kept.length} of ${texts.length} rows left out, whose labels --classes ${choice} does not have: ${shown}`,
    );
  return takeRows({ texts, labels: named }, kept);
}
