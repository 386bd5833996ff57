/** Far deeper than any settings file, and far below the depth at which recursive code overflows. */
const deepest = 1000;

/** The reason why a text is not valid JSON; the message has `got` and the place, and follows the word "got". */
export class JsonError extends SyntaxError {
  /** The text found, such as `"}"`. */
  readonly got: string;
  /** In UTF-16 units. */
  readonly offset: number;

  /** Whether it is JSON, but nested too deep. */
  readonly isTooDeep: boolean;

  constructor(got: string, { text, offset, cause }: { text: string; offset: number; cause?: unknown }) {
    super(`${got} at ${placeIn(text, offset)}`, { cause });
    this.got = got;
    this.offset = offset;
    this.isTooDeep = cause === undefined;
  }
}

/**
 * `JSON.parse` for untrusted text: the error gives what was found and where, without quoting the file, and values nested so deep that recursive
 * code would overflow the stack are refused.
 *
 * @throws JsonError such as `"}" at line 3 column 7`
 * @example
 * parseJson('{"seed": }'); // JsonError: "}" at column 10
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const offset = Math.min(jsonErrorOffset(text), text.trimEnd().length); // an early end is reported before trailing white space
    throw new JsonError(characterAt(text, offset), { text, offset, cause });
  }
  const offset = hasManyBrackets(text) ? tooDeepAt(text) : undefined;
  if (offset === undefined) return value;
  throw new JsonError(`brackets more than ${deepest} deep`, { text, offset });
}

/** Whether a value is a JSON object: neither an array nor null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function characterAt(text: string, offset: number): string {
  const [character] = text.trimEnd().slice(offset, offset + 2);
  if (character === undefined) return 'an early end';
  return /[\p{C}\p{Z}]/u.test(character) ? `U+${hex(character)}` : JSON.stringify(character);
}

const hex = (character: string) => character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');

function placeIn(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  const column = `column ${before.at(-1)!.length + 1}`;
  return text.trimEnd().includes('\n') ? `line ${before.length} ${column}` : column;
}

/** Whether a text has more opening brackets than the maximum depth; most texts have far fewer and need no further check. */
function hasManyBrackets(text: string): boolean {
  let count = 0;
  for (const bracket of ['[', '{'])
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1))
      if (++count > deepest) return true;
  return false;
}

/** The offset of the first bracket that is nested too deep in valid JSON. */
function tooDeepAt(text: string): number | undefined {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') i = endOfString(text, i);
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    if (depth > deepest) return i;
  }
  return undefined;
}

/** The index of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

/**
 * The offset at which a text stops being JSON, in UTF-16 units; its length if it ends too early.
 *
 * JSON.parse names a position for some mistakes only. For the others it is the last character of the shortest start of
 * the text that has an unexpected token: every longer start has it too, so it is found by halving.
 *
 * @example jsonErrorOffset('{"seed": }') // 9
 */
function jsonErrorOffset(text: string): number {
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
