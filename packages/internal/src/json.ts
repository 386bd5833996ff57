// JSON of others, and where it stops being JSON: what JSON.parse says of it changes with the version of Node.

/**
 * The value of a JSON text.
 *
 * @throws SyntaxError whose message reads on after "got": `"wheat, cat" at line 1, column 1`
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(found(text, jsonErrorOffset(text)), { cause });
  }
}

function found(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  const place = `line ${before.length}, column ${before[before.length - 1].length + 1}`;
  const [rest] = text.slice(offset, offset + 20).split('\n');
  return `${rest === '' ? (offset >= text.length ? 'the end of the text' : 'a line break') : JSON.stringify(rest)} at ${place}`;
}

/**
 * The offset at which a text stops being JSON, in UTF-16 units; its length where it ends too soon.
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
