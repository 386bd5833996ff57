/** A list in the notation of Python, numpy or JSON. */
export interface ListLiteral {
  /** The items as text, without quotes. */
  readonly items: readonly string[];
  /** Strings in quotes, numbers and truth values, or words without quotes; an empty list has no kind. */
  readonly kind: 'strings' | 'numbers' | 'words' | 'empty';
  /** Items null and nan of a list without strings, which are skipped. */
  readonly missing?: number;
}

/**
 * The list in a field: of JSON, a list, tuple or set of Python, or an array of numpy (`['java' 'sql']`), PyTorch or pandas;
 * `broken` for the beginning of a list that cannot be read, such as a shortened one (`[0 1 ... 1]`), undefined for any other text.
 *
 * @example
 * listLiteral("['java', 'sql']"); // { items: ['java', 'sql'], kind: 'strings' }
 * listLiteral('(unknown)'); // undefined
 */
export function listLiteral(field: string): ListLiteral | 'broken' | undefined {
  const own = field.trim();
  const text = unwrapped(own);
  const open = text[0];
  const unread = beginsCall.test(own) ? 'broken' : undefined;
  if (open === undefined || !(open in closing)) return unread;
  const list = jsonList(text) ?? literalList(text);
  if (list === undefined) return isBroken(text) ? 'broken' : unread;
  // Words in brackets may be a label, such as (unknown) and [other].
  const isList = list.kind !== 'words' || (open === '[' && list.items.length > 1);
  const isTuple = list.kind !== 'numbers' || open === '[' || list.items.length > 1;
  return isList && isTuple ? list : undefined;
}

const closing: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}' };

const makers = String.raw`(?:[a-z]\w*\.)*(?:array|set|frozenset|list|tuple|deque|tensor|Tensor|Array|Index|Int64Index|Float64Index|Series)`;

/** A list in a call, possibly followed by settings. */
const call = new RegExp(String.raw`^${makers}\(\s*([\s\S]*?)\s*(?:,\s*\w+=(?:[^()[\],]|\([^()]*\))*)*\)$`);
const beginsCall = new RegExp(String.raw`^${makers}\(\s*[[({]`);

/** The list in `array([…], dtype=object)`, `tensor([…])`, `Index([…], dtype='object')` and in `set()`. */
function unwrapped(text: string): string {
  const [, inner] = call.exec(text) ?? [];
  return inner === '' ? '[]' : (inner ?? text);
}

/** The value in a number of numpy or PyTorch, or a string of numpy; any other text unchanged. */
export function scalarIn(text: string): string {
  const [, number, single, double] =
    /^(?:(?:torch\.)?tensor|(?:np|numpy)\.\w+)\(\s*(?:([^\s,'"()[\]{}]+)|'([^'\\]*)'|"([^"\\]*)")\s*(?:,\s*\w+=[^()[\],]*)*\)$/.exec(
      text.trim(),
    ) ?? [];
  return number ?? single ?? double ?? text;
}

/** Whether a text begins as a list of strings, lists or numbers but does not end as one, or is shortened. */
function isBroken(text: string): boolean {
  return (
    /^[[({]\s*(?:[bu]?['"]|[[({]|np\.)/i.test(text) ||
    /^[[(]\s*(?:(?:[-+]?[\d.]+(?:e[-+]?\d+)?|true|false|nan|null|None)(?:\s*,\s*|\s+|(?=\s*(?:[\])]|$)))){2,}[\])]?$/i.test(
      text,
    )
  );
}

function jsonList(text: string): ListLiteral | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const values: unknown[] = JSON.parse(text);
    if (values.some((value) => typeof value === 'object' && value !== null)) return undefined;
    const items = values.filter((value) => value !== null);
    return listOf(items.map(String), {
      hasStrings: items.some((item) => typeof item === 'string'),
      missing: values.length - items.length,
    });
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
  let missing = 0;
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
    else if (/^(?:None|nan|null|<NA>)$/i.test(item)) missing++;
    else items.push(item);
    at += whole.length;
    const space = take(between, at)?.[0].length ?? 0;
    if (space === 0 && at < end) return undefined;
    at += space;
  }
  return at === end ? listOf(items, { hasStrings, missing }) : undefined;
}

interface ListFacts {
  readonly hasStrings: boolean;
  readonly missing: number;
}

function listOf(items: readonly string[], { hasStrings, missing }: ListFacts): ListLiteral {
  if (hasStrings) return { items, kind: 'strings' };
  const more = missing > 0 ? { missing } : {};
  if (items.length === 0) return { items, kind: 'empty', ...more };
  const isNumber = (item: string) => /^(?:true|false)$/i.test(item) || (item !== '' && !Number.isNaN(Number(item)));
  return { items, kind: items.every(isNumber) ? 'numbers' : 'words', ...more };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|([\s\S]))/gi, (_, unicode, hex, other) =>
    other === undefined ? String.fromCharCode(Number.parseInt(unicode ?? hex, 16)) : (escapes[other] ?? other),
  );
}

/** Whether a value of a column or vector is yes or no for a label; undefined for any other value. */
export function indicatorIn(value: string): boolean | undefined {
  const [, one, zero] = /^(?:(1(?:\.0*)?|true)|(0(?:\.0*)?|false))$/i.exec(value.trim()) ?? [];
  return one !== undefined ? true : zero !== undefined ? false : undefined;
}

/** The vector of 0 and 1 in a field, with or without brackets; undefined for any other field. */
export function indicatorsIn(field: string): boolean[] | undefined {
  const list = listLiteral(field);
  if (list === 'broken' || (list && (list.kind !== 'numbers' || list.missing))) return undefined;
  const items = list?.items ?? field.trim().split(/\s*[,;|]\s*|\s+/);
  const values = items.map(indicatorIn);
  return (list || items.length > 1) && values.every((value) => value !== undefined) ? values : undefined;
}

/**
 * The names in brackets without quotes, as in some exports: separated by commas, possibly with spaces.
 *
 * @example
 * wordsIn('[machine learning, sql]'); // ['machine learning', 'sql']
 */
export function wordsIn(field: string): string[] | undefined {
  const list = listLiteral(field);
  if (list === 'broken' || (list !== undefined && list.kind !== 'words')) return undefined;
  const [, square, braces] = /^(?:\[([^'"()[\]{}]*)\]|\{([^'"()[\]{}:]*)\})$/.exec(field.trim()) ?? [];
  const names = (square ?? braces)?.split(',').map((name) => name.trim());
  return names?.every((name) => name === '' || !Number.isNaN(Number(name))) ? undefined : names;
}
