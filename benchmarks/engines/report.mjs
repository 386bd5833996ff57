import { gigabytes, printTable } from '../common/table.mjs';
import { attuneVersions, machine, versionLine } from '../common/versions.mjs';

const columns = ['engine', 'step s', '× onnx', 'memory', 'loss differs by', 'steps'];

/** Prints what `compareEngines` found. */
export function printEngines(results) {
  const onnx = results.find(({ engine }) => engine === 'onnx');
  const works = results.filter(({ why }) => why === undefined);
  printTable(
    columns,
    works.map(({ engine, seconds, memory, losses }) => [
      ...[engine, seconds.toFixed(3), (seconds / onnx.seconds).toFixed(2), gigabytes(memory)],
      ...[differenceOf(losses, onnx.losses).toExponential(1), String(losses.length)],
    ]),
  );
  for (const { engine, why } of results) if (why !== undefined) console.log(`${engine} does not work here: ${why}`);
  const { cpu, cores } = machine();
  console.log(`${cpu}, ${cores} cores; ${versionLine(attuneVersions())}`);
}

/** The largest difference of two losses of one step. */
const differenceOf = (losses, others) => Math.max(...losses.map((loss, step) => Math.abs(loss - others[step])));
