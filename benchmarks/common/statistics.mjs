/** The middle value, or the mean of the middle two. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

export const sum = (values) => values.reduce((total, value) => total + value, 0);

export const geometricMean = (values) => Math.exp(sum(values.map(Math.log)) / values.length);
