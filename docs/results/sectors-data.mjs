// Writes the files that docs/results/sectors.plan.json trains on which no folder of data has:
//
//   node docs/results/sectors-data.mjs && node scripts/results.mjs docs/results/sectors.plan.json
//
// naics.csv: the Census Bureau's index with its sectors, and which entries are near copies of one another.
// postings-others.csv and postings-test.csv: 5,000 generated postings, one label of twenty wrong,
// four fifths and one as in examples/sectors. It needs a build: npm run build.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  column,
  equalTextGroups,
  generatePostings,
  naicsSector,
  nearDuplicateGroups,
  split,
} from '../../packages/data/dist/index.js';
import { readTable } from '../../packages/data/dist/node/index.js';

const root = new URL('../../', import.meta.url);
const out = new URL('.cache/results/sectors/data/', root);
mkdirSync(out, { recursive: true });

const index = await readTable(fileURLToPath(new URL('examples/sectors/data/naics-2012-index.tsv', root)));
const [activities, codes] = [column(index, 'activity'), column(index, 'naics_code')];
const groups = nearDuplicateGroups(activities, { within: codes, jaccard: 0.6 });
write(
  'naics.csv',
  activities.map((activity, i) => ({ activity, sector: naicsSector(codes[i]), group: groups[i] })),
);

const postings = generatePostings({ count: 5000, seed: 42, labelNoise: 0.05 });
const labels = postings.map(({ sector }) => sector);
const texts = postings.map(({ text }) => text);
const { parts } = split({ labels, groups: equalTextGroups(texts), fractions: [0.8, 0.2], seed: 42 });
const [others, test] = parts.map((rows) => Array.from(rows, (i) => ({ text: texts[i], sector: labels[i] })));
write('postings-others.csv', others);
write('postings-test.csv', test);

function write(name, rows) {
  const cells = [Object.keys(rows[0]), ...rows.map(Object.values)];
  const quoted = (value) => `"${String(value).replaceAll('"', '""')}"`;
  writeFileSync(new URL(name, out), `${cells.map((row) => row.map(quoted).join(',')).join('\n')}\n`);
  console.log(`${fileURLToPath(new URL(name, out))}: ${rows.length} rows`);
}
