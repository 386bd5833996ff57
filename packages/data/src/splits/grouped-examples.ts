import { denseIds } from './dense-ids';

/** Examples as the assignment of groups to parts sees them. */
export interface GroupedExamples {
  groupCount: number;
  classCount: number;
  /** The examples of a group. */
  members(group: number): Int32Array;
  /** Class to number of examples, of a group. */
  histogram(group: number): Map<number, number>;
  /** The groups in which a class occurs. */
  groupsOf(classId: number): readonly number[];
}

/** Indexes examples by group: their numbers lie group after group in one array, so a million groups of one cost little. */
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
