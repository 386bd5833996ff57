// Does in a fresh clone of the last commit what README.md says: one `npm run demo`, and nothing installed after it; then `npm pack`,
// and every `npx attune …`, with small stand-ins for the reader's files and models.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from './install.mjs';

const place = mkdtempSync(join(tmpdir(), 'attune-fresh-'));
const clone = join(place, 'attune');
// No hub is asked: where a command needs one it has to say so.
const env = { ...process.env, HF_ENDPOINT: 'http://127.0.0.1:9', HF_TOKEN: 'hf_none', HF_HUB_OFFLINE: '' };
const makeFiles = `
import { writeFileSync } from 'node:fs';
import { csvText, generatePostings } from '@attune/data';
const postings = generatePostings({ count: 160, seed: 1 });
const rows = postings.map(({ title, text, sector, skills }) => {
  return { title, description: text.slice(0, 200), sector: sector < '50' ? 'goods' : 'services', skills: skills.map(({ text }) => text).join(', ') };
});
writeFileSync('jobs.csv', csvText(rows.slice(0, 120)));
writeFileSync('held-out.csv', csvText(rows.slice(120, 140)));
writeFileSync('new.csv', csvText(rows.slice(140).map(({ title, description }) => ({ title, description }))));
writeFileSync('postings.jsonl', rows.map(({ description: text }) => JSON.stringify({ text }) + '\\n').join(''));
const tagged = postings.slice(0, 60).map(({ text, skills }) =>
  [...text.slice(0, 300).matchAll(/\\S+/g)].map(({ 0: word, index }) => {
    const skill = skills.find(({ start, end }) => start <= index && index < end);
    return word + ' ' + (skill ? (skill.start === index ? 'B-' : 'I-') + skill.type : 'O') + '\\n';
  }).join(''));
writeFileSync('skills.conll', tagged.join('\\n'));
`;

try {
  run('git', ['clone', '--quiet', '--depth', '1', `file://${root}`, clone]);
  run('npm', ['run', 'demo', '--loglevel=error'], { cwd: clone });
  run(process.execPath, ['scripts/check-demo.mjs'], { cwd: clone });
  checkPack();
  writeStandIns();
  const commands = readmeCommands();
  for (const command of commands) follow(command);
  console.log(`fresh clone: demo, npm pack and ${commands.length} commands of README.md work after one install`);
} finally {
  rmSync(place, { recursive: true, force: true });
}

/** Plain `npm pack` in a package's folder carries its declarations. */
function checkPack() {
  for (const folder of ['tokenizer', 'train', 'cli']) {
    const report = JSON.parse(shell('npm pack --dry-run --json', { cwd: join(clone, 'packages', folder) }).stdout);
    const { files } = Array.isArray(report) ? report[0] : Object.values(report)[0];
    if (!files.some(({ path }) => path === 'dist/index.d.ts'))
      fail(`npm pack in packages/${folder} has no dist/index.d.ts`);
  }
}

/** The commands of README's blocks that start with `npx attune`, without comments, a continued line as one. */
function readmeCommands() {
  const blocks = [...readFileSync(join(clone, 'README.md'), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)];
  const lines = blocks.flatMap(([, block]) => block.replaceAll(/ *\\\n */g, ' ').split('\n'));
  const commands = lines.map((line) => line.replace(/\s+#\s.*$/, '')).filter((line) => line.startsWith('npx attune'));
  if (commands.length < 10) fail(`README.md: expected its commands, found ${commands.length}`);
  return commands;
}

function follow(command) {
  const { status, stderr } = shell(command);
  if (command.startsWith('npx attune push')) {
    if (status !== 1 || !/^attune: .*127\.0\.0\.1:9/m.test(stderr))
      fail(`${command}\nexpected to miss the hub, got\n${stderr}`);
  } else if (status !== 0) fail(`${command}\n${stderr}`);
  console.log(`fresh clone: ${command}`);
}

function shell(command, { cwd = clone } = {}) {
  const result = spawnSync('bash', ['-euo', 'pipefail', '-c', command], { cwd, env, encoding: 'utf8' });
  if (result.error) throw result.error;
  return result;
}

/** The files and models that README's commands name, small. */
function writeStandIns() {
  const write = (name, value) =>
    writeFileSync(join(clone, name), typeof value === 'string' ? value : JSON.stringify(value));
  write('stand-ins.mjs', makeFiles);
  run(process.execPath, ['stand-ins.mjs'], { cwd: clone });
  write('bert.json', {
    ...{ model_type: 'bert', hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 64 },
    ...{ vocab_size: 500, max_position_embeddings: 128 },
  });
  write('llama.json', {
    ...{ model_type: 'llama', hidden_size: 32, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 64 },
    ...{ vocab_size: 500, max_position_embeddings: 128 },
  });
  write('space.json', { learningRate: [1e-3, 1e-4] });
  write(
    'attune.config.yaml',
    'task: sequence-classification\ndata: jobs.csv\ntext: description\nlabel: sector\nmodel: path/to/bert\nepochs: 1\nout: runs/configured\n',
  );
  const once = '--max-steps 2 --batch-size 2 --max-length 64';
  makeModel(
    'bert',
    `--task masked-lm --data postings.jsonl --text text --chunk-length 32 ${once.replace(/ --max-length.*/, '')}`,
  );
  makeModel('llama', `--task causal-lm --data jobs.csv --text description ${once}`);
}

/** A model of no use at the path that README names. */
function makeModel(family, options) {
  const { status, stderr } = shell(
    `npx attune train ${options} --model new --model-config ${family}.json --out runs/new-${family}`,
  );
  if (status !== 0) fail(`a new ${family} to stand for the reader's: ${stderr}`);
  mkdirSync(join(clone, 'path', 'to'), { recursive: true });
  cpSync(join(clone, 'runs', `new-${family}`, 'model'), join(clone, 'path', 'to', family), { recursive: true });
}

function fail(message) {
  console.error(`fresh clone: ${message}`);
  process.exit(1);
}
