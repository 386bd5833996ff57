/** A list as Python, numpy or JSON writes it. */
export interface ListLiteral {
  readonly items: readonly string[];
  /** Strings in quotes, numbers and truth values, or words without quotes; an empty list has no kind. */
  readonly kind: 'strings' | 'numbers' | 'words' | 'empty';
}

/**
 * The list that a field is: of JSON, a list, tuple or set of Python, or an array of numpy (`['java' 'sql']`); `broken` for what
 * begins as one and is none that can be read, undefined for any other text.
 *
 * @example
 * listLiteral("['java', 'sql']"); // { items: ['java', 'sql'], kind: 'strings' }
 * listLiteral('(unknown)'); // undefined
 */
export function listLiteral(field: string): ListLiteral | 'broken' | undefined {
  const text = unwrapped(field.trim());
  const open = text[0];
  if (open === undefined || !(open in closing)) return undefined;
  const list = jsonList(text) ?? literalList(text);
  if (list === undefined) return /^[[({]\s*(?:[bu]?['"]|[[({]|np\.)/i.test(text) ? 'broken' : undefined;
  // Words in brackets may be a label, such as (unknown) and [other].
  const isList = list.kind !== 'words' || (open === '[' && list.items.length > 1);
  const isTuple = list.kind !== 'numbers' || open === '[' || list.items.length > 1;
  return isList && isTuple ? list : undefined;
}

const closing: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}' };

const call = /^(?:(?:np|numpy)\.)?(?:array|set|frozenset|list|tuple)\(\s*([\s\S]*?)\s*(?:,\s*\w+=[^()[\]]*)*\)$/;

/** The list in `array([…], dtype=object)` and in `set()`. */
function unwrapped(text: string): string {
  const [, inner] = call.exec(text) ?? [];
  return inner === '' ? '[]' : (inner ?? text);
}

function jsonList(text: string): ListLiteral | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const values: unknown[] = JSON.parse(text);
    if (values.some((value) => typeof value === 'object' && value !== null)) return undefined;
    const items = values.filter((value) => value !== null);
    return listOf(
      items.map(String),
      items.some((item) => typeof item === 'string'),
    );
  } catch {
    return undefined;
  }
}

const quotes = String.raw`[bu]?(?:'([^'\\]*(?:\\.[^'\\]*)*)'|"([^"\\]*(?:\\.[^"\\]*)*)")`;
const string = new RegExp(`${quotes}|np\\.str_\\(${quotes}\\)`, 'iy');
const word = /(?:np|numpy)\.\w+\(([^\s,'"()[\]{}:]+)\)|([^\s,'"()[\]{}:]+)/y;
const between = /\s*,\s*|\s+/y;

function literalList(text: string): ListLiteral | undefined {
  const end = text.length - 1;
  if (end < 1 || text[end] !== closing[text[0]]) return undefined;
  const items: string[] = [];
  let hasStrings = false;
  const take = (pattern: RegExp, at: number): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text) ?? undefined;
  };
  let at = 1 + (take(/\s*/y, 1)?.[0].length ?? 0);
  while (at < end) {
    const quoted = take(string, at);
    const [whole, ...groups] = quoted ?? take(word, at) ?? [];
    const item = groups.find((group) => group !== undefined);
    if (whole === undefined || item === undefined || (!quoted && item === '...')) return undefined;
    if (quoted) hasStrings = true;
    if (quoted) items.push(unescaped(item));
    else if (!/^(?:None|nan|null|<NA>)$/i.test(item)) items.push(item);
    at += whole.length;
    const space = take(between, at)?.[0].length ?? 0;
    if (space === 0 && at < end) return undefined;
    at += space;
  }
  return at === end ? listOf(items, hasStrings) : undefined;
}

function listOf(items: readonly string[], hasStrings: boolean): ListLiteral {
  if (items.length === 0) return { items, kind: 'empty' };
  if (hasStrings) return { items, kind: 'strings' };
  const isNumber = (item: string) => /^(?:true|false)$/i.test(item) || (item !== '' && !Number.isNaN(Number(item)));
  return { items, kind: items.every(isNumber) ? 'numbers' : 'words' };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|([\s\S]))/gi, (_, unicode, hex, other) =>
    other === undefined ? String.fromCharCode(Number.parseInt(unicode ?? hex, 16)) : (escapes[other] ?? other),
  );
}

/** Whether a value of a column or vector says that a text has a label, or has it not; undefined for any other value. */
export function indicatorIn(value: string): boolean | undefined {
  const [, one, zero] = /^(?:(1(?:\.0*)?|true)|(0(?:\.0*)?|false))$/i.exec(value.trim()) ?? [];
  return one !== undefined ? true : zero !== undefined ? false : undefined;
}

/** The vector of 0 and 1 that a field is, in brackets or without; undefined for any other field. */
export function indicatorsIn(field: string): boolean[] | undefined {
  const list = listLiteral(field);
  if (list === 'broken' || (list && list.kind !== 'numbers')) return undefined;
  const items = list?.items ?? field.trim().split(/\s*[,;|]\s*|\s+/);
  const values = items.map(indicatorIn);
  return (list || items.length > 1) && values.every((value) => value !== undefined) ? values : undefined;
}
