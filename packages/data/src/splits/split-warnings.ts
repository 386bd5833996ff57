export interface SplitLabels {
  /** The class of every example. */
  ids: Int32Array;
  /** The label of every class. */
  names: readonly (string | number)[];
  /** Examples of every class. */
  examples: readonly number[];
}

/** Sentences on labels that are not in every part. */
export function splitWarnings(
  parts: readonly Int32Array[],
  labels: SplitLabels,
  partNames: readonly string[] = parts.map((_, i) => partName(i, parts.length)),
): string[] {
  const classes = labels.names.map((_, classId) => classId);
  const single = classes.filter((classId) => labels.examples[classId] === 1);
  const warnings = parts.map((part, i) => {
    const present = new Set(Array.from(part, (example) => labels.ids[example]));
    const absent = classes.filter((classId) => !present.has(classId) && labels.examples[classId] > 1);
    return sentence(absent, labels, `no example in the ${partNames[i]} part`);
  });
  return [sentence(single, labels, 'only one example, kept in training'), ...warnings].filter(
    (text) => text !== undefined,
  );
}

function sentence(classes: readonly number[], { names }: SplitLabels, fact: string): string | undefined {
  if (classes.length === 0) return undefined;
  const shown = classes.slice(0, 5).map((classId) => JSON.stringify(names[classId]));
  const more = classes.length > 5 ? ', …' : '';
  const subject = classes.length === 1 ? '1 label has' : `${classes.length} labels have`;
  return `split: ${subject} ${fact}: ${shown.join(', ')}${more}`;
}

function partName(part: number, count: number): string {
  if (part === 0) return 'training';
  if (part === count - 1) return 'test';
  return count === 3 ? 'validation' : `${part + 1}th`;
}
