/** The distinct words of a text, in lower case: runs of letters and digits. */
export function wordSet(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu));
}

/**
 * Jaccard's |A ∩ B| / |A ∪ B|; 1 for two empty sets.
 *
 * @param least below which the value does not matter: 0 comes back as soon as it cannot be reached
 */
export function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>, least = 0): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  // shared / (|A| + |B| − shared) ≥ least; rounding must not turn a pair away.
  let spare = small.size - (least * (a.size + b.size)) / (1 + least) + 1e-9;
  if (spare < 0) return 0;
  let shared = 0;
  for (const word of small) {
    if (large.has(word)) shared++;
    else if (--spare < 0) return 0;
  }
  const union = a.size + b.size - shared;
  return union === 0 ? 1 : shared / union;
}
