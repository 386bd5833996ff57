// Runs what government.runs.json lists of examples/government, and prints the README's rows: mean and deviation over seeds.
//
//   npx turbo run build --filter ./examples/government && node docs/results/government.mjs [run …]
//
// Figures are appended to government.jsonl, one line a run and seed; what is there already is not run again.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/install.mjs';
import { filled, keptResults, runNode, shared, spreadOf } from '../../scripts/kept-results.mjs';

const plan = JSON.parse(readFileSync(join(root, 'docs/results/government.runs.json'), 'utf8'));
const results = keptResults(join(root, 'docs/results/government.jsonl'));
const wanted = process.argv.slice(2);
const chosen = plan.filter(({ run }) => wanted.length === 0 || wanted.includes(run));
for (const { run, seeds, command } of chosen)
  for (const seed of seeds) if (!results.isKept(run, seed)) keep(run, seed, command);
for (const { run } of chosen) printRows(run, results.of(run));

function keep(run, seed, command) {
  console.error(`${run}, seed ${seed}`);
  const out = join(root, '.cache/results/government', `${run}-${seed}`);
  const args = ['examples/government/dist/main.js', ...command, '--seed', String(seed)];
  runNode([...filled(args, { shared }), '--out', out, '--overwrite']);
  const { records, figures, ahead, mean } = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'));
  const choices = Object.fromEntries(Object.entries(mean).filter(([name]) => !name.includes('.')));
  results.keep({ run, seed, command: ['node', ...args].join(' '), records, figures, ahead, meanOverFolds: choices });
}

function printRows(run, lines) {
  if (lines.length === 0) return;
  const spread = (of) => {
    const { mean, deviation } = spreadOf(lines.map(of));
    return `${mean.toFixed(3)} ± ${deviation.toFixed(3)}`;
  };
  const shown = ['accuracy', 'macroF1', 'f1', 'averagePrecision'];
  console.log(`\n${run}, ${lines.length} seeds, ${lines[0].records} records: ${shown.join(', ')}`);
  for (const model of Object.keys(lines[0].figures))
    console.log(`| ${model} | ${shown.map((name) => spread((line) => line.figures[model][name])).join(' | ')} |`);
  for (const { seed, ahead } of lines)
    console.log(
      `  seed ${seed}: transformer less TF-IDF ${ahead.difference.toFixed(3)}, ${ahead.low.toFixed(3)} to ${ahead.high.toFixed(3)}`,
    );
}
