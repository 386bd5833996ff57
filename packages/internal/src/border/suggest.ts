/**
 * The candidate most similar to a misspelled name, or undefined if none is similar.
 *
 * The number of edits (a character inserted, deleted or replaced, or two neighbors swapped), ignoring case, is at most a quarter of the
 * longer name, but 1 for three characters and 0 for fewer; ties go to the first candidate.
 * @example suggest('descripton', ['title', 'description']) // 'description'
 */
export function suggest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const limit = mostEdits(Math.max(name.length, candidate.length));
    if (Math.abs(name.length - candidate.length) > limit) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance <= limit && distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/**
 * The end of an error message: `; did you mean "x"?` if a candidate is similar, else nothing.
 *
 * @example `unknown column "titel"${didYouMean('titel', ['title'])}` // unknown column "titel"; did you mean "title"?
 */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const best = suggest(name, candidates);
  return best === undefined ? '' : `; did you mean ${JSON.stringify(best)}?`;
}

/** The edits of a likely misspelling: "B" is not meant as "O", nor "aviation jobs" as "education jobs". */
const mostEdits = (length: number) => (length < 3 ? 0 : Math.max(1, Math.floor(length / 4)));

/**
 * Levenshtein distance with swaps of neighbors (optimal string alignment), in UTF-16 units, one row of the table at a time.
 *
 * @see https://en.wikipedia.org/wiki/Damerau-Levenshtein_distance
 */
function editDistance(a: string, b: string): number {
  let earlier: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      current[j] = Math.min(replaced, previous[j] + 1, current[j - 1] + 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) current[j] = Math.min(current[j], earlier[j - 2] + 1);
    }
    [earlier, previous] = [previous, current];
  }
  return previous[b.length];
}
