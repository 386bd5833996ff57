// What the example `skills` needs besides its plan, appended to docs/results/skills.jsonl; what is there already is not run again:
//
//   npx turbo run build && node scripts/results.mjs docs/results/skills.plan.json && node docs/results/skills.mjs [original|seen]
//
// original: the original recipe, string-matched labels in 500 postings, split by chunk and by posting, at its learning rate and at ours.
// seen:     F1 of SkillSpan's test sentences that are in its training part too, and of the others, for each trained run.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const shared = join(root, '..', 'shared');
const runs = join(root, '.cache', 'results', 'skills');
const results = join(root, 'docs', 'results', 'skills.jsonl');
const wanted = process.argv.slice(2);
const isWanted = (what) => wanted.length === 0 || wanted.includes(what);

if (isWanted('original'))
  for (const [name, rate, seeds] of [
    ['original-2e-5', '2e-5', [1]],
    ['original-3e-4', '3e-4', [1, 2, 3]],
  ])
    for (const by of ['chunk', 'posting']) for (const seed of seeds) original(`${name}-${by}`, { rate, by, seed });

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
    node([...filled(command), '--seed', String(seed), '--out', out, '--overwrite'], 'ignore');
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
    const evaluation = JSON.parse(node(['packages/cli/dist/bin.js', 'eval', model, ...filled(own)], 'pipe'));
    return { seen: evaluation.seen, unseen: evaluation.unseen };
  });
}

function keep(run, seed, command, figures) {
  if (linesOf(results).some((line) => line.run === run && line.seed === seed)) return;
  console.error(`${run}, seed ${seed}`);
  const line = JSON.stringify({ run, seed, command: command.join(' '), ...figures() });
  appendFileSync(results, `${line}\n`);
  console.log(line);
}

function node(args, stdout) {
  const { status, stdout: printed } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', stdout, 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) process.exit(status ?? 1);
  return printed;
}

function filled(command) {
  return command.map((part) => part.replace('{shared}', shared));
}

function linesOf(path) {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
