import { writeFileSync } from 'node:fs';
import { gigabytes, printTable, wholeNumber } from '../common/table.mjs';
import { machine, versionLine } from '../common/versions.mjs';

const columns = [
  'work',
  'side',
  'seconds',
  'texts/s',
  'tokens/s',
  'memory',
  'ratio',
  'same labels',
  'scores differ by',
];

export const ratioOf = ({ attune, transformersJs }) => transformersJs.seconds / attune.seconds;

/** Prints what was measured: `results` are `{ name, workload, plan, attune, transformersJs, agreement }`. */
export function printResults(results) {
  const { cpu, cores } = machine();
  const [{ attune, transformersJs, plan }] = results;
  printTable(columns, results.flatMap(rowsOf));
  console.log(`${cpu}, ${cores} cores, ${plan.threads} threads; a ratio above 1: Attune is faster`);
  console.log(`${versionLine(attune.versions)}; ${versionLine(transformersJs.versions)}`);
}

function rowsOf(result) {
  const { workload, plan, attune, transformersJs, agreement } = result;
  const { sameLabels, scoresDifferBy } = agreement;
  const compared = [ratioOf(result).toFixed(2), `${(100 * sameLabels).toFixed(1)} %`, scoresDifferBy.toExponential(1)];
  return [
    [
      `${workload.says}: ${wholeNumber(plan.texts.length)}`,
      `Attune ${plan.precision}`,
      ...figures(attune),
      ...compared,
    ],
    ['', 'transformers.js fp32', ...figures(transformersJs), '', '', ''],
  ];
}

const figures = ({ seconds, textsPerSecond, tokensPerSecond, memory }) => [
  seconds.toFixed(3),
  wholeNumber(textsPerSecond),
  wholeNumber(tokensPerSecond),
  gigabytes(memory),
];

/** Writes what was measured, the texts left out. */
export function writeJson(path, results) {
  const rows = results.map(({ name, workload, plan, ...measured }) => {
    const { texts, maxLength, precision, threads } = plan;
    const settings = { texts: texts.length, maxLength, precision, threads };
    return { name, says: workload.says, ratio: ratioOf(measured), settings, ...measured };
  });
  writeFileSync(path, `${JSON.stringify({ machine: machine(), results: rows }, null, 2)}\n`);
}
