import type { Scores } from '@attune/metrics';

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

export interface ListScores {
  /** Items count as equal where they are the same text. */
  readonly exact: SetScores;
  /** Items count as equal where `normalisedItem` makes the same of them. */
  readonly normalised: SetScores;
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
 * listScores([['Java', 'SQL']], [['java', 'SQL']]).exact.micro.f1; // 0.5; normalised 1
 */
export function listScores(wanted: Lists, written: Lists): ListScores {
  if (wanted.length !== written.length || wanted.length === 0)
    throw new RangeError(
      `listScores: expected as many lists as wanted, 1 at least, got ${written.length} for ${wanted.length}`,
    );
  const counted = (asCompared: (item: string) => string) =>
    setScores(wanted.map((list, i) => countsOf(list.map(asCompared), written[i].map(asCompared))));
  return { exact: counted((item) => item), normalised: counted(normalisedItem), lists: wanted.length };
}

/**
 * An item as it is compared where spelling does not matter: lower case, and one space for every run of white space and
 * punctuation. `+` and `#` stay, for C, C++ and C# are three.
 *
 * @example
 * normalisedItem(' Node.JS '); // 'node js'
 */
export const normalisedItem = (item: string): string =>
  item
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(?:(?!#)[\p{P}\s])+/gu, ' ')
    .trim();

interface Counts {
  readonly both: number;
  readonly wanted: number;
  readonly written: number;
}

function countsOf(wanted: readonly string[], written: readonly string[]): Counts {
  const [own, other] = [wanted, written].map((items) => new Set(items.filter((item) => item !== '')));
  return { both: [...own].filter((item) => other.has(item)).length, wanted: own.size, written: other.size };
}

function setScores(all: readonly Counts[]): SetScores {
  const sum = (key: keyof Counts) => all.reduce((total, counts) => total + counts[key], 0);
  const isEmpty = ({ wanted, written }: Counts) => wanted + written === 0;
  const each = all.map((counts) => (isEmpty(counts) ? { precision: 1, recall: 1, f1: 1 } : scoresOf(counts)));
  const mean = (key: keyof Scores) => each.reduce((total, scores) => total + scores[key], 0) / all.length;
  return {
    micro: scoresOf({ both: sum('both'), wanted: sum('wanted'), written: sum('written') }),
    mean: { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') },
    equal: all.filter(({ both, wanted, written }) => both === wanted && both === written).length / all.length,
  };
}

function scoresOf({ both, wanted, written }: Counts): Scores {
  const share = (of: number, all: number) => (all === 0 ? 0 : of / all);
  return { precision: share(both, written), recall: share(both, wanted), f1: share(2 * both, wanted + written) };
}
