import { allBut, type CodePoints, characterNode, everyCharacter, merged } from './code-points';
import { choice, mostTimes, type Node, repeat, sequence, text } from './nodes';

/** An unsupported feature of a pattern. */
export interface PatternFault {
  /** The feature as written. */
  readonly got: string;
}

const one = (character: string): readonly CodePoints[] => [[character.codePointAt(0)!, character.codePointAt(0)!]];
const digits: readonly CodePoints[] = [[0x30, 0x39]];
const word: readonly CodePoints[] = [...digits, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];
/** `\s` of JavaScript. */
const spaces: readonly CodePoints[] = [
  ...([
    [0x09, 0x0d],
    [0x20, 0x20],
    [0xa0, 0xa0],
    [0x1680, 0x1680],
    [0x2000, 0x200a],
  ] as const),
  ...([
    [0x2028, 0x2029],
    [0x202f, 0x202f],
    [0x205f, 0x205f],
    [0x3000, 0x3000],
    [0xfeff, 0xfeff],
  ] as const),
];
const notLineEnds = allBut([...one('\n'), ...one('\r'), [0x2028, 0x2029]]);

const classes: Readonly<Record<string, readonly CodePoints[]>> = {
  ...{ d: digits, w: word, s: spaces },
  ...{ D: allBut(digits), W: allBut(word), S: allBut(spaces) },
};
const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', 0: '\0' };

/** Characters that JSON writes literally. */
const plain: readonly CodePoints[] = allBut([[0, 0x1f], ...one('"'), ...one('\\')]);
/** Characters that JSON writes as an escape. */
const escapes = Array.from({ length: 0x5d }, (_, code) => String.fromCharCode(code)).filter(
  (character) => JSON.stringify(character).length > 3,
);

/** Any one of some characters within a JSON string, as `JSON.stringify` writes it. */
function inString(ranges: readonly CodePoints[]): Node {
  const has = (code: number) => ranges.some(([first, last]) => first <= code && code <= last);
  const own = escapes.filter((character) => has(character.charCodeAt(0)));
  const asTheyAre = allBut([...allBut(ranges), ...allBut(plain)]);
  return choice(characterNode(asTheyAre), ...own.map((character) => text(JSON.stringify(character).slice(1, -1))));
}

const anything = repeat(inString(everyCharacter));

/**
 * A JSON string that matches a JavaScript regular expression.
 *
 * Supported are characters, escapes, classes, groups, alternatives, repetitions, and `^` and `$` at the ends of an alternative;
 * lookaround and backreferences are not.
 *
 * @throws PatternFault
 */
export function patternNode(pattern: string): Node {
  checkSyntax(pattern);
  const characters = Array.from(pattern);
  let i = 0;

  /** Alternatives. On the top level each is anchored, or preceded and followed by any text. */
  function alternatives(isWhole: boolean): Node {
    const all = [alternative(isWhole)];
    while (characters[i] === '|') {
      i++;
      all.push(alternative(isWhole));
    }
    return choice(...all);
  }

  function alternative(isWhole: boolean): Node {
    const isBegun = isWhole && characters[i] === '^';
    if (isBegun) i++;
    const items: Node[] = [];
    let isEnded = false;
    while (i < characters.length && characters[i] !== '|' && characters[i] !== ')') {
      isEnded = isWhole && characters[i] === '$' && (i + 1 === characters.length || characters[i + 1] === '|');
      if (isEnded) i++;
      else items.push(item());
    }
    const own = sequence(...items);
    return isWhole ? sequence(...(isBegun ? [] : [anything]), own, ...(isEnded ? [] : [anything])) : own;
  }

  function item(): Node {
    const node = atom();
    const rest = characters.slice(i).join('');
    const found = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})\??/u.exec(rest); // a lazy repetition matches the same texts
    if (!found) return node;
    i += found[0].length;
    const [signs, least, comma, most] = found;
    if (least !== undefined) {
      const upTo = most ? Number(most) : Number.POSITIVE_INFINITY;
      if (Math.max(Number(least), most ? Number(most) : 0) > mostTimes)
        throw fault(`${signs}, more than ${mostTimes} times`);
      return repeat(node, Number(least), comma ? upTo : Number(least));
    }
    return repeat(node, signs[0] === '+' ? 1 : 0, signs[0] === '?' ? 1 : Number.POSITIVE_INFINITY);
  }

  function atom(): Node {
    const character = characters[i++];
    if (character === '.') return inString(notLineEnds);
    if (character === '[') return inString(characterClass());
    if (character === '\\') return inString(escaped(false));
    if (character === '^' || character === '$') throw fault(`${character} inside the pattern`);
    if (character !== '(') return inString(one(character));
    const opening = /^\?(?::|<[^=!>][^>]*>)/u.exec(characters.slice(i).join(''));
    if (characters[i] === '?' && !opening) throw fault(`(${characters.slice(i, i + 3).join('')}…, a lookaround`);
    if (opening) i += Array.from(opening[0]).length;
    const node = alternatives(false);
    i++; // the closing bracket
    return node;
  }

  function characterClass(): readonly CodePoints[] {
    const isNegated = characters[i] === '^';
    if (isNegated) i++;
    const ranges: CodePoints[] = [];
    while (characters[i] !== ']') {
      const first = classItem();
      const isRange = characters[i] === '-' && characters[i + 1] !== ']';
      if (isRange) i++;
      const last = isRange ? classItem() : first;
      if (isRange && [first, last].every((own) => own.length === 1 && own[0][0] === own[0][1]))
        ranges.push([first[0][0], last[0][1]]);
      else if (isRange) ranges.push(...first, ...one('-'), ...last);
      else ranges.push(...first);
    }
    i++;
    return isNegated ? allBut(ranges) : merged(ranges);
  }

  function classItem(): readonly CodePoints[] {
    const character = characters[i++];
    return character === '\\' ? escaped(true) : one(character);
  }

  /** The character or class after a backslash. */
  function escaped(isInClass: boolean): readonly CodePoints[] {
    const name = characters[i++];
    if (Object.hasOwn(classes, name)) return classes[name];
    if (isInClass && name === 'b') return one('\b');
    const code = /^(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]+)\})/iu.exec(
      [name, ...characters.slice(i, i + 8)].join(''),
    );
    if (code) {
      i += code[0].length - 1;
      const value = Number.parseInt(code[1] ?? code[2] ?? code[3], 16);
      if (value >= 0xd800 && value <= 0xdfff) throw fault(`\\${code[0]}, half of a character`);
      return [[value, value]];
    }
    if (Object.hasOwn(controls, name) && !/\d/.test(characters[i] ?? '')) return one(controls[name]);
    if (/[A-Za-z0-9]/.test(name)) throw fault(`\\${name}`);
    return one(name);
  }

  return sequence(text('"'), alternatives(true), text('"'));
}

function checkSyntax(pattern: string): void {
  try {
    new RegExp(pattern, 'u');
  } catch {
    try {
      new RegExp(pattern);
    } catch (error) {
      throw fault((error as Error).message);
    }
  }
}

const fault = (got: string): PatternFault => ({ got });
