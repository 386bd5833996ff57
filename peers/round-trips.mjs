// Models go from Attune to Python's transformers and to transformers.js, and from Python to Attune, and adapters to PEFT and
// from it: do the logits stay?
//
//   npm run test:round-trips
//
// Fine-tunes MiniLM (../shared/weights) on job titles (../shared/data), once, in some minutes: .cache/round-trips/models/minilm.
// Exits with 1 where a figure misses its limit, and with 2 where something is missing: it then says what.
import { join } from 'node:path';
import { build, ensureInstalled, ensureToolsInstalled, root } from '../scripts/install.mjs';
import { preparePython } from '../scripts/peer-python.mjs';

const { python, missing } = preparePython({ also: ['peft'] });
if (missing) leave(missing);
ensureInstalled();
ensureToolsInstalled('benchmarks');
build('build');
// What follows imports the packages just built.
const { missingForMinilm } = await import('./round-trips/minilm.mjs');
if (missingForMinilm()) leave(missingForMinilm());
const { compareAll } = await import('./round-trips/compare.mjs');
const { printTable } = await import('./round-trips/table.mjs');
const rows = await compareAll(join(root, '.cache', 'round-trips'), python);
printTable(rows);
process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;

function leave(what) {
  console.error(`test:round-trips cannot run: ${what}`);
  process.exit(2);
}
