// What the example `skills` needs besides its plan, appended to docs/results/skills.jsonl; what is there already is not run again:
//
//   npx turbo run build && node scripts/results.mjs docs/results/skills.plan.json && node docs/results/skills.mjs [original|seen]
//
// original: the original recipe, string-matched labels in 500 postings, split by chunk and by posting, at its learning rate and at ours.
// seen:     F1 of SkillSpan's test sentences that are in its training part too, and of the others, for each trained run.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/install.mjs';
import { filled, keptResults, linesOf, runNode, shared } from '../../scripts/kept-results.mjs';

const runs = join(root, '.cache', 'results', 'skills');
const results = keptResults(join(root, 'docs', 'results', 'skills.jsonl'));
const wanted = process.argv.slice(2);
const isWanted = (what) => wanted.length === 0 || wanted.includes(what);

if (isWanted('original'))
  for (const rate of ['2e-5', '3e-4'])
    for (const by of ['chunk', 'posting'])
      for (const seed of [1, 2, 3]) original(`original-${rate}-${by}`, { rate, by, seed });

if (isWanted('seen'))
  for (const [name, label] of [
    ['skillspan-skill', '1'],
    ['skillspan-knowledge', '2'],
  ])
    for (const seed of [1, 2, 3]) seen(name, { label, seed });

function original(run, { rate, by, seed }) {
  const recipe = ['--recipe', 'original', '--split-by', by, '--learning-rate', rate];
  const data = [
    '--data',
    '{shared}/data/mlm/postings.jsonl',
    '--limit',
    '500',
    '--model',
    '{shared}/weights/minilm-l6',
  ];
  const command = ['examples/skills/dist/main.js', ...recipe, ...data];
  keep(run, seed, command, () => {
    const out = join(runs, `${run}-${seed}`);
    runNode([...filled(command, { shared }), '--seed', String(seed), '--out', out, '--overwrite']);
    const summary = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'));
    const epochs = linesOf(join(out, 'metrics.jsonl')).filter(({ type }) => type === 'eval');
    return { epochs, summary };
  });
}

function seen(name, { label, seed }) {
  const data = '{shared}/data/skills/skillspan';
  const own = ['--data', `${data}/test.conll`, '--seen-in', `${data}/train.conll`, '--label', label, '--json'];
  const model = join(runs, `${name}-${seed}`);
  if (!existsSync(join(model, 'summary.json'))) return;
  keep(`${name}-seen`, seed, ['attune', 'eval', name, ...own], () => {
    const evaluation = JSON.parse(
      runNode(['packages/cli/dist/bin.js', 'eval', model, ...filled(own, { shared })], 'pipe'),
    );
    return { seen: evaluation.seen, unseen: evaluation.unseen };
  });
}

function keep(run, seed, command, figures) {
  if (results.isKept(run, seed)) return;
  console.error(`${run}, seed ${seed}`);
  const line = { run, seed, command: command.join(' '), ...figures() };
  results.keep(line);
  console.log(JSON.stringify(line));
}
