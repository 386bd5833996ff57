/** Token counts of one batch, special tokens included; the same numbers as in pytorch_step.py. */
export function lengthsOf(work) {
  if (work === 'titles')
    return Array.from({ length: 32 }, (_, i) => 5 + Math.floor((((i * i * 7) % 27) * (i % 3)) / 2));
  if (work === 'postings') return new Array(16).fill(200);
  throw new RangeError(`work: expected titles or postings, got ${work}`);
}
