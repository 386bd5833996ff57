import type { Scores } from '@attune/metrics';

// Lists that a model writes as JSON: reading them, and comparing them with the expected ones.

/** Why a text is not a well-formed list. */
export type ListProblem =
  /** No `[` in it. */
  | 'no list'
  /** It ends within the list. */
  | 'cut off'
  /** Something in the list is no text. */
  | 'not texts'
  /** There is more before or after the list. */
  | 'more than a list';

/** A list as a model wrote it. */
export interface ParsedList {
  /** Every item that is whole, in order. */
  readonly items: readonly string[];
  /** Whether it is anything but one whole list of texts. */
  readonly malformed: boolean;
  /** Absent where it is a list as it should be. */
  readonly problem?: ListProblem;
}

const text = /\s*("(?:[^"\\]|\\.)*")\s*/y;
const between = /,|\]/y;

/**
 * Reads a JSON array of texts, `["Java", "SQL"]`, as a model writes it after a prompt.
 *
 * Anything else makes it malformed; its whole items are returned all the same: those before a cut, before an item that is no text, or of a
 * list with more around it.
 *
 * @example
 * parseList(' ["Java", "SQL"]'); // { items: ['Java', 'SQL'], malformed: false }
 * parseList('["Java", "SQ'); // { items: ['Java'], malformed: true, problem: 'cut off' }
 */
export function parseList(text: string): ParsedList {
  const start = text.indexOf('[');
  if (start < 0) return { items: [], malformed: true, problem: 'no list' };
  const { items, end, problem } = scan(text, start + 1);
  const isAround = text.slice(0, start).trim() !== '' || text.slice(end).trim() !== '';
  const found = problem ?? (isAround ? 'more than a list' : undefined);
  return found ? { items, malformed: true, problem: found } : { items, malformed: false };
}

interface Scanned {
  readonly items: readonly string[];
  /** Where the list ends. */
  readonly end: number;
  readonly problem?: ListProblem;
}

/** Item by item, from behind the bracket to the one that closes it, or as far as it goes. */
function scan(text: string, start: number): Scanned {
  const items: string[] = [];
  const empty = /\s*\]/y;
  empty.lastIndex = start;
  if (empty.test(text)) return { items, end: empty.lastIndex };
  let at = start;
  for (;;) {
    const item = itemAt(text, at);
    if (item === undefined) return { items, end: text.length, problem: isCut(text, at) ? 'cut off' : 'not texts' };
    between.lastIndex = item.end;
    const [mark] = between.exec(text) ?? [];
    if (mark === undefined && item.end < text.length) return { items, end: text.length, problem: 'not texts' };
    items.push(item.value);
    if (mark === undefined) return { items, end: text.length, problem: 'cut off' };
    at = between.lastIndex;
    if (mark === ']') return { items, end: at };
  }
}

function itemAt(written: string, at: number): { value: string; end: number } | undefined {
  text.lastIndex = at;
  const [, quoted] = text.exec(written) ?? [];
  if (quoted === undefined) return undefined;
  const end = text.lastIndex;
  try {
    return { value: JSON.parse(quoted), end };
  } catch {
    return undefined; // a line break within it, or an escape that JSON does not have
  }
}

/** Whether nothing is left, or a text that does not end. */
const isCut = (written: string, at: number) => /^\s*("(?:[^"\\]|\\.)*\\?)?$/s.test(written.slice(at));

/** Lists as a model wrote them. */
export interface ParsedLists {
  /** The whole items of each text, in order. */
  readonly lists: readonly (readonly string[])[];
  /** How many are malformed, and of each kind of them. */
  readonly malformed: number;
  /** Number of malformed texts by what is wrong with them. */
  readonly problems: Readonly<Partial<Record<ListProblem, number>>>;
}

/**
 * `parseList` of many texts, with a count of the malformed ones.
 *
 * @example
 * const { lists, malformed } = parseLists((await writer.generate(prompts)).map(({ text }) => text));
 */
export function parseLists(written: readonly string[]): ParsedLists {
  const parsed = written.map(parseList);
  const problems: Partial<Record<ListProblem, number>> = {};
  for (const { problem } of parsed) if (problem) problems[problem] = (problems[problem] ?? 0) + 1;
  const malformed = parsed.filter((list) => list.malformed).length;
  return { lists: parsed.map(({ items }) => items), malformed, problems };
}

type Lists = readonly (readonly string[])[];

/** How well lists agree, as sets. */
export interface SetScores {
  /** Of all items of all lists together. */
  readonly micro: Scores;
  /** The mean of each list's own. */
  readonly mean: Scores;
  /** Share of lists with the same items. */
  readonly equal: number;
}

/** How well lists agree, with exact and with normalized items. */
export interface ListScores {
  /** Items count as equal where they are the same text. */
  readonly exact: SetScores;
  /** Items count as equal where `normalizedItem` makes the same of them. */
  readonly normalized: SetScores;
  /** Lists compared. */
  readonly lists: number;
}

/**
 * Precision, recall and F1 of lists, each read as a set: order does not matter, an item counts once, and an empty one not at all.
 *
 * Two empty lists agree: precision, recall and F1 of that pair are 1 in the mean, and it adds nothing to the micro average.
 * Otherwise a quotient of nothing is 0.
 *
 * @throws RangeError for another number of lists than wanted, or none
 * @example
 * listScores([['Java', 'SQL']], [['java', 'SQL']]).exact.micro.f1; // 0.5; normalized 1
 */
export function listScores(expected: Lists, written: Lists): ListScores {
  if (expected.length !== written.length || expected.length === 0)
    throw new RangeError(
      `listScores: expected as many lists as wanted, 1 at least, got ${written.length} for ${expected.length}`,
    );
  const counted = (asCompared: (item: string) => string) =>
    setScores(expected.map((list, i) => countsOf(list.map(asCompared), written[i].map(asCompared))));
  return { exact: counted((item) => item), normalized: counted(normalizedItem), lists: expected.length };
}

/**
 * An item as it is compared where spelling does not matter: lower case, and one space for every run of white space and
 * punctuation. `+` and `#` stay, for C, C++ and C# are three.
 *
 * @example
 * normalizedItem(' Node.JS '); // 'node js'
 */
export const normalizedItem = (item: string): string =>
  item
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(?:(?!#)[\p{P}\s])+/gu, ' ')
    .trim();

interface Counts {
  readonly both: number;
  readonly expected: number;
  readonly written: number;
}

function countsOf(expected: readonly string[], written: readonly string[]): Counts {
  const [own, other] = [expected, written].map((items) => new Set(items.filter((item) => item !== '')));
  return { both: [...own].filter((item) => other.has(item)).length, expected: own.size, written: other.size };
}

function setScores(all: readonly Counts[]): SetScores {
  const sum = (key: keyof Counts) => all.reduce((total, counts) => total + counts[key], 0);
  const isEmpty = ({ expected, written }: Counts) => expected + written === 0;
  const each = all.map((counts) => (isEmpty(counts) ? { precision: 1, recall: 1, f1: 1 } : scoresOf(counts)));
  const mean = (key: keyof Scores) => each.reduce((total, scores) => total + scores[key], 0) / all.length;
  return {
    micro: scoresOf({ both: sum('both'), expected: sum('expected'), written: sum('written') }),
    mean: { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') },
    equal: all.filter(({ both, expected, written }) => both === expected && both === written).length / all.length,
  };
}

function scoresOf({ both, expected, written }: Counts): Scores {
  const share = (of: number, all: number) => (all === 0 ? 0 : of / all);
  return { precision: share(both, written), recall: share(both, expected), f1: share(2 * both, expected + written) };
}
