// Runs what government.runs.json lists of examples/government, and prints the README's rows: mean and deviation over seeds.
//
//   npx turbo run build --filter ./examples/government && node docs/results/government.mjs [run …]
//
// Figures are appended to government.jsonl, one line a run and seed; what is there already is not run again.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const plan = JSON.parse(readFileSync(join(root, 'docs/results/government.runs.json'), 'utf8'));
const results = join(root, 'docs/results/government.jsonl');
const wanted = process.argv.slice(2);
const chosen = plan.filter(({ run }) => wanted.length === 0 || wanted.includes(run));
for (const { run, seeds, command } of chosen)
  for (const seed of seeds) if (!linesOf(run).some((line) => line.seed === seed)) keep(run, seed, command);
for (const { run } of chosen) printRows(run, linesOf(run));

function linesOf(run) {
  if (!existsSync(results)) return [];
  const lines = readFileSync(results, 'utf8')
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return lines.filter((line) => line.run === run);
}

function keep(run, seed, command) {
  console.error(`${run}, seed ${seed}`);
  const out = join(root, '.cache/results/government', `${run}-${seed}`);
  const args = ['examples/government/dist/main.js', ...command, '--seed', String(seed)];
  const filled = args.map((part) => part.replace('{shared}', join(root, '../shared')));
  const { status } = spawnSync(process.execPath, [...filled, '--out', out, '--overwrite'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) process.exit(status ?? 1);
  const { records, figures, ahead, mean } = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'));
  const choices = Object.fromEntries(Object.entries(mean).filter(([name]) => !name.includes('.')));
  appendFileSync(
    results,
    `${JSON.stringify({ run, seed, command: ['node', ...args].join(' '), records, figures, ahead, meanOverFolds: choices })}\n`,
  );
}

function printRows(run, lines) {
  if (lines.length === 0) return;
  const spread = (of) => {
    const values = lines.map(of);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const deviation = Math.sqrt(
      values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1),
    );
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
