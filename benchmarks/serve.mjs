// A classifier behind `attune serve` and behind FastAPI with transformers on torch, in turns, on the loopback: requests per second and latencies.
//
//   node benchmarks/serve.mjs [titles] [postings] [--seconds 4] [--rounds 1] [--connections 1,4,16,64] [--json FILE]
//
// --threads N        to compute with, of both sides; as many as there are cores unless given
//
// One text per request, no text twice in a row of the table where there are enough. Latencies and requests are counted by autocannon, which takes
// processor time of its own on the same cores, for both sides. PEER_PYTHON names a Python with torch, transformers 5, fastapi and uvicorn; without
// it one is made. Builds first. Exits with 2 where something is missing.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { build, ensureInstalled, ensureToolsInstalled } from '../scripts/install.mjs';
import { preparePython } from '../scripts/peer-python.mjs';
import { readOptions } from './common/options.mjs';
import { leave, requirePaths } from './common/paths.mjs';
import { median } from './common/statistics.mjs';
import { attuneVersions, machine, versionLine } from './common/versions.mjs';
import { withDirectory } from './common/with-directory.mjs';

const { values, names: given } = readOptions({
  numbers: { seconds: 1, rounds: 1, threads: 1 },
  options: { connections: { type: 'string', default: '1,4,16,64' }, json: { type: 'string' } },
  names: ['titles', 'postings'],
});
const { seconds = 4, rounds = 1, threads = availableParallelism(), json } = values;
const connections = values.connections.split(',').map(Number);
if (!connections.every((count) => Number.isInteger(count) && count > 0))
  leave(`--connections expected whole numbers, got ${values.connections}`);
requirePaths(['tokenizer', 'minilm', 'titles', 'postings']);
const { python, missing } = preparePython({ also: ['fastapi', 'uvicorn'] });
if (missing) leave(missing);
ensureInstalled();
ensureToolsInstalled('benchmarks');
build('build');
// What follows imports the packages just built.
const { workloads, writeServed } = await import('./serve/prepare.mjs');
const { ask, loopDelay, startFastApi, startService } = await import('./serve/sides.mjs');
const { loadFor } = await import('./serve/load.mjs');
const { atEqualP95, printFigures } = await import('./serve/report.mjs');

const names = given.length > 0 ? given : Object.keys(workloads);
const results = await withDirectory(async (directory) => {
  const model = await writeServed(directory);
  const measured = {};
  for (const name of names) measured[name] = await measure(model, { directory, ...workloads[name] });
  return measured;
});
console.log(`\n${machine().cpu}, ${machine().cores} cores, ${threads} threads to compute with`);
if (json)
  writeFileSync(json, `${JSON.stringify({ machine: machine(), threads, seconds, rounds, results }, null, 2)}\n`);

async function measure(model, { directory, says, maxLength, texts: textsOf }) {
  const texts = await textsOf();
  const peer = { directory, threads, maxLength };
  const open = {
    'Attune fp32': await startService(model, { threads, precision: 'fp32' }),
    'Attune int8': await startService(model, { threads, precision: 'int8' }),
    'FastAPI, in batches': await startFastApi(python, model, { ...peer, batching: true }),
    FastAPI: await startFastApi(python, model, { ...peer, batching: false }),
  };
  await checkAgreement(open, texts);
  const found = Object.fromEntries(Object.keys(open).map((name) => [name, connections.map(() => [])]));
  let next = 0;
  const nextText = () => texts[next++ % texts.length];
  for (const side of Object.values(open)) await loadFor(2, { ...side, connections: 16, nextText });
  for (let round = 0; round < rounds; round++)
    for (const [i, count] of connections.entries())
      for (const [name, side] of Object.entries(open)) {
        if (side.pid) await loopDelay(side);
        const figures = await loadFor(seconds, { ...side, connections: count, nextText });
        found[name][i].push({ ...figures, loop: side.pid ? await loopDelay(side) : undefined });
      }
  const versions = Object.values(open).at(-1).versions;
  for (const side of Object.values(open)) await side.close();
  const sides = Object.fromEntries(Object.entries(found).map(([name, all]) => [name, all.map(middle)]));
  printFigures({ says: `${says}; ${versionLine(attuneVersions())}; ${versionLine(versions)}`, sides });
  const peers = ['FastAPI, in batches', 'FastAPI'];
  const equal = Object.fromEntries(
    ['Attune fp32', 'Attune int8'].flatMap((own) =>
      peers.map((name) => [`${own} / ${name}`, atEqualP95(sides[own], sides[name])]),
    ),
  );
  for (const [pair, rows] of Object.entries(equal))
    console.log(
      `${pair}, requests/s at equal p95: ${rows.map(({ p95, ours, theirs, ratio }) => `${p95.toFixed(0)} ms ${ours.toFixed(0)}/${theirs.toFixed(0)} = ${ratio.toFixed(2)}`).join('; ')}`,
    );
  return { says, sides, equal };
}

/** The middle round, by requests per second. */
function middle(all) {
  const perSecond = median(all.map((own) => own.perSecond));
  return all.toSorted((a, b) => Math.abs(a.perSecond - perSecond) - Math.abs(b.perSecond - perSecond))[0];
}

/** float32 says the same on both sides, or they would not have the same work. */
async function checkAgreement({ 'Attune fp32': own, FastAPI: peer }, texts) {
  for (const text of texts.slice(0, 20)) {
    const [ours, theirs] = [await ask(own, text), await ask(peer, text)];
    if (ours.label !== theirs.label || Math.abs(ours.score - theirs.score) > 1e-4)
      throw new Error(`the sides differ on ${text}: ${ours.label} ${ours.score}, ${theirs.label} ${theirs.score}`);
  }
}
