/**
 * The parts in which a class must occur, most important first: the first part (training), then the last (test), then those between.
 *
 * A class whose examples form fewer groups than there are parts can only be in as many.
 */
export function partsInNeed(groupsOfClass: number, partCount: number): number[] {
  const middle = Array.from({ length: Math.max(0, partCount - 2) }, (_, i) => i + 1);
  return [0, partCount - 1, ...middle].slice(0, groupsOfClass);
}

/**
 * Changes wanted counts so that every class is wanted in every part it can be in, at unchanged part sizes.
 *
 * For each absent class one example is exchanged with the best represented class of that part; where none can spare one, the class stays absent.
 */
export function wantEveryClass(wanted: number[][], groupsPerClass: readonly number[]): void {
  for (const [classId, groupCount] of groupsPerClass.entries()) {
    const needed = partsInNeed(groupCount, wanted.length);
    for (const part of needed) {
      if (wanted[part][classId] > 0) continue;
      const donor = donorPart(wanted, classId, needed);
      const spare = spareClass(wanted, part, classId);
      if (donor === undefined || spare === undefined) continue;
      exchange(wanted, { part, donor, classId, spare });
    }
  }
}

/** The part with most of a class, if it can spare one. */
function donorPart(wanted: readonly number[][], classId: number, needed: readonly number[]): number | undefined {
  const byCount = wanted.map((_, part) => part).sort((a, b) => wanted[b][classId] - wanted[a][classId]);
  return byCount.find((part) => wanted[part][classId] > (needed.includes(part) ? 1 : 0));
}

/** The class with most examples in a part, if it has more than one. */
function spareClass(wanted: readonly number[][], part: number, except: number): number | undefined {
  let best: number | undefined;
  for (const [classId, count] of wanted[part].entries()) {
    if (classId !== except && count > (best === undefined ? 1 : wanted[part][best])) best = classId;
  }
  return best;
}

function exchange(
  wanted: number[][],
  { part, donor, classId, spare }: { part: number; donor: number; classId: number; spare: number },
): void {
  wanted[part][classId]++;
  wanted[donor][classId]--;
  wanted[part][spare]--;
  wanted[donor][spare]++;
}
