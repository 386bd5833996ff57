import { writeFileSync } from 'node:fs';
import { geometricMean } from '../common/statistics.mjs';
import { gigabytes, printTable, wholeNumber } from '../common/table.mjs';
import { machine, versionLine } from '../common/versions.mjs';
import { lossDifference, ratioOf } from './compare.mjs';

const columns = ['work', 'Attune s', 'Trainer s', 'ratio', 'tokens/s A', 'tokens/s T', 'memory A', 'memory T', 'rows'];

/** The largest relative difference of losses that is taken for rounding. */
const tolerance = 1e-4;

/** Prints what was measured: `results` are `{ name, workload, plan, attune, trainer }`. */
export function printResults(results) {
  const { cpu, cores } = machine();
  const [{ attune, trainer, plan }] = results;
  printTable(columns, results.map(cells));
  console.log(
    `geometric mean of the ratios: ${geometricMean(results.map((r) => ratioOf(r, r.plan))).toFixed(2)} (above 1 Attune is faster)`,
  );
  console.log(`${cpu}, ${cores} cores, ${plan.threads} threads`);
  console.log(`${versionLine(attune.ready.versions)}; ${versionLine(trainer.ready.versions)}`);
}

function cells({ workload, plan, attune, trainer }) {
  return [
    workload.says,
    attune.seconds.toFixed(3),
    trainer.seconds.toFixed(3),
    ratioOf({ attune, trainer }, plan).toFixed(2),
    wholeNumber(attune.tokensPerSecond),
    wholeNumber(trainer.tokensPerSecond),
    gigabytes(attune.memory),
    gigabytes(trainer.memory),
    `${attune.ready.rows}, ${attune.ready.shapes} shapes`,
  ];
}

/** Prints the losses of each step; whether they are equal. */
export function printCheck(results) {
  const checked = results.map((result) => ({ ...result, difference: lossDifference(result) }));
  const losses = ({ steps }) => steps.map(({ loss }) => loss.toFixed(6)).join(' ');
  printTable(
    ['work', 'Attune losses', 'Trainer losses', 'differ by', `≤ ${tolerance}`],
    checked.map(({ workload, attune, trainer, difference }) => [
      workload.says,
      losses(attune),
      losses(trainer),
      difference.toExponential(1),
      difference <= tolerance ? 'yes' : 'NO',
    ]),
  );
  return checked.every(({ difference }) => difference <= tolerance);
}

/** Writes what was measured, the batches left out. */
export function writeJson(path, results) {
  const rows = results.map(({ name, workload, plan, attune, trainer }) => {
    const { batches: _, model: _model, path: _path, ...settings } = plan;
    return { name, says: workload.says, ratio: ratioOf({ attune, trainer }, plan), settings, attune, trainer };
  });
  writeFileSync(path, `${JSON.stringify({ machine: machine(), results: rows }, null, 2)}\n`);
}
