import { denseIds } from './dense-ids';
import { connectedComponents, linksWithin } from './groups';
import { allSimilarPairs } from './similar-texts';
import { similarity, wordSet } from './word-sets';

export interface NearDuplicateOptions {
  /** Texts are compared word by word only with those that have the same value here (a fine-grained code, an employer); with all unless given. */
  within?: ArrayLike<string | number>;
  /** Two texts with |A ∩ B| / |A ∪ B| of at least this share a group; default 0.6. */
  jaccard?: number;
}

/**
 * Group ids that keep texts together which say nearly the same, so that no near copy of a training text is tested on.
 *
 * Groups are the connected components of: the same set of words, or the same `within` and a Jaccard similarity of the sets of words of at
 * least `jaccard`. Exact: no pair is missed. Words are runs of letters and digits, in lower case. Throws RangeError when the lengths differ or
 * `jaccard` is not in (0, 1].
 * @example nearDuplicateGroups(['Bean farming, dry', 'Dry bean farming', 'Tax law'], { within: ['1', '2', '1'] }) // [0, 0, 1]
 */
export function nearDuplicateGroups(
  texts: readonly string[],
  { within, jaccard = 0.6 }: NearDuplicateOptions = {},
): Int32Array {
  if (within !== undefined && texts.length !== within.length) {
    throw new RangeError(
      `nearDuplicateGroups: expected one value of within a text, got ${within.length} for ${texts.length} texts`,
    );
  }
  if (!(jaccard > 0 && jaccard <= 1)) {
    throw new RangeError(`nearDuplicateGroups: expected a jaccard above 0 and at most 1, got ${jaccard}`);
  }
  const sets = texts.map(wordSet);
  const equalSets = linksWithin(sets.map((words) => [...words].sort().join(' ')));
  const similar = within ? similarPairs(sets, { within, jaccard }) : allSimilarPairs(sets, jaccard);
  return connectedComponents(texts.length, [...equalSets, ...similar]);
}

function* similarPairs(
  sets: readonly Set<string>[],
  { within, jaccard }: Required<NearDuplicateOptions>,
): Generator<[number, number]> {
  for (const members of membersOf(within)) {
    for (let a = 0; a < members.length; a++) {
      for (let b = a + 1; b < members.length; b++) {
        if (similarity(sets[members[a]], sets[members[b]], jaccard) >= jaccard) yield [members[a], members[b]];
      }
    }
  }
}

/** The examples of every group, in order. */
function membersOf(groups: ArrayLike<string | number>): number[][] {
  const { ids, distinct } = denseIds(groups);
  const members = distinct.map((): number[] => []);
  for (const [i, id] of ids.entries()) members[id].push(i);
  return members;
}
