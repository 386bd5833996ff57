// Weights of rows by their class.
import { didYouMean, firstOf } from '@attune/internal';

/** The weight of each row, from the index of its class; throws RangeError for a weight that does not fit. */
export function rowWeights(
  targets: Int32Array,
  classes: readonly (string | number)[],
  classWeight: 'balanced' | Readonly<Record<string, number>> | undefined,
): Float64Array {
  if (classWeight !== undefined && classWeight !== 'balanced') checkClassWeight(classWeight, classes);
  const counts = new Int32Array(classes.length);
  for (const target of targets) counts[target]++;
  const weightOf = classes.map((label, index) => {
    if (classWeight === 'balanced') return targets.length / (classes.length * counts[index]);
    return classWeight && Object.hasOwn(classWeight, label) ? classWeight[label] : 1;
  });
  const wrong = weightOf.findIndex((weight) => !(weight > 0 && Number.isFinite(weight)));
  if (wrong >= 0) {
    const name = JSON.stringify(classes[wrong]);
    throw new RangeError(
      `logisticRegression: classWeight expected a number above 0 for ${name}, got ${weightOf[wrong]}`,
    );
  }
  return Float64Array.from(targets, (target) => weightOf[target]);
}

/** Throws RangeError for a Map, whose entries are not properties, and for a weight of a class that does not occur. */
function checkClassWeight(classWeight: object, classes: readonly (string | number)[]): void {
  const where = 'logisticRegression: classWeight expected';
  if (classWeight instanceof Map)
    throw new RangeError(`${where} an object of weights by class, got a Map; write Object.fromEntries(map)`);
  const names = classes.map(String);
  const known = new Set(names);
  const unknown = Object.keys(classWeight).find((name) => !known.has(name));
  if (unknown === undefined) return;
  const listed = `; the classes are ${firstOf(names.map((name) => JSON.stringify(name)))}`;
  const advice = didYouMean(unknown, names) || listed;
  throw new RangeError(`${where} classes among the labels, got ${JSON.stringify(unknown)}${advice}`);
}
