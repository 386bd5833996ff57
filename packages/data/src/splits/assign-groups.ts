import { type Random, shuffle } from '../random';
import type { GroupedExamples } from './grouped-examples';
import { partsInNeed } from './presence';

/**
 * The part of every group, so that `wanted[part][class]` examples are met as nearly as whole groups allow.
 *
 * Groups are placed largest first (equals in random order), each where it lowers Σ (have − want)² / want most: all parts fill at the same rate, so
 * large groups are not all in training, and groups of one example meet the counts exactly. Afterwards a class that is still
 * absent from a part which wants it gets the group whose move costs least.
 */
export function assignGroups(examples: GroupedExamples, wanted: readonly number[][], random: Random): Int32Array {
  const parts = new Int32Array(examples.groupCount);
  const have = wanted.map((counts) => counts.map(() => 0));
  for (const group of largestFirst(examples, random)) {
    const histogram = examples.histogram(group);
    parts[group] = cheapestPart(histogram, have, wanted);
    add(have[parts[group]], histogram, 1);
  }
  for (let classId = 0; classId < examples.classCount; classId++)
    fillAbsent(classId, { examples, wanted, have, parts });
  return parts;
}

interface Assignment {
  examples: GroupedExamples;
  wanted: readonly number[][];
  have: number[][];
  parts: Int32Array;
}

function largestFirst(examples: GroupedExamples, random: Random): Int32Array {
  const groups = shuffle(
    Int32Array.from({ length: examples.groupCount }, (_, group) => group),
    random,
  );
  const sizes = groups.map((_, group) => examples.members(group).length);
  return groups.sort((a, b) => sizes[b] - sizes[a]);
}

function cheapestPart(
  histogram: ReadonlyMap<number, number>,
  have: readonly number[][],
  wanted: readonly number[][],
): number {
  const costs = wanted.map((counts, part) => costOfAdding(histogram, have[part], counts));
  return costs.indexOf(Math.min(...costs));
}

/** Change of Σ (have − want)² / want when `have` grows by the histogram; a want of 0 counts as 1. */
function costOfAdding(
  histogram: ReadonlyMap<number, number>,
  have: readonly number[],
  wanted: readonly number[],
): number {
  let cost = 0;
  for (const [classId, count] of histogram) {
    const surplus = have[classId] - wanted[classId];
    cost += (count * (count + 2 * surplus)) / Math.max(wanted[classId], 1);
  }
  return cost;
}

function fillAbsent(classId: number, assignment: Assignment): void {
  const { examples, wanted, have, parts } = assignment;
  for (const part of partsInNeed(examples.groupsOf(classId).length, wanted.length)) {
    if (have[part][classId] > 0 || wanted[part][classId] === 0) continue;
    const group = cheapestMove(classId, part, assignment);
    if (group === undefined) continue;
    const histogram = examples.histogram(group);
    add(have[parts[group]], histogram, -1);
    add(have[part], histogram, 1);
    parts[group] = part;
  }
}

/** The group with the class whose move to a part costs least and robs no other part of a class it needs. */
function cheapestMove(classId: number, to: number, assignment: Assignment): number | undefined {
  const { examples, wanted, have, parts } = assignment;
  let best: number | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const group of examples.groupsOf(classId)) {
    const histogram = examples.histogram(group);
    const from = parts[group];
    if (!canSpare(histogram, from, assignment)) continue;
    const cost = costOfAdding(histogram, have[to], wanted[to]) + costOfRemoving(histogram, have[from], wanted[from]);
    if (cost < bestCost) [best, bestCost] = [group, cost];
  }
  return best;
}

function canSpare(histogram: ReadonlyMap<number, number>, from: number, { examples, have }: Assignment): boolean {
  return [...histogram].every(
    ([classId, count]) =>
      have[from][classId] > count || !partsInNeed(examples.groupsOf(classId).length, have.length).includes(from),
  );
}

function costOfRemoving(
  histogram: ReadonlyMap<number, number>,
  have: readonly number[],
  wanted: readonly number[],
): number {
  const negative = new Map([...histogram].map(([classId, count]) => [classId, -count]));
  return costOfAdding(negative, have, wanted);
}

function add(have: number[], histogram: ReadonlyMap<number, number>, sign: 1 | -1): void {
  for (const [classId, count] of histogram) have[classId] += sign * count;
}
