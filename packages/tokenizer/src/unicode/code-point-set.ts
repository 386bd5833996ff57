/**
 * Reads a set of code points written as runs, `gap:length gap …` in base 36, into a test: whether any code point of
 * `[codePoint, end)` is in it, by default the one alone.
 *
 * The gap is counted from the end of the run before; a length of 1 is left out.
 */
export function codePointSet(runs: string): (codePoint: number, end?: number) => boolean {
  const { starts, ends } = readRuns(runs);
  return (codePoint, end = codePoint + 1) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (codePoint < ends[middle]) high = middle;
      else low = middle + 1;
    }
    return low < starts.length && starts[low] < end;
  };
}

function readRuns(runs: string): { starts: Int32Array; ends: Int32Array } {
  const parts = runs.split(' ');
  const starts = new Int32Array(parts.length);
  const ends = new Int32Array(parts.length);
  let position = 0;
  for (const [i, part] of parts.entries()) {
    const [gap, length = '1'] = part.split(':');
    starts[i] = position + Number.parseInt(gap, 36);
    position = starts[i] + Number.parseInt(length, 36);
    ends[i] = position;
  }
  return { starts, ends };
}
