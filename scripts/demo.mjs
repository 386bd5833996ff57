import { build, ensureInstalled, run } from './install.mjs';

const seconds = { install: timed(ensureInstalled), build: timed(() => build('build')) };
seconds.train = timed(() =>
  run(process.execPath, ['examples/sectors/dist/main.js', '--out', 'runs/demo', '--overwrite']),
);
const parts = Object.entries(seconds).map(([name, value]) => `${name} ${value.toFixed(1)} s`);
console.log(`\n${parts.join(', ')}`);

function timed(work) {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}
