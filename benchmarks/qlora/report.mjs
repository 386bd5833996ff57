import { writeFileSync } from 'node:fs';
import { gigabytes, printTable } from '../common/table.mjs';
import { machine, versionLine } from '../common/versions.mjs';
import { sides } from './plan.mjs';

/** Prints each side, and how many times as fast as each peer Attune's are. */
export function printResults(results, { config, ids, threads }) {
  const peers = Object.keys(results).filter((name) => sides[name].peer);
  const columns = ['side', 's a step', 'tokens/s', 'memory', 'loss', ...peers.map((name) => `× ${name}`)];
  const rows = Object.entries(results).map(([name, { seconds, tokensPerSecond, memory, losses }]) => [
    name,
    seconds.toFixed(3),
    tokensPerSecond.toFixed(1),
    gigabytes(memory),
    `${losses[0].toFixed(2)} → ${losses.at(-1).toFixed(2)}`,
    ...peers.map((peer) => (results[peer].seconds / seconds).toFixed(2)),
  ]);
  printTable(columns, rows);
  const { cpu, cores } = machine();
  console.log(`${config.num_hidden_layers} layers, ${ids.length} tokens; ${cpu}, ${cores} cores, ${threads} threads`);
  const versions = Object.values(results).map(({ ready }) => versionLine(ready.versions));
  console.log([...new Set(versions)].join('; '));
}

export function writeJson(path, { plan, results }) {
  const { ids, ...settings } = plan;
  const content = { machine: machine(), settings: { ...settings, tokens: ids.length }, results };
  writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);
}
