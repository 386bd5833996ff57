import type { Scores } from '@attune/metrics';

// Reads lists that a model writes as JSON, and compares them with the expected ones.

/** Why a text is not a well-formed list. */
export type ListProblem =
  /** There is no `[`. */
  | 'no list'
  /** It ends within the list. */
  | 'cut off'
  /** An item of the list is not a text. */
  | 'not texts'
  /** There is more before or after the list. */
  | 'more than a list';

/** A list written by a model. */
export interface ParsedList {
  /** The whole items, in order. */
  readonly items: readonly string[];
  /** Whether it is not exactly one whole list of texts. */
  readonly malformed: boolean;
  /** The fault; absent for a well-formed list. */
  readonly problem?: ListProblem;
}

const text = /\s*("(?:[^"\\]|\\.)*")\s*/y;
const between = /,|\]/y;

/**
 * Reads a JSON array of texts, `["Java", "SQL"]`, that a model wrote after a prompt.
 *
 * Other texts are malformed, but their whole items are returned too: those before a cut, before an item that is not a text, or of a
 * list with other text around it.
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
  /** The end of the list. */
  readonly end: number;
  readonly problem?: ListProblem;
}

/** Reads items one by one, from the opening bracket to the closing one or to a fault. */
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
    return undefined; // a line break within it, or an invalid escape
  }
}

/** Whether nothing is left, or only an unfinished text. */
const isCut = (written: string, at: number) => /^\s*("(?:[^"\\]|\\.)*\\?)?$/s.test(written.slice(at));

/** Lists written by a model. */
export interface ParsedLists {
  /** The whole items of each text, in order. */
  readonly lists: readonly (readonly string[])[];
  /** Number of malformed texts. */
  readonly malformed: number;
  /** Number of malformed texts per kind of fault. */
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

/** Agreement of lists, as sets. */
export interface SetScores {
  /** Scores over all items of all lists. */
  readonly micro: Scores;
  /** Mean of the scores per list. */
  readonly mean: Scores;
  /** Share of lists with the same items. */
  readonly equal: number;
}

/** Agreement of lists, with exact and with normalized items. */
export interface ListScores {
  /** Scores where equal items are identical texts. */
  readonly exact: SetScores;
  /** Scores where equal items have the same `normalizedItem`. */
  readonly normalized: SetScores;
  /** Number of compared lists. */
  readonly lists: number;
}

/**
 * Precision, recall and F1 of lists as sets: order does not matter, an item counts once, and an empty item does not count.
 *
 * For two empty lists precision, recall and F1 are 1 in the mean, and the micro average does not change.
 * Any other quotient with a denominator of 0 is 0.
 *
 * @throws RangeError for different numbers of lists, or none
 * @example
 * listScores([['Java', 'SQL']], [['java', 'SQL']]).exact.micro.f1; // 0.5; normalized 1
 */
export function listScores(expected: Lists, written: Lists): ListScores {
  if (expected.length !== written.length || expected.length === 0)
    throw new RangeError(
      `listScores: expected a written list per wanted one, at least 1, got ${written.length} for ${expected.length}`,
    );
  const counted = (asCompared: (item: string) => string) =>
    setScores(expected.map((list, i) => countsOf(list.map(asCompared), written[i].map(asCompared))));
  return { exact: counted((item) => item), normalized: counted(normalizedItem), lists: expected.length };
}

/**
 * The normalized form of an item: lower case, and one space for every run of white space and
 * punctuation. `+` and `#` stay, since C, C++ and C# differ.
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
