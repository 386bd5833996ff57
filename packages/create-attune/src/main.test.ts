import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import schema from '../../cli/config.schema.json' with { type: 'json' };
import manifest from '../package.json' with { type: 'json' };
import { create, fileIn, filesIn, jobs, skills, temporaryDirectory } from '../test/create';

const configIn = (folder: string) => parse(readFileSync(join(folder, 'attune.config.yaml'), 'utf8'));

it('writes a project of three files from flags', async () => {
  const directory = temporaryDirectory();
  const app = join(directory, 'My App');
  const data = fileIn(directory, 'jobs.csv', jobs);
  const flags = ['--task', 'sequence-classification', '--text', 'description', '--label', 'sector'];
  const { code, stderr, stdout } = await create([app, '--data', data, ...flags]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(Object.keys(filesIn(app))).toEqual(['attune.config.yaml', 'package.json', 'predict.js']);
  expect(configIn(app)).toEqual({
    task: 'sequence-classification',
    data: '../jobs.csv',
    text: 'description',
    label: 'sector',
    model: 'new',
    out: 'runs/model',
    epochs: 4,
    learningRate: 0.001,
  });
  expect(JSON.parse(filesIn(app)['package.json'])).toEqual({
    name: 'my-app',
    private: true,
    type: 'module',
    engines: { node: '>=20.19' },
    scripts: { train: 'attune train --config attune.config.yaml', predict: 'node predict.js' },
    dependencies: { '@attune/train': manifest.version, attune: manifest.version },
  });
  expect(stdout).toContain('task sequence-classification, text description, label sector, model new\n');
  expect(stdout).toContain(`
Next:
  cd "${app}"
  npm install --ignore-scripts
  npm run train
  npm run predict -- "Write code for server 0"
`);
});

it('guesses task and columns from the file, and says so', async () => {
  const directory = temporaryDirectory();
  const app = join(directory, 'app');
  const { code, stdout } = await create([app, '--data', fileIn(directory, 'jobs.csv', jobs), '--yes']);
  expect(code).toBe(0);
  expect(stdout).toContain('columns id, description, sector\n');
  expect(stdout).toContain(
    'task sequence-classification (guessed), text description (guessed), label sector (guessed), model new\n',
  );
});

const layers = 'We\tO\tO\nneed\tO\tB\nJava\tB\tO\n';

it.each<[string, readonly string[], string, Readonly<Record<string, string>>]>([
  [layers, [], 'words: column 0, tags: column 2 of 3 (guessed)', { label: '2' }],
  [layers, ['--label', '1'], 'words: column 0, tags: column 1 of 3', { label: '1' }],
  [layers, ['--label=-2', '--text=-3'], 'words: column 0, tags: column 1 of 3', { text: '-3', label: '-2' }],
  [skills, [], 'words: column 0, tags: column 1 of 2', {}],
])('prints the columns that it uses of CoNLL: %j with %j', async (text, flags, line, expected) => {
  const directory = temporaryDirectory();
  const data = fileIn(directory, 'train.conll', text);
  const app = join(directory, 'app');
  const { code, stdout } = await create([app, '--data', data, ...flags]);
  expect(code).toBe(0);
  expect(stdout).toContain(`${line}\ntask token-classification (guessed)`);
  expect(stdout.includes(`${data}: columns 0: We, need, Java; 1: O, B; 2: O, B\n`)).toBe(text === layers);
  const { task: _, data: __, model: ___, out: ____, epochs: _____, learningRate: ______, ...columns } = configIn(app);
  expect(columns).toEqual(expected);
});

it('counts the words of CoNLL-U from its second column, and columns with empty values', async () => {
  const directory = temporaryDirectory();
  const words = ['1\tWe\twe\tPRON', '2\tneed\tneed\tVERB', '3\tJava\t\tNOUN'];
  const { stdout } = await create([
    ...[join(directory, 'app'), '--data', fileIn(directory, 'train.conllu', `${words.join('\n')}\n`)],
  ]);
  expect(stdout).toContain('words: column 1, tags: column 3 of 4 (guessed)\n');
});

it('asks for the column of tags where there are several', async () => {
  const directory = temporaryDirectory();
  const app = join(directory, 'app');
  const argv = [app, '--data', fileIn(directory, 'train.conll', layers)];
  const { stdout, left } = await create(argv, ['', '7', '1', '']);
  expect(left).toEqual([]);
  expect(stdout).toContain('number of the column of tags (2): ');
  expect(stdout).toContain('line 1: expected a column 7 (--label), got 3 columns');
  expect(stdout).toContain('words: column 0, tags: column 1 of 3\n');
  expect(configIn(app)).toMatchObject({ task: 'token-classification', label: '1' });
});

it('prints the entities of a text with their offsets, or that there are none', async () => {
  const directory = temporaryDirectory();
  const app = join(directory, 'app');
  await create([app, '--data', fileIn(directory, 'train.conll', skills)]);
  const lines: string[] = [];
  const entities = [[{ label: 'SKILL', start: 8, end: 12, score: 0.5 }], []];
  const tagger = { tag: () => entities, close: () => {} };
  const source = filesIn(app)['predict.js'].replace(/^import .*$/m, '');
  const run = new Function('loadTagger', 'process', 'console', `return (async () => {${source}})()`);
  const argv = ['node', 'predict.js', 'We need Java', 'We rest'];
  await run(() => tagger, { argv }, { log: (line: string) => lines.push(line) });
  expect(lines).toEqual(['We need Java', '  SKILL\t0.500\t8-12\tJava', 'We rest', '  no entities']);
});

const prompts = '{"prompt": "Skills of a welder", "completion": "welding"}\n';
const spans = '{"id": 1, "text": "We need Java", "label": [[8, 12, "SKILL"]]}\n';
const lists = '{"tokens": ["We", "need", "Java"], "tags": ["O", "O", "B-SKILL"]}\n';

it('finds labels and texts in lines of fastText', async () => {
  const directory = temporaryDirectory();
  const app = join(directory, 'app');
  const lines = '__label__farm Milks the cows\n__label__code Writes Java\n';
  await create([app, '--data', fileIn(directory, 'train.txt', lines)]);
  expect(configIn(app)).toMatchObject({ task: 'sequence-classification', text: 'text', label: 'label' });
});

it.each([
  ['train.conll', skills, {}, [], 'We need Java'],
  ['train.txt', skills, { format: 'conll' }, ['--task', 'token-classification'], 'We need Java'],
  ['train.jsonl', lists, { text: 'tokens', label: 'tags' }, [], 'We need Java'],
  ['doccano.jsonl', spans, { text: 'text', label: 'label' }, [], 'We need Java'],
  ['train.conll', skills, { text: '0', label: '-1' }, ['--text', '0', '--label=-1'], 'We need Java'],
])('finds the words of %s', async (name, text, expected, flags, example) => {
  const directory = temporaryDirectory();
  const app = join(directory, 'app');
  const { stdout } = await create([app, '--data', fileIn(directory, name, text), ...flags]);
  const { task, data, model: _, out, epochs, learningRate, ...columns } = configIn(app);
  expect({ task, data, ...columns }).toEqual({ task: 'token-classification', data: `../${name}`, ...expected });
  expect(stdout).toContain(`npm run predict -- "${example}"`);
  expect(filesIn(app)['predict.js']).toContain('loadTagger');
});

it.each([
  ['texts.txt', 'Grow beans on a farm\n', [], { task: 'masked-lm' }, 'Grow beans [MASK] a farm'],
  [
    'texts.csv',
    'id,body\n1,Grow beans on a farm\n',
    ['--task', 'causal-lm'],
    { task: 'causal-lm', text: 'body' },
    'Grow beans on a farm',
  ],
  [
    'p.jsonl',
    prompts,
    [],
    { task: 'causal-lm', promptTemplate: '{prompt}', completion: ' {completion}' },
    'Skills of a welder',
  ],
  [
    'p.jsonl',
    prompts,
    ['--prompt-template', '### Job: {prompt}\\n###', '--completion', 'completion'],
    { task: 'causal-lm', promptTemplate: '### Job: {prompt}\\n###', completion: 'completion' },
    'Skills of a welder',
  ],
])('reads %s', async (name, text, flags, expected, example) => {
  const directory = temporaryDirectory();
  const app = join(directory, 'app');
  const { code, stderr, stdout } = await create([app, '--data', fileIn(directory, name, text), ...flags]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(configIn(app)).toMatchObject(expected);
  expect(stdout).toContain(`npm run predict -- "${example}"`);
});

it('puts values of predict.js into the template of training', async () => {
  const directory = temporaryDirectory();
  const data = fileIn(directory, 'p.jsonl', prompts);
  const app = join(directory, 'app');
  await create([app, '--data', data, '--prompt-template', '### Job: {prompt}\\n###', '--completion', 'completion']);
  expect(filesIn(app)['predict.js']).toContain('.map((value) => "### Job: " + value + "\\n###")');
});

it('writes options that attune train has', async () => {
  const directory = temporaryDirectory();
  const known = Object.keys(schema.properties);
  for (const [name, text] of [
    ['a.csv', jobs],
    ['b.conll', skills],
    ['c.txt', 'Grow beans\n'],
    ['d.jsonl', prompts],
  ]) {
    const app = join(directory, `app-${name[0]}`);
    expect((await create([app, '--data', fileIn(directory, name, text)])).code).toBe(0);
    for (const key of Object.keys(configIn(app))) expect(known).toContain(key);
  }
});

it('quotes what YAML would read as something else', async () => {
  const directory = temporaryDirectory();
  const app = join(directory, 'app');
  const data = fileIn(directory, 'a b.csv', 'no,1\nGrow beans,farm\nWrite code,code\n');
  await create([app, '--data', data, '--text', '{no}: "#"', '--label', '1', '--model', 'new']);
  expect(configIn(app)).toMatchObject({ data: '../a b.csv', text: '{no}: "#"', label: '1' });
});

it('names a model directory by its path from the project, and an absolute path or a hub id as typed', async () => {
  const directory = temporaryDirectory();
  const data = fileIn(directory, 'jobs.csv', jobs);
  mkdirSync(join(directory, 'bert'));
  const model = join(directory, 'bert');
  await create([join(directory, 'a'), '--data', data, '--model', relative(process.cwd(), model)]);
  await create([join(directory, 'absolute'), '--data', data, '--model', model]);
  await create([join(directory, 'b'), '--data', data, '--model', 'google-bert/bert-base-cased']);
  expect(configIn(join(directory, 'a'))).toMatchObject({ model: '../bert', epochs: 3 });
  expect(configIn(join(directory, 'absolute')).model).toBe(model);
  expect(configIn(join(directory, 'b')).model).toBe('google-bert/bert-base-cased');
});

it('depends on all tarballs of a directory', async () => {
  const directory = temporaryDirectory();
  const tarballs = join(directory, 'tarballs');
  mkdirSync(tarballs);
  for (const name of ['attune', 'attune-train', 'attune-data', 'create-attune', 'other'])
    fileIn(tarballs, `${name}-0.1.0.tgz`, '');
  const app = join(directory, 'app');
  const flags = ['--data', fileIn(directory, 'jobs.csv', jobs), '--packages', tarballs];
  expect((await create([app, ...flags])).code).toBe(0);
  expect(JSON.parse(filesIn(app)['package.json']).dependencies).toEqual({
    '@attune/data': 'file:../tarballs/attune-data-0.1.0.tgz',
    '@attune/train': 'file:../tarballs/attune-train-0.1.0.tgz',
    attune: 'file:../tarballs/attune-0.1.0.tgz',
  });
  fileIn(tarballs, 'attune-0.2.0.tgz', '');
  expect((await create([join(directory, 'b'), ...flags])).stderr).toContain('expected one tarball of attune, got two');
});

it.each<[readonly string[], string]>([
  [['--data', 'nope.csv'], 'create-attune: nope.csv: expected a file, found none; check the path\n'],
  [['--data', 'nope.conll'], 'create-attune: nope.conll: expected a file, found none; check the path\n'],
  [
    ['--task', 'ner'],
    '--task: expected sequence-classification, token-classification, masked-lm or causal-lm, got "ner"',
  ],
  [['--task', 'maskedlm'], 'got "maskedlm"; did you mean "masked-lm"?'],
  [['--lable', 'x'], '--lable: expected an option of --help; did you mean "--label"?'],
  [['--task'], '--task: expected a value after it, got none'],
  [
    ['--label', '-1'],
    '--label: expected a value, got another option; write --label=-1 for a value that begins with a dash',
  ],
  [['--label', ''], '--label: expected a value, got an empty one'],
  [['--yes=1'], '--yes: expected no value; write --yes'],
  [['b'], 'folder: expected one, got '],
  [[], '--data: expected a file, got none; add one, as in --data jobs.csv'],
  [['--data', '-'], '--data: expected a file, got standard input; save it to a file first'],
  [['--packages', 'nowhere'], '--packages: expected a directory of tarballs, got nowhere: no such file or directory'],
])('refuses %j and writes nothing', async (flags, expected) => {
  const directory = temporaryDirectory();
  const { code, stderr, stdout } = await create([join(directory, 'app'), ...flags]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(expected);
  expect(readdirSync(directory)).toEqual([]);
});

it.each<[string, readonly string[], string]>([
  [
    'jobs.csv',
    ['--label', 'sectr'],
    '--label: DATA line 1: expected a column "sectr", got "id", "description", "sector"; did you mean "sector"?',
  ],
  ['jobs.csv', ['--text', '{titel}'], 'expected a column "titel", got "id", "description", "sector"'],
  ['jobs.csv', ['--task', 'masked-lm', '--label', 'sector'], '--label: masked-lm does not use it; remove it'],
  ['jobs.csv', ['--task', 'token-classification'], 'expected tagged words, CoNLL or JSON lines, got .csv'],
  [
    'jobs.csv',
    ['--task', 'causal-lm', '--text', 'id', '--completion', 'id'],
    '--text: whole texts and prompts with completions exclude each other',
  ],
  [
    'jobs.csv',
    ['--task', 'causal-lm', '--completion', 'id'],
    '--prompt-template: expected one of the columns "id", "description", "sector"',
  ],
  ['jobs.csv', ['--model', './bert'], '--model: expected a directory, got ./bert, which does not exist'],
  [
    'jobs.xls',
    [],
    'expected a file ending in .csv, .tsv, .jsonl, .json, .parquet, .txt or .conll, got ".xls"; rename it',
  ],
  ['empty.csv', [], 'expected rows of data, got an empty file'],
  [
    'train.conll',
    ['--task', 'masked-lm'],
    'expected a table or texts for masked-lm, got a file of tagged words; use --task token-classification',
  ],
  ['train.conll', ['--text', 'word'], '--text: expected the number of a column of a CoNLL file'],
])('refuses %s with %j and writes nothing', async (name, flags, expected) => {
  const directory = temporaryDirectory();
  const data = fileIn(directory, name, name.startsWith('jobs') ? jobs : name.startsWith('empty') ? '' : skills);
  const { code, stderr } = await create([join(directory, 'app'), '--data', data, ...flags]);
  expect(code).toBe(1);
  expect(stderr).toContain(expected.replace('DATA', data));
  expect(readdirSync(directory)).toEqual([name]);
});

it('writes into an empty folder, and refuses one with files and a path through a file', async () => {
  const directory = temporaryDirectory();
  const data = fileIn(directory, 'jobs.csv', jobs);
  mkdirSync(join(directory, 'empty', '.git'), { recursive: true });
  expect((await create([join(directory, 'empty'), '--data', data])).code).toBe(0);
  const full = await create([directory, '--data', data]);
  expect(full.code).toBe(1);
  expect(full.stderr).toContain(
    `${directory}: expected an empty folder or a new name, got a folder with empty, jobs.csv; choose another name`,
  );
  const through = await create([join(data, 'app'), '--data', data]);
  expect(through.stderr).toContain(`expected a folder to write to, got a path that leads through the file ${data}`);
});

it('says its version and its help', async () => {
  expect(await create(['--version'])).toMatchObject({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  const { code, stdout } = await create(['--help']);
  expect(code).toBe(0);
  expect(stdout).toContain('Usage: npm create attune [folder] -- [options]');
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
});

it('asks for everything that is not typed, with guesses', async () => {
  const directory = temporaryDirectory();
  const data = fileIn(directory, 'jobs.csv', jobs);
  const app = join(directory, 'app');
  const answers = [app, 'nope.csv', data, '1', 'descripton', '', 'sector', ''];
  const { code, stdout, stderr, left } = await create([], answers);
  expect({ code, stderr, left }).toEqual({ code: 0, stderr: '', left: [] });
  expect(stdout).toContain('nope.csv: expected a file, found none; check the path');
  expect(stdout).toContain('--text: ');
  expect(configIn(app)).toMatchObject({
    task: 'sequence-classification',
    text: 'description',
    label: 'sector',
    model: 'new',
  });
});

it('takes the name of a task, and asks again after another answer', async () => {
  const directory = temporaryDirectory();
  const app = join(directory, 'app');
  const argv = [app, '--data', fileIn(directory, 'texts.csv', 'body\nGrow beans\n')];
  const { stdout } = await create(argv, ['7', 'causal-lm', 'completions', '{body}', '{body}', '']);
  expect(stdout).toContain('expected a number from 1 to 4 or a name, got "7"');
  expect(configIn(app)).toMatchObject({ task: 'causal-lm', promptTemplate: '{body}', completion: '{body}' });
});

it('ends on Ctrl-C with 130, and writes nothing', async () => {
  const app = join(temporaryDirectory(), 'app');
  expect(await create([app], [undefined])).toMatchObject({ code: 130, stderr: '\n' });
  expect(existsSync(app)).toBe(false);
});

it('knows the keys of all sampled objects of JSON lines', async () => {
  const directory = temporaryDirectory();
  const labeled = Array.from(
    { length: 40 },
    (_, i) => `${JSON.stringify({ text: `text ${i}`, label: 'ab'[i % 2] })}\n`,
  );
  const data = fileIn(directory, 'later.jsonl', `{"text":"first"}\n${labeled.join('')}`);
  const app = join(directory, 'later');
  const flags = ['--task', 'sequence-classification', '--text', 'text', '--label', 'label'];
  expect(await create([app, '--data', data, ...flags])).toMatchObject({ code: 0, stderr: '' });
  expect(configIn(app)).toMatchObject({ text: 'text', label: 'label' });
});
