// Runs a plan of training runs and keeps the figures of each:
//
//   node scripts/results.mjs docs/results/sectors.plan.json [run | run-seed …]
//
// A plan is a list of { run, seeds, command }: arguments of `attune train`, in which {shared} is the folder of data and
// weights beside the repository, {seed} the seed, and {runs} where runs are written. Its figures are appended to
// docs/results/sectors.jsonl, one line a run and seed; what is there already is not run again. The models stay in .cache/results.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './install.mjs';
import { filled, keptResults, linesOf, runNode, shared } from './kept-results.mjs';

const program = join(root, 'packages', 'cli', 'dist', 'bin.js');
const [planPath, ...wanted] = process.argv.slice(2);
if (!planPath) {
  console.error('usage: node scripts/results.mjs docs/results/NAME.plan.json [run | run-seed …]');
  process.exit(2);
}
const name = basename(planPath, '.plan.json');
const results = keptResults(planPath.replace(/\.plan\.json$/, '.jsonl'));
const runs = join(root, '.cache', 'results', name);
mkdirSync(runs, { recursive: true });

for (const { run, seeds, command } of JSON.parse(readFileSync(planPath, 'utf8'))) {
  for (const seed of seeds) if (isWanted(run, seed) && !results.isKept(run, seed)) keep(run, seed, command);
}

function isWanted(run, seed) {
  return wanted.length === 0 || wanted.includes(run) || wanted.includes(`${run}-${seed}`);
}

function keep(run, seed, command) {
  const out = join(runs, `${run}-${seed}`);
  const places = { shared, seed: String(seed), runs };
  const again = existsSync(join(out, 'checkpoints')) && !existsSync(join(out, 'summary.json'));
  const args = again
    ? ['train', '--resume', '--out', out]
    : [...filled(command, places), '--seed', String(seed), '--out', out, '--overwrite'];
  console.error(`${run}, seed ${seed}`);
  if (existsSync(join(out, 'summary.json'))) console.error('  was trained before');
  else runNode([program, ...args]);
  const figures = { run, seed, command: ['attune', ...command].join(' '), ...figuresOf(out) };
  const text = JSON.stringify(figures).replaceAll(runs, '{runs}').replaceAll(shared, '{shared}'); // not where this machine has them
  results.keep(JSON.parse(text));
  console.log(text);
}

/** The best evaluation on the validation part, and what the summary says of the part that results are reported on. */
function figuresOf(out) {
  const summary = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'));
  const best = linesOf(join(out, 'metrics.jsonl')).find(
    ({ type, step }) => type === 'eval' && step === summary.bestStep,
  );
  const { type: _, time: __, ...validation } = best ?? {};
  return { validation, summary };
}
