import type { CodePoints } from './code-points';
import { mostTimes } from './nodes';

/** Offset in a grammar's text, in characters. */
export type At = number;

/** Tokens of a grammar's text. */
export type Part =
  | { readonly kind: 'name'; readonly at: At; readonly text: string }
  | { readonly kind: 'literal'; readonly at: At; readonly text: string }
  | {
      readonly kind: 'class';
      readonly at: At;
      readonly ranges: readonly CodePoints[];
      /** Whether it matches all characters except these. */
      readonly isNegated: boolean;
    }
  | { readonly kind: 'repeat'; readonly at: At; readonly least: number; readonly most: number }
  | {
      /** A literal sign. */
      readonly kind: '::=' | '|' | '(' | ')' | '.' | 'end';
      readonly at: At;
    };

/** An error in a grammar, with its position. */
export interface Wrong {
  readonly at: At;
  readonly expected: string;
  readonly got: string;
  readonly what: string;
}

const signs = ['::=', '|', '(', ')', '.'] as const;
const repeats: Readonly<Record<string, readonly [number, number]>> = {
  '*': [0, Number.POSITIVE_INFINITY],
  '+': [1, Number.POSITIVE_INFINITY],
  '?': [0, 1],
};

/** Text between tokens: white space, and comments up to the end of the line. */
const between = /(?:\s|#.*)*/uy;
const name = /[A-Za-z0-9_-]+/uy;
const count = /\{\s*(\d+)\s*(?:(,)\s*(\d*)\s*)?\}/uy;
const escaped = /\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([nrt\\"'[\]^-]))/uy;
const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** The tokens of a grammar's text. @throws Wrong */
export function partsOf(source: string): Part[] {
  const parts: Part[] = [];
  for (let at = skip(source, 0); at < source.length; ) {
    const [part, end] = partAt(source, at);
    parts.push(part);
    at = skip(source, end);
  }
  return [...parts, { kind: 'end', at: source.length }];
}

function matchAt(pattern: RegExp, source: string, at: At): RegExpExecArray | null {
  const own = new RegExp(pattern.source, pattern.flags);
  own.lastIndex = at;
  return own.exec(source);
}

const skip = (source: string, at: At): At => at + matchAt(between, source, at)![0].length;

type Found = readonly [part: Part, end: At];

function partAt(source: string, at: At): Found {
  const sign = signs.find((own) => source.startsWith(own, at));
  if (sign) return [{ kind: sign, at }, at + sign.length];
  const named = matchAt(name, source, at);
  if (named) return [{ kind: 'name', at, text: named[0] }, at + named[0].length];
  const character = String.fromCodePoint(source.codePointAt(at)!);
  if (character === '"' || character === "'") return literalAt(source, at);
  if (character === '[') return classAt(source, at);
  if (character === '{') return countAt(source, at);
  const times = Object.hasOwn(repeats, character) ? repeats[character] : undefined;
  if (times) return [{ kind: 'repeat', at, least: times[0], most: times[1] }, at + 1];
  const isToken = character === '<' || character === '!';
  throw wrong(at, {
    expected: 'the name of a rule, a string in quotes, [characters], ( or |',
    got: isToken ? `${JSON.stringify(character)}, llama.cpp's notation for a token, which is not supported` : character,
    what: isToken ? 'write the text of the token in quotes' : 'correct it',
  });
}

function literalAt(source: string, at: At): Found {
  const quote = source[at];
  let text = '';
  for (let i = at + 1; i < source.length && source[i] !== '\n'; ) {
    if (source[i] === quote) return [{ kind: 'literal', at, text }, i + 1];
    const [character, end] = characterAt(source, i);
    text += character;
    i = end;
  }
  throw wrong(at, { expected: `a string that ends with ${quote} on the same line`, got: 'none', what: `add ${quote}` });
}

/** A character, plain or escaped, and the offset after it. */
function characterAt(source: string, at: At): readonly [character: string, end: At] {
  const plain = String.fromCodePoint(source.codePointAt(at)!);
  if (plain !== '\\') return [plain, at + plain.length];
  const found = matchAt(escaped, source, at);
  const code = Number.parseInt(found?.[1] ?? found?.[2] ?? found?.[3] ?? '0', 16);
  if (!found || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    throw wrong(at, {
      expected: String.raw`an escape among \n \r \t \\ \" \' \[ \] \^ \- \xXX \uXXXX \UXXXXXXXX`,
      got: source.slice(at, at + 2),
      what: 'correct it',
    });
  const character = found[4] === undefined ? String.fromCodePoint(code) : (letters[found[4]] ?? found[4]);
  return [character, at + found[0].length];
}

function classAt(source: string, at: At): Found {
  const isNegated = source[at + 1] === '^';
  const ranges: CodePoints[] = [];
  for (let i = at + (isNegated ? 2 : 1); i < source.length && source[i] !== '\n'; ) {
    if (source[i] === ']' && ranges.length > 0) return [{ kind: 'class', at, ranges, isNegated }, i + 1];
    if (source[i] === ']') break;
    const [first, end] = characterAt(source, i);
    const isRange = source[end] === '-' && source[end + 1] !== ']' && end + 1 < source.length;
    const [last, after] = isRange ? characterAt(source, end + 1) : [first, end];
    const range = [first.codePointAt(0)!, last.codePointAt(0)!] as const;
    if (range[0] > range[1])
      throw wrong(i, {
        expected: 'a range from a character to a later one',
        got: source.slice(i, after),
        what: 'swap the two',
      });
    ranges.push(range);
    i = after;
  }
  throw wrong(at, {
    expected: 'at least one character between [ and ], on one line',
    got: source.slice(at, at + 12).split('\n')[0],
    what: String.raw`close it with ], or write \] for the character`,
  });
}

function countAt(source: string, at: At): Found {
  const found = matchAt(count, source, at);
  const expected = `{m}, {m,} or {m,n} with m ≤ n ≤ ${mostTimes}`;
  if (!found) throw wrong(at, { expected, got: source.slice(at, at + 8).split('\n')[0], what: 'correct it' });
  const least = Number(found[1]);
  const upTo = found[3] ? Number(found[3]) : Number.POSITIVE_INFINITY;
  const most = found[2] === undefined ? least : upTo;
  if (least > most || least > mostTimes || (most > mostTimes && Number.isFinite(most)))
    throw wrong(at, { expected, got: found[0], what: 'correct it' });
  return [{ kind: 'repeat', at, least, most }, at + found[0].length];
}

export const wrong = (at: At, why: Omit<Wrong, 'at'>): Wrong => ({ at, ...why });
