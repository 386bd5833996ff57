// Runs what adapt.runs.json or remote.runs.json lists of the example of that name, the adaptation first:
//
//   npx turbo run build --filter ./examples/adapt --filter ./examples/remote
//   node packages/cli/dist/bin.js setup tfjs-node        # the engine of minilm-brief, whose encoder the remote runs begin with
//   node docs/results/adapt-remote.mjs adapt minilm-brief
//   node docs/results/adapt-remote.mjs remote [run …]
//
// Figures are appended to adapt.jsonl and remote.jsonl, one line a run and seed; what is there already is not run again. The README's
// rows, mean and deviation over seeds, are printed at the end. Models stay in .cache/results.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/install.mjs';
import { filled, keptResults, runNode, shared, spreadOf } from '../../scripts/kept-results.mjs';

const [example, ...wanted] = process.argv.slice(2);
if (!['adapt', 'remote'].includes(example)) {
  console.error('usage: node docs/results/adapt-remote.mjs adapt|remote [run …]');
  process.exit(2);
}
const places = { shared, results: join(root, '.cache', 'results') };
const kept = keptResults(join(root, 'docs', 'results', `${example}.jsonl`));
const plan = JSON.parse(readFileSync(join(root, 'docs', 'results', `${example}.runs.json`), 'utf8'));
const chosen = plan.filter(({ run }) => wanted.length === 0 || wanted.includes(run));
for (const { run, seeds, command } of chosen)
  for (const seed of seeds) if (!kept.isKept(run, seed)) keep(run, seed, command);
for (const { run } of chosen) printRows(run, kept.of(run));

function keep(run, seed, command) {
  console.error(`${run}, seed ${seed}`);
  const out = join(places.results, example, `${run}-${seed}`);
  const program = `examples/${example}/dist/main.js`;
  runNode([program, ...filled(command, places), '--seed', String(seed), '--out', out, '--overwrite']);
  const figures = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'));
  kept.keep({ run, seed, command: ['node', program, ...command].join(' '), ...figures });
}

/** Rows of a README's table. */
function printRows(run, lines) {
  if (lines.length === 0) return;
  const row = (name, of) => console.log(`| ${run} | ${name} | ${spread(lines.map(of))} |`);
  if (example === 'adapt') {
    if (lines[0].newHead) row('new head: perplexity', ({ newHead }) => newHead.perplexity);
    row('before: perplexity', ({ before }) => before.perplexity);
    row('after: perplexity', ({ after }) => after.perplexity);
    row('ratio', ({ ratio }) => ratio);
    if (lines[0].headShare) row("the head's share", ({ headShare }) => headShare);
    row('learning rate reached, in 1e-6', ({ learningRate }) => 1e6 * learningRate.reached);
    return;
  }
  for (const encoder of ['unadapted', 'adapted'])
    for (const decision of ['untuned', 'tuned'])
      row(`${encoder}, ${decision}: macro-F1`, (line) => line[encoder][decision].macroF1);
  row('TF-IDF: macro-F1', ({ baseline }) => baseline.macroF1);
  row('adapted − unadapted, tuned', ({ gain }) => gain.difference);
}

function spread(values) {
  const { mean, deviation } = spreadOf(values);
  return `${mean.toFixed(3)}${values.length < 2 ? '' : ` ± ${deviation.toFixed(3)}`}`;
}
