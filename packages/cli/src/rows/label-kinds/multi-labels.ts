import type { LabelKind } from '../label-kind';

type Labels = readonly string[];

/** Any number of labels a text, between separators or as a JSON array; an empty field is none. */
export const multiLabels = (separator: string): LabelKind<Labels> => ({
  expected: 'a set of labels',
  code: 'DATA_LABEL_INVALID',
  read(field) {
    const names = arrayIn(field) ?? field.split(separator);
    return [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))];
  },
  names: (labels) => labels,
  strata: rarestLabels,
  shared: "by each text's rarest label",
  shown: (labels) =>
    labels.length === 0
      ? 'no label'
      : [...labels]
          .sort()
          .map((label) => JSON.stringify(label))
          .join(', '),
});

function arrayIn(field: string): string[] | undefined {
  if (!field.trim().startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(field);
    return Array.isArray(value) ? value.map(String) : undefined;
  } catch {
    return undefined; // a label that begins with a bracket
  }
}

/** Of each text the label that fewest texts have: shared out equally, the others follow nearly. */
function rarestLabels(sets: readonly Labels[]): string[] {
  const counts = new Map<string, number>();
  for (const label of sets.flat()) counts.set(label, (counts.get(label) ?? 0) + 1);
  const rarer = (a: string, b: string) => (counts.get(b)! < counts.get(a)! ? b : a);
  return sets.map((labels) => (labels.length === 0 ? '(no label)' : labels.reduce(rarer)));
}
