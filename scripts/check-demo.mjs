import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

/**
 * What `npm run demo` comes to with its seed (x64, two threads). Bits can differ by processor and number of threads: where one of the
 * 1,734 test texts falls the other way, accuracy differs by .0006.
 */
const expected = { accuracy: '0.9175', macroF1: '0.8277' };

const summary = process.argv[2] ?? join(root, 'runs', 'demo', 'summary.json');
if (!existsSync(summary))
  fail(`${summary}: expected the summary of a finished demo, found none; run npm run demo first`);
const results = JSON.parse(readFileSync(summary, 'utf8'));
const wrong = Object.entries(expected).filter(([name, value]) => results[name]?.toFixed(4) !== value);
if (wrong.length > 0)
  fail(wrong.map(([name, value]) => `${summary}: ${name} expected ${value}, got ${results[name]}`).join('\n'));
console.log(
  `demo: ${Object.entries(expected)
    .map((figure) => figure.join(' '))
    .join(', ')}, as expected`,
);

function fail(message) {
  console.error(message);
  process.exit(1);
}
