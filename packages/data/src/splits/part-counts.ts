// How many examples of each class go to each part of a split.
import { AttuneError } from '@attune/internal';
import { type Random, shuffle } from '../random';

/**
 * Fractions of a split written in percent: two parts (training/test) or three (training/validation/test).
 *
 * @throws RangeError unless there are two or three positive numbers that sum to 100.
 * @example parseFractions('80/10/10') // [0.8, 0.1, 0.1]
 */
export function parseFractions(text: string): number[] {
  const percents = text.split('/').map((part) => (/^\s*\d+(\.\d+)?\s*$/.test(part) ? Number(part) : Number.NaN));
  const sum = percents.reduce((total, percent) => total + percent, 0);
  if (percents.length < 2 || percents.length > 3 || !percents.every((percent) => percent > 0)) {
    throw new RangeError(
      `split: expected two or three percentages such as 80/20 or 80/10/10, got ${JSON.stringify(text)}`,
    );
  }
  if (Math.abs(sum - 100) > 1e-9) {
    throw new RangeError(
      `split: expected percentages that sum to 100, got ${JSON.stringify(text)}, which sums to ${sum}`,
    );
  }
  return percents.map((percent) => percent / 100);
}

/**
 * Number of examples per part: ⌈fraction · count⌉ for every part but the first, which gets the rest.
 *
 * As scikit-learn's test size, without its rounding error (7 % of 100 is 7).
 * @throws RangeError for fractions that are not positive or do not sum to 1, and AttuneError `DATA_SPLIT` when nothing
 * remains for the first part.
 */
export function partSizes(count: number, fractions: readonly number[]): number[] {
  const sum = fractions.reduce((total, fraction) => total + fraction, 0);
  if (fractions.length < 2 || !fractions.every((fraction) => fraction > 0) || Math.abs(sum - 1) > 1e-9) {
    throw new RangeError(`split: expected two or more positive fractions that sum to 1, got [${fractions.join(', ')}]`);
  }
  const others = fractions.slice(1).map((fraction) => Math.ceil(fraction * count - 1e-9));
  const first = count - others.reduce((total, size) => total + size, 0);
  if (first >= 1) return [first, ...others];
  throw new AttuneError(
    'DATA_SPLIT',
    `split: expected enough examples for ${fractions.length} parts, got ${count} to share out; add examples or name an evaluation file`,
  );
}

interface ClassSizes {
  /** Examples of every class. */
  readonly examples: readonly number[];
  /** Units that may be separated: the groups of the class, or its examples without groups. */
  readonly units: readonly number[];
}

/**
 * Target number of examples per part and class, [parts, classes].
 *
 * A class of one unit cannot be divided and goes to the first part; the others are stratified over the remaining room.
 */
export function targetCounts(classes: ClassSizes, fractions: readonly number[], random: Random): number[][] {
  const kept = classes.examples.map((count, i) => (classes.units[i] === 1 ? count : 0));
  const shared = classes.examples.map((count, i) => count - kept[i]);
  const sizes = roomLeft(sumOf(classes.examples), sumOf(kept), fractions);
  const targets = stratifiedCounts(shared, sizes, random);
  targets[0] = targets[0].map((count, i) => count + kept[i]);
  return targets;
}

/** Part sizes without the examples kept in the first part; if those do not fit there, all parts shrink. */
function roomLeft(total: number, kept: number, fractions: readonly number[]): number[] {
  const [first, ...others] = partSizes(total, fractions);
  if (kept < first) return [first - kept, ...others];
  const shared = total - kept;
  if (shared >= fractions.length && canShare(shared, fractions)) return partSizes(shared, fractions);
  throw new AttuneError(
    'DATA_SPLIT',
    `split: expected ${fractions.length} parts, got ${kept} of ${total} examples whose label occurs once or in one group, which stay together in the first part, and too few others (${shared}); check that the label column names classes, add examples for each, or name an evaluation file (--eval-data)`,
  );
}

/** Whether something remains for the first part. */
const canShare = (count: number, fractions: readonly number[]) =>
  fractions.slice(1).reduce((rest, fraction) => rest - Math.ceil(fraction * count - 1e-9), count) >= 1;

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * Number of examples per part and class, [parts, classes].
 *
 * Each part is drawn from what the earlier ones left, with the most likely counts of a random draw of its size; ties between classes are broken at random. Equals scikit-learn's StratifiedShuffleSplit (`_approximate_mode`) for two parts.
 */
function stratifiedCounts(classCounts: readonly number[], sizes: readonly number[], random: Random): number[][] {
  let remaining = [...classCounts];
  return sizes.map((size) => {
    const drawn = likeliestDraw(remaining, size, random);
    remaining = remaining.map((count, i) => count - drawn[i]);
    return drawn;
  });
}

/** Mode of the multivariate hypergeometric distribution: shares rounded down, the rest to the largest remainders. */
function likeliestDraw(counts: readonly number[], size: number, random: Random): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  // Divided before multiplied, as in scikit-learn: the order decides which remainders tie.
  const shares = counts.map((count) => (total === 0 ? 0 : (count / total) * size));
  const drawn = shares.map(Math.floor);
  const missing = size - drawn.reduce((sum, count) => sum + count, 0);
  const order = shuffle(
    counts.map((_, i) => i),
    random,
  ).sort((a, b) => shares[b] - drawn[b] - (shares[a] - drawn[a]));
  for (const i of order.slice(0, missing)) drawn[i]++;
  return drawn;
}

/**
 * The parts in which a class must occur, most important first: the first part (training), then the last (test), then those between.
 *
 * A class of fewer groups than there are parts can only be in as many parts.
 */
export function partsInNeed(groupsOfClass: number, partCount: number): number[] {
  const middle = Array.from({ length: Math.max(0, partCount - 2) }, (_, i) => i + 1);
  return [0, partCount - 1, ...middle].slice(0, groupsOfClass);
}

/**
 * Changes target counts so that every class is in every part that it can be in, at unchanged part sizes.
 *
 * For each absent class one example is exchanged with the most frequent class of that part; if none can spare one, the class
 * stays absent.
 */
export function targetEveryClass(targets: number[][], groupsPerClass: readonly number[]): void {
  for (const [classId, groupCount] of groupsPerClass.entries()) {
    const needed = partsInNeed(groupCount, targets.length);
    for (const part of needed) {
      if (targets[part][classId] > 0) continue;
      const donor = donorPart(targets, classId, needed);
      const spare = spareClass(targets, part, classId);
      if (donor === undefined || spare === undefined) continue;
      exchange(targets, { part, donor, classId, spare });
    }
  }
}

/** The part with most of a class, if it can spare one. */
function donorPart(targets: readonly number[][], classId: number, needed: readonly number[]): number | undefined {
  const byCount = targets.map((_, part) => part).sort((a, b) => targets[b][classId] - targets[a][classId]);
  return byCount.find((part) => targets[part][classId] > (needed.includes(part) ? 1 : 0));
}

/** The class with most examples in a part, if it has more than one. */
function spareClass(targets: readonly number[][], part: number, except: number): number | undefined {
  let best: number | undefined;
  for (const [classId, count] of targets[part].entries()) {
    if (classId !== except && count > (best === undefined ? 1 : targets[part][best])) best = classId;
  }
  return best;
}

function exchange(
  targets: number[][],
  { part, donor, classId, spare }: { part: number; donor: number; classId: number; spare: number },
): void {
  targets[part][classId]++;
  targets[donor][classId]--;
  targets[part][spare]--;
  targets[donor][spare]++;
}
