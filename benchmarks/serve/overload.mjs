// `attune serve` at twice of what it can do, for ten minutes: what it answers, how long what it takes has to wait, and whether its memory grows.
//
//   node benchmarks/serve/overload.mjs [--seconds 600] [--times 2] [--json FILE] [--flags "--processes 2"]
//
// Nine titles and a posting of 200 words in turns, one per request. First what it can do is measured, by 64 connections; then requests come at a
// rate of their own. Exits with 1 where there is another answer than 200, 429 and 503, a connection fails, or memory drifts by more than 5 %.
import { readFileSync, writeFileSync } from 'node:fs';
import { build, ensureInstalled, ensureToolsInstalled } from '../../scripts/install.mjs';
import { readOptions } from '../common/options.mjs';
import { requirePaths } from '../common/paths.mjs';
import { median } from '../common/statistics.mjs';
import { printTable, wholeNumber } from '../common/table.mjs';
import { machine } from '../common/versions.mjs';
import { withDirectory } from '../common/with-directory.mjs';

const { values } = readOptions({
  numbers: { seconds: 20, times: 1 },
  options: { flags: { type: 'string', default: '' }, json: { type: 'string' } },
  names: [],
});
const { seconds = 600, times = 2, flags, json } = values;
requirePaths(['tokenizer', 'minilm', 'titles', 'postings']);
ensureInstalled();
ensureToolsInstalled('benchmarks');
build('build');
const { workloads, writeServed } = await import('./prepare.mjs');
const { loopDelay, startAttune } = await import('./sides.mjs');
const { loadFor, percentiles } = await import('./load.mjs');
const { sendAtRate } = await import('./open-loop.mjs');

const [titles, postings] = [await workloads.titles.texts(), await workloads.postings.texts()];
let asked = 0;
const nextText = () => {
  const i = asked++;
  return i % 10 === 9 ? postings[i % postings.length] : titles[i % titles.length];
};

const measured = await withDirectory(async (directory) => {
  const service = await startAttune(await writeServed(directory), flags.split(' ').filter(Boolean));
  const target = { url: service.url, path: '/v1/models/minilm/predict' };
  await loadFor(5, { ...target, connections: 64, nextText });
  const { perSecond } = await loadFor(10, { ...target, connections: 64, nextText });
  console.log(`${wholeNumber(perSecond)} requests/s by 64 connections; now ${times} times as many for ${seconds} s`);
  await loopDelay(service);
  const memory = watchMemory(service.pid);
  const nextBody = () => JSON.stringify({ text: nextText() });
  const found = await sendAtRate(seconds, { ...target, perSecond: times * perSecond, nextBody });
  const [samples, loop] = [memory.end(), await loopDelay(service)];
  const after = await loadFor(5, { ...target, connections: 64, nextText });
  const code = await service.close();
  const { latencies, ...counts } = found;
  return {
    perSecond,
    ...counts,
    ...percentiles(latencies),
    loop,
    samples,
    drift: drift(samples),
    after: after.perSecond,
    code,
  };
});

const { statuses, failures, p50, p95, p99, loop, samples, drift: drifted, sent, unsent, after, code } = measured;
printTable(
  [
    'sent',
    'unsent',
    'answers',
    'failures',
    'p50 ms',
    'p95 ms',
    'p99 ms',
    'loop p99 ms',
    'memory by tenths, MB',
    'drift',
    'after, requests/s',
  ],
  [
    [
      ...[sent, unsent].map(wholeNumber),
      Object.entries(statuses)
        .map(([status, count]) => `${status}: ${wholeNumber(count)}`)
        .join(', '),
      JSON.stringify(failures),
      ...[p50, p95, p99, loop].map(wholeNumber),
      tenths(samples)
        .map((bytes) => wholeNumber(bytes / 1e6))
        .join(' '),
      `${(100 * drifted).toFixed(1)} %`,
      wholeNumber(after),
    ],
  ],
);
console.log(`${machine().cpu}, ${machine().cores} cores; at SIGTERM it ended with code ${code}`);
if (json)
  writeFileSync(json, `${JSON.stringify({ machine: machine(), seconds, times, flags, ...measured }, null, 2)}\n`);
const isHeld = Object.keys(statuses).every((status) => ['200', '429', '503'].includes(status));
if (!isHeld || Object.keys(failures).length > 0 || Math.abs(drifted) > 0.05 || code !== 143) process.exitCode = 1;

/** Resident bytes of a process and its children, each second. */
function watchMemory(pid) {
  const found = [];
  const timer = setInterval(() => found.push(resident(pid)), 1000);
  return {
    end() {
      clearInterval(timer);
      return found;
    },
  };
}

function resident(pid) {
  const own = 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return children.reduce((sum, child) => sum + resident(child), own);
}

/** Median memory in each tenth of the time. */
function tenths(bytes) {
  return Array.from({ length: 10 }, (_, i) =>
    median(bytes.slice((bytes.length * i) / 10, (bytes.length * (i + 1)) / 10)),
  );
}

/** From the second tenth to the last, as a share. */
function drift(bytes) {
  const each = tenths(bytes);
  return each[9] / each[1] - 1;
}
