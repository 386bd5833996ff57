import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { printTable } from '../common/table.mjs';
import { attuneVersions, machine, versionLine } from '../common/versions.mjs';

/** Prints which share of a step's time each part has. */
export function printShares(results) {
  const columns = ['work', 'ms a step', 'engine', 'batches', 'events, log', 'loop', 'outside the engine', 'apart'];
  printTable(columns, results.map(cells));
  console.log(`${versionLine(attuneVersions())}; ${machine().cpu}; load of the machine ${loadavg()[0].toFixed(1)}`);
}

function cells({ name, batches, engine, events, total, counted, tokenizing, saving }) {
  const share = (ms) => `${((100 * ms) / total).toFixed(2)} %`;
  return [
    name,
    (total / counted).toFixed(1),
    share(engine),
    share(batches),
    share(events),
    share(total - engine - batches - events),
    share(total - engine),
    `tokenizing ${tokenizing.toFixed(0)} ms, a checkpoint ${saving.toFixed(0)} ms`,
  ];
}

/** Writes what was measured, in milliseconds. */
export function writeShares(path, results) {
  writeFileSync(path, `${JSON.stringify({ machine: machine(), load: loadavg()[0], results }, null, 2)}\n`);
}
