// Assigns whole groups of examples to the parts of a split.
import { type Random, shuffle } from '../random';
import { denseIds } from './groups';
import { partsInNeed } from './part-counts';

/**
 * The part of each group, so that parts are as close to `targets` [parts, classes] as whole groups allow.
 *
 * Groups are placed largest first (ties in random order), each where it lowers Σ (have − target)² / target most: all parts fill at
 * the same rate, so that not all large groups are in training, and groups of one example meet the counts exactly. Afterwards a
 * class that is absent from a part with a target for it gets the group whose move costs least.
 */
export function assignGroups(examples: GroupedExamples, targets: readonly number[][], random: Random): Int32Array {
  const parts = new Int32Array(examples.groupCount);
  const have = targets.map((counts) => counts.map(() => 0));
  for (const group of largestFirst(examples, random)) {
    const histogram = examples.histogram(group);
    parts[group] = cheapestPart(histogram, have, targets);
    add(have[parts[group]], histogram, 1);
  }
  for (let classId = 0; classId < examples.classCount; classId++)
    fillAbsent(classId, { examples, targets, have, parts });
  fillEmpty({ examples, targets, have, parts });
  return parts;
}

interface Assignment {
  examples: GroupedExamples;
  targets: readonly number[][];
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
  targets: readonly number[][],
): number {
  const costs = targets.map((counts, part) => costOfAdding(histogram, have[part], counts));
  return costs.indexOf(Math.min(...costs));
}

/** Change of Σ (have − target)² / target when `have` grows by the histogram; a target of 0 counts as 1. */
function costOfAdding(
  histogram: ReadonlyMap<number, number>,
  have: readonly number[],
  targets: readonly number[],
): number {
  let cost = 0;
  for (const [classId, count] of histogram) {
    const surplus = have[classId] - targets[classId];
    cost += (count * (count + 2 * surplus)) / Math.max(targets[classId], 1);
  }
  return cost;
}

function fillAbsent(classId: number, assignment: Assignment): void {
  const { examples, targets, have, parts } = assignment;
  for (const part of partsInNeed(examples.groupsOf(classId).length, targets.length)) {
    if (have[part][classId] > 0 || targets[part][classId] === 0) continue;
    const group = cheapestMove(classId, part, assignment);
    if (group === undefined) continue;
    const histogram = examples.histogram(group);
    add(have[parts[group]], histogram, -1);
    add(have[part], histogram, 1);
    parts[group] = part;
  }
}

/**
 * Gives each part without a group the smallest groups of the part that is furthest above its size, until it has its own size or no part
 * is too large. Every class in few groups may be in the first and last part alone, so that none is left for a part between them.
 * The first part keeps a group of each of its classes.
 */
function fillEmpty(assignment: Assignment): void {
  const { examples, targets, have, parts } = assignment;
  const size = (group: number) => examples.members(group).length;
  for (const [part, counts] of targets.entries()) {
    if (parts.includes(part)) continue;
    const wanted = Math.max(1, sum(counts));
    for (let own = 0; own < wanted; ) {
      const donor = fullestPart(assignment);
      if (donor === undefined || (own > 0 && donor.surplus <= 0)) break;
      const group = donor.groups.reduce((a, b) => (size(b) < size(a) ? b : a));
      const histogram = examples.histogram(group);
      add(have[parts[group]], histogram, -1);
      add(have[part], histogram, 1);
      parts[group] = part;
      own += size(group);
    }
  }
}

/** Of the parts with a group to spare, the one that is furthest above its size, and these groups. */
function fullestPart({ examples, targets, have, parts }: Assignment) {
  const all = targets.map((counts) => ({ count: 0, groups: [] as number[], surplus: -sum(counts) }));
  for (const [group, part] of parts.entries()) {
    all[part].count++;
    all[part].surplus += examples.members(group).length;
    const isLast = [...examples.histogram(group)].some(([classId, count]) => have[0][classId] === count);
    if (part !== 0 || !isLast) all[part].groups.push(group);
  }
  const able = all.filter(({ count, groups }) => count > 1 && groups.length > 0);
  return able.length === 0 ? undefined : able.reduce((a, b) => (b.surplus > a.surplus ? b : a));
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

/** The group with the class whose move to a part costs least and leaves no other part without a required class. */
function cheapestMove(classId: number, to: number, assignment: Assignment): number | undefined {
  const { examples, targets, have, parts } = assignment;
  let best: number | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const group of examples.groupsOf(classId)) {
    const histogram = examples.histogram(group);
    const from = parts[group];
    if (!canSpare(histogram, from, assignment)) continue;
    const cost = costOfAdding(histogram, have[to], targets[to]) + costOfRemoving(histogram, have[from], targets[from]);
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
  targets: readonly number[],
): number {
  const negative = new Map([...histogram].map(([classId, count]) => [classId, -count]));
  return costOfAdding(negative, have, targets);
}

function add(have: number[], histogram: ReadonlyMap<number, number>, sign: 1 | -1): void {
  for (const [classId, count] of histogram) have[classId] += sign * count;
}

/** Examples indexed by group. */
export interface GroupedExamples {
  readonly groupCount: number;
  readonly classCount: number;
  /** The examples of a group. */
  members(group: number): Int32Array;
  /** Number of examples per class in a group. */
  histogram(group: number): Map<number, number>;
  /** The groups in which a class occurs. */
  groupsOf(classId: number): readonly number[];
}

/** Indexes examples by group, in one array, so that a million groups of one example cost little. */
export function groupExamples(
  classes: Int32Array,
  classCount: number,
  groups: ArrayLike<string | number>,
): GroupedExamples {
  const { ids, distinct } = denseIds(groups);
  const starts = startsOf(ids, distinct.length);
  const order = orderByGroup(ids, starts);
  const members = (group: number) => order.subarray(starts[group], starts[group + 1]);
  const histogram = (group: number) => countsOf(members(group), classes);
  const groupsByClass = Array.from({ length: classCount }, (): number[] => []);
  for (let group = 0; group < distinct.length; group++) {
    for (const classId of histogram(group).keys()) groupsByClass[classId].push(group);
  }
  return { groupCount: distinct.length, classCount, members, histogram, groupsOf: (classId) => groupsByClass[classId] };
}

function startsOf(ids: Int32Array, groupCount: number): Int32Array {
  const starts = new Int32Array(groupCount + 1);
  for (const id of ids) starts[id + 1]++;
  for (let group = 0; group < groupCount; group++) starts[group + 1] += starts[group];
  return starts;
}

function orderByGroup(ids: Int32Array, starts: Int32Array): Int32Array {
  const next = starts.slice();
  const order = new Int32Array(ids.length);
  for (const [example, id] of ids.entries()) order[next[id]++] = example;
  return order;
}

function countsOf(members: Int32Array, classes: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const member of members) counts.set(classes[member], (counts.get(classes[member]) ?? 0) + 1);
  return counts;
}
