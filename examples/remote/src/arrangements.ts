import { takeRows } from '@attune/data';
import type { LabeledTexts } from '@attune/train';

/** The classes of each choice, with the labels of a file that mean them. Rows with other labels are dropped. */
export const choices = {
  three: { remote: 'remote', hybrid: 'hybrid', onsite: 'on-site' },
  two: { remote: 'remote', onsite: 'in-person', inperson: 'in-person' },
  'two-hybrid-remote': { remote: 'remote', hybrid: 'remote', onsite: 'in-person', inperson: 'in-person' },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

export type Choice = keyof typeof choices;

/** The labels of a file as one of the choices has them, however they are written: `OnSite`, `on-site`, `on site`. */
export function arrangementsOf({ texts, labels }: LabeledTexts, choice: Choice): LabeledTexts {
  const classes: Readonly<Record<string, string>> = choices[choice];
  const named = labels.map((label) => classes[label.toLowerCase().replace(/[^a-z]/g, '')]);
  const kept = [...texts.keys()].filter((i) => named[i] !== undefined);
  return takeRows({ texts, labels: named }, kept);
}
