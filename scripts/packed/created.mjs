// The projects that the packed `create-attune` writes: installed from the tarballs, trained for a few steps, asked for predictions.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../install.mjs';

const sentences = Array.from({ length: 40 }, (_, i) =>
  i % 2 ? `We O\nneed O\nJava B-SKILL\n${i} O\n` : `Welding B-SKILL\nis O\n${i} O\n`,
);

/** Each task, its data, and what its predictions look like. The first project is installed; the others use its packages. */
const tasks = [
  {
    task: 'sequence-classification',
    data: 'jobs/phrases.csv',
    columns: ['--text', 'phrase', '--label', 'kind'],
    text: 'first aid for children',
    expected: /^(SKILL|KNOWLEDGE)\t0\.\d+\tfirst aid for children$/m,
  },
  {
    task: 'token-classification',
    data: 'words.conll',
    columns: [],
    text: 'We need Java',
    expected: /^We need Java(\n {2}SKILL\t0\.\d+\t.+)*$/m,
  },
  {
    task: 'masked-lm',
    data: 'jobs/phrases.csv',
    columns: ['--text', 'phrase'],
    training: ['--chunk-length', '32'],
    text: 'first [MASK] for children',
    expected: /^first \[MASK\] for children\t([^,]*, ){4}/m,
  },
  {
    task: 'causal-lm',
    data: 'jobs/phrases.csv',
    columns: ['--prompt-template', 'Kind of {phrase}:', '--completion', ' {kind}'],
    text: 'first aid for children',
    expected: /^Kind of first aid for children:/m,
  },
];

/** Creates a project per task beside the tutorial's project, with the program that is installed there. */
export function checkCreated(place) {
  writeFileSync(join(place, 'words.conll'), sentences.join('\n'));
  const installed = join(place, tasks[0].task);
  for (const { task, data, columns, training = [], text, expected } of tasks) {
    const project = join(place, task);
    const flags = ['--task', task, '--data', data, ...columns, '--packages', 'attune/tarballs'];
    run(process.execPath, ['jobs/node_modules/create-attune/bin/create-attune.js', task, ...flags], {
      cwd: place,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const files = readdirSync(project).sort().join(' ');
    if (files !== 'attune.config.yaml package.json predict.js') fail(`${task}: expected three files, got ${files}`);
    if (project === installed) npm(project, ['install', '--ignore-scripts', '--no-audit', '--no-fund']);
    else symlinkSync(join(installed, 'node_modules'), join(project, 'node_modules'));
    npm(project, ['run', 'train', '--', '--max-steps', '5', ...training]);
    const said = npm(project, ['run', 'predict', '--', text]);
    if (!expected.test(said)) fail(`${task}: expected a prediction like ${expected}, got\n${said}`);
  }
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  console.log(
    `created: projects of ${tasks.length} tasks install ${Object.keys(dependencies).length} tarballs, train and predict`,
  );
}

function npm(cwd, args) {
  const options = { cwd, encoding: 'utf8', shell: process.platform === 'win32' };
  const { status, stdout, stderr, error } = spawnSync('npm', args, options);
  if (error || status !== 0) fail(`npm ${args.join(' ')} in ${cwd}\n${error ?? stdout + stderr}`);
  return stdout;
}

function fail(message) {
  console.error(`created: ${message}`);
  process.exit(1);
}
