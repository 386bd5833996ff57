/** White_Space of Unicode: the meaning of `\s` in Oniguruma. */
const spaces = '\\t-\\r\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const words = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}';
const categories =
  /^\\p\{\^?(?:L|Lu|Ll|Lt|Lm|Lo|M|Mn|Mc|Me|N|Nd|Nl|No|P|Pc|Pd|Ps|Pe|Pi|Pf|Po|S|Sm|Sc|Sk|So|Z|Zs|Zl|Zp)\}/;

/**
 * Translates a pattern of Oniguruma, the reference's regular expressions, into a JavaScript one with the flags `g` and
 * `u`, or `undefined` if the two might disagree.
 *
 * Translated: literals, `.`, alternatives, plain, non-capturing and look-ahead groups, greedy and lazy repetition,
 * classes without nesting, `\s \S \d \w` and general categories (of the engine's Unicode version). Not translated:
 * anchors, `\b`, look-behind, possessive repetition, references, and options other than `(?i:…)` around a few plain
 * letters.
 */
export function fromOniguruma(pattern: string): RegExp | undefined {
  const parts: string[] = [];
  for (let rest = pattern; rest !== ''; ) {
    const found = nextPart(rest);
    if (found === undefined) return undefined;
    parts.push(found.translated);
    rest = rest.slice(found.length);
  }
  try {
    const expression = new RegExp(parts.join(''), 'gu');
    return new RegExp(expression.source, 'u').test('') ? undefined : expression;
  } catch {
    return undefined;
  }
}

interface Part {
  translated: string;
  length: number;
}

function nextPart(rest: string): Part | undefined {
  const ignoringCase = /^\(\?i:([^\\()[\]{}.*+?^$]*)\)/.exec(rest);
  if (ignoringCase) return withoutCase(ignoringCase[0], ignoringCase[1]);
  const group = /^\((?:\?[:!=])?(?!\?)/.exec(rest);
  if (group) return { translated: group[0] === '(' ? '(?:' : group[0], length: group[0].length };
  const repeated = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??(?![+*?{])/.exec(rest);
  if (repeated)
    return /^\{.*\}\?$/.test(repeated[0]) ? undefined : { translated: repeated[0], length: repeated[0].length };
  if (rest[0] === '.') return { translated: '[^\\n]', length: 1 };
  if (rest[0] === ')' || rest[0] === '|') return { translated: rest[0], length: 1 };
  if (rest[0] === '[') return characterClass(rest);
  if (rest[0] === '\\') return escaped(rest, false);
  return literal(rest, /^[*+?{}()[\]^$]/);
}

function literal(rest: string, refused: RegExp): Part | undefined {
  if (refused.test(rest)) return undefined;
  const character = String.fromCodePoint(rest.codePointAt(0) as number);
  return { translated: character === '/' ? '\\/' : character, length: character.length };
}

/** Letters in either case, with the two that fold into ASCII. Pairs that fold into one character are not translated. */
function withoutCase(whole: string, content: string): Part | undefined {
  if (/[^\x20-\x7e]|ss|st|ff|fi|fl/i.test(content)) return undefined;
  const folded = content.replace(/[a-z]/gi, (letter) => {
    const more = { s: '\u017f', k: '\u212a' }[letter.toLowerCase()] ?? '';
    return `[${letter.toLowerCase()}${letter.toUpperCase()}${more}]`;
  });
  return { translated: `(?:${folded})`, length: whole.length };
}

function escaped(rest: string, inClass: boolean): Part | undefined {
  const category = categories.exec(rest)?.[0];
  if (category) {
    const negated = category.startsWith('\\p{^');
    return { translated: negated ? category.replace('\\p{^', '\\P{') : category, length: category.length };
  }
  const sign = rest[1];
  const set = { s: spaces, d: '\\p{Nd}', w: words }[sign];
  if (set) return { translated: inClass ? set : `[${set}]`, length: 2 };
  if (sign === 'S' && !inClass) return { translated: `[^${spaces}]`, length: 2 };
  if ('rntf'.includes(sign)) return { translated: rest.slice(0, 2), length: 2 };
  if (/[^\w\s]/.test(sign) && sign < '\x7f') return { translated: `\\x${hex(sign)}`, length: 2 };
  return undefined;
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(2, '0');
}

function characterClass(rest: string): Part | undefined {
  let position = rest[1] === '^' ? 2 : 1;
  let translated = rest.slice(0, position);
  while (rest[position] !== ']') {
    if (position >= rest.length || rest.startsWith('&&', position)) return undefined;
    const tail = rest.slice(position);
    const part = rest[position] === '\\' ? escaped(tail, true) : literal(tail, /^[[\]^]/);
    if (part === undefined) return undefined;
    translated += part.translated;
    position += part.length;
  }
  return { translated: `${translated}]`, length: position + 1 };
}
