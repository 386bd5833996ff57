import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

/**
 * The scores of `npm run demo` with its seed (x64, two threads), and their tolerance. Bits differ by processor and number of threads;
 * where one of the 1,734 test texts falls the other way, accuracy differs by .0006.
 */
const expected = {
  accuracy: { value: 0.9175, tolerance: 0.0015 },
  macroF1: { value: 0.8277, tolerance: 0.005 },
};

const summary = process.argv[2] ?? join(root, 'runs', 'demo', 'summary.json');
if (!existsSync(summary))
  fail(`${summary}: expected the summary of a finished demo, found none; run npm run demo first`);
const results = JSON.parse(readFileSync(summary, 'utf8'));
const wrong = Object.entries(expected).filter(
  ([name, { value, tolerance }]) => !(Math.abs(results[name] - value) <= tolerance),
);
if (wrong.length > 0)
  fail(
    wrong
      .map(
        ([name, { value, tolerance }]) => `${summary}: ${name} expected ${value} ± ${tolerance}, got ${results[name]}`,
      )
      .join('\n'),
  );
const figures = Object.keys(expected).map((name) => `${name} ${results[name].toFixed(4)}`);
console.log(`demo: ${figures.join(', ')}, as expected`);

function fail(message) {
  console.error(message);
  process.exit(1);
}
