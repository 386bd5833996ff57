/** The share of predictions that are right. */
export function accuracy(expected: readonly string[], predicted: readonly string[]): number {
  return expected.filter((label, i) => label === predicted[i]).length / expected.length;
}

/** F1 averaged over the labels that occur on either side, each alike; 0 for one that is never right. Scikit-learn's macro F1. */
export function macroF1(expected: readonly string[], predicted: readonly string[]): number {
  const labels = [...new Set([...expected, ...predicted])];
  const f1 = (label: string) => {
    const right = expected.filter((own, i) => own === label && predicted[i] === label).length;
    const named = expected.filter((own) => own === label).length + predicted.filter((own) => own === label).length;
    return (2 * right) / named;
  };
  return labels.reduce((sum, label) => sum + f1(label), 0) / labels.length;
}
