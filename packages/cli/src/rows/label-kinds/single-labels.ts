import type { LabelKind } from '../label-kind';

/** One label a text. */
export const singleLabels: LabelKind<string> = {
  expected: 'a label',
  code: 'DATA_LABEL_MISSING',
  read: (field) => (field.trim() === '' ? undefined : field),
  names: (label) => [label],
  strata: (labels) => labels,
  shared: 'by label',
  shown: (label) => JSON.stringify(label),
};
