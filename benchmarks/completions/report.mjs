import { writeFileSync } from 'node:fs';
import { median } from '../common/statistics.mjs';
import { gigabytes, printTable } from '../common/table.mjs';
import { machine, versionLine } from '../common/versions.mjs';

/** Prints each side, and how many times PEFT's tokens a second it makes: of all steps together, and the median of the steps. */
export function printResults(results, { batches, warmup, batch, longest, threads }) {
  const { peft } = results;
  const rows = Object.entries(results).map(([name, { seconds, tokensPerSecond, memory, losses, ready }]) => [
    name,
    tokensPerSecond.toFixed(1),
    peft ? (tokensPerSecond / peft.tokensPerSecond).toFixed(2) : '',
    peft ? median(seconds.map((own, i) => peft.seconds[i] / own)).toFixed(2) : '',
    gigabytes(memory),
    `${losses[0].toFixed(3)} → ${losses.at(-1).toFixed(3)}`,
    ready.shapes === undefined ? '' : `${ready.shapes}, ${ready.preparing.toFixed(1)} s each`,
  ]);
  printTable(['side', 'tokens/s', '× peft', 'median', 'memory', 'loss', 'shapes'], rows);
  const { cpu, cores } = machine();
  console.log(
    `${batches.length - warmup} steps of ${batch} texts, at most ${longest} tokens; ${cpu}, ${cores} cores, ${threads} threads`,
  );
  const versions = Object.values(results).map(({ ready }) => versionLine(ready.versions));
  console.log([...new Set(versions)].join('; '));
}

export function writeJson(path, { plan, results }) {
  const { batches, ...settings } = plan;
  writeFileSync(path, `${JSON.stringify({ machine: machine(), settings, results }, null, 2)}\n`);
}
