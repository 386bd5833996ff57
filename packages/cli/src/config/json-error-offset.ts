/**
 * Where a text stops being JSON, in UTF-16 units; its length where it ends too soon.
 *
 * JSON.parse names a position for some mistakes only. For the others it is the last character of the shortest start of
 * the text that has an unexpected token: every longer start has it too, so it is found by halving.
 *
 * @example jsonErrorOffset('{"seed": }') // 9
 */
export function jsonErrorOffset(text: string): number {
  const stated = problemOf(text).match(/at position (\d+)/);
  if (stated) return Number(stated[1]);
  let [good, bad] = [0, text.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (problemOf(text.slice(0, middle)).startsWith('Unexpected token')) bad = middle;
    else good = middle;
  }
  return Math.min(bad - 1, text.length);
}

function problemOf(text: string): string {
  try {
    JSON.parse(text);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
