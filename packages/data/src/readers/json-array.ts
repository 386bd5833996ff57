import { AttuneError } from '@attune/internal';
import type { Line } from './lines';

/** A longer element is treated as an unclosed bracket or quote, which would hold the rest of the file. */
const maxElementLength = 2 ** 28;

/**
 * Streams the elements of a JSON array, each as its text and its first line; holds only one at a time.
 *
 * @throws AttuneError `DATA_JSON` with the line if the text is not an array, or of an element that does not end
 */
export async function* elementsOfChunks(chunks: AsyncIterable<string>, where: string): AsyncGenerator<Line> {
  const scanner = arrayScanner(where);
  for await (const chunk of chunks) yield* scanner.read(chunk);
  scanner.end();
}

/** Matches the end of a run of plain characters, outside strings and in strings. */
const outside = /["[\]{},\n]/g;
const inString = /["\\\n]/g;

function arrayScanner(where: string) {
  let depth = 0;
  let line = 1;
  let isString = false;
  let isEscaped = false;
  let isOver = false;
  let isFirst = true;
  /** The element so far, and the line of its first character other than white space. */
  let held = '';
  let start = 1;

  const fail = (expected: string, got: string): AttuneError =>
    new AttuneError(
      'DATA_JSON',
      `${where} line ${line}: expected ${expected}, got ${got}; correct the line, or write one object per line and name the file .jsonl`,
    );
  const hold = (text: string): void => {
    if (held === '' && text !== '') {
      const own = text.trimStart();
      start = line;
      held = own;
    } else held += text;
    if (held.length > maxElementLength) throw fail('an element of at most 256 Mi characters', 'a longer one');
  };
  const refuseOutside = (text: string): void => {
    if (text.trim() === '') return;
    const got = JSON.stringify(text.trim().slice(0, 40));
    throw isOver ? fail('nothing after the array', got) : fail('an array of objects, [{"text": "…"}, …]', got);
  };

  function* close(isLast: boolean): Generator<Line> {
    const text = held.trimEnd();
    held = '';
    if (text === '' && isLast && isFirst) return;
    if (text === '') throw fail('an element between commas', 'none');
    isFirst = false;
    yield { line: start, text };
  }

  function* character(each: string): Generator<Line> {
    if (each === '\n') {
      if (held !== '') hold(each);
      line++;
    } else if (isString) {
      hold(each);
      if (each === '"') isString = false;
      else isEscaped = true;
    } else if (depth === 0) {
      if (each !== '[' || isOver) refuseOutside(each);
      else depth = 1;
    } else if (depth === 1 && each === ',') yield* close(false);
    else if (depth === 1 && each === ']') {
      yield* close(true);
      depth = 0;
      isOver = true;
    } else {
      hold(each);
      if (each === '"') isString = true;
      else if (each === '[' || each === '{') depth++;
      else if (each === ']' || each === '}') depth--;
    }
  }

  return {
    *read(chunk: string): Generator<Line> {
      for (let at = 0; at < chunk.length; ) {
        if (isEscaped) {
          hold(chunk[at++]);
          isEscaped = false;
          continue;
        }
        const special = isString ? inString : outside;
        special.lastIndex = at;
        const next = special.exec(chunk)?.index ?? chunk.length;
        const plain = chunk.slice(at, next);
        if (depth === 0) refuseOutside(plain);
        else hold(plain);
        if (next < chunk.length) yield* character(chunk[next]);
        at = next + 1;
      }
    },
    end(): void {
      if (!isOver) throw fail('a whole array of objects, [{"text": "…"}, …]', 'the end of the file');
    },
  };
}
