/** The probability of one tag a word, from logits [words · labels]. */
export function tagProbabilities(logits: Float32Array, ids: ArrayLike<number>, width: number): number[] {
  return Array.from(ids, (id, word) => Math.exp(logProbability(logits.subarray(word * width, (word + 1) * width), id)));
}

/** log softmax(logits)[id], in float64. */
export function logProbability(logits: Float32Array, id: number): number {
  const most = logits.reduce((a, b) => Math.max(a, b));
  return logits[id] - most - Math.log(logits.reduce((sum, x) => sum + Math.exp(x - most), 0));
}
