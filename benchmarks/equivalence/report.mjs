import { writeFileSync } from 'node:fs';
import { printTable } from '../common/table.mjs';
import { attuneVersions, machine, versionLine } from '../common/versions.mjs';

/** The largest difference of two losses that is taken for rounding. */
const tolerance = 5e-5;

/** The largest absolute difference of two sides' losses, and the step (from 1) that has it. */
export function largestDifference(a, b) {
  const differences = a.map((loss, i) => Math.abs(loss - b[i]));
  // A loss that is not a number must not pass for an equal one.
  const by = differences.some(Number.isNaN) ? Number.NaN : Math.max(...differences);
  return { by, step: 1 + differences.findIndex((own) => Object.is(own, by)) };
}

/** Prints the largest difference of each workload; whether all are small enough. */
export function printDifferences(results) {
  const compared = results.map((result) => ({ ...result, ...largestDifference(result.attune, result.trainer) }));
  const ends = (losses) => `${losses[0].toFixed(5)} → ${losses.at(-1).toFixed(5)}`;
  printTable(
    ['work', 'steps', 'Attune losses', 'Trainer losses', 'differ by at most', 'at step', `≤ ${tolerance}`],
    compared.map(({ name, attune, trainer, by, step }) => [
      name,
      `${attune.length}`,
      ends(attune),
      ends(trainer),
      by.toExponential(1),
      `${step}`,
      by <= tolerance ? 'yes' : 'NO',
    ]),
  );
  for (const result of results) if (result.exact) printRounding(result);
  console.log(`${versionLine(attuneVersions())}; ${versionLine(results[0].versions)}; ${machine().cpu}`);
  return compared.every(({ by }) => by <= tolerance);
}

function printRounding({ name, attune, trainer, exact }) {
  const from = (losses) => {
    const { by, step } = largestDifference(losses, exact);
    return `${by.toExponential(1)} (step ${step})`;
  };
  console.log(
    `${name}: from the Trainer in float64 Attune differs by ${from(attune)}, the Trainer by ${from(trainer)}`,
  );
}

/** Writes the losses of every step. */
export function writeLosses(path, results) {
  writeFileSync(path, `${JSON.stringify({ machine: machine(), results }, null, 2)}\n`);
}
