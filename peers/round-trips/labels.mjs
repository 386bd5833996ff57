/** The label of the largest logit of each row. */
export function best(logits, labels) {
  return Array.from({ length: logits.length / labels.length }, (_, row) => {
    const own = logits.slice(row * labels.length, (row + 1) * labels.length);
    return labels[own.indexOf(Math.max(...own))];
  });
}

/** Of two lists of one length, the share of places where they are equal. */
export const share = (a, b) => a.filter((value, i) => value === b[i]).length / a.length;
