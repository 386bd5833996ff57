import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { csv, farmAndCode, fileIn, tinyConfig } from '../../test/files';
import { conll, skillSentences } from '../../test/sentences';
import { tinyTraining } from '../../test/tiny-run';

const directory = mkdtempSync(join(tmpdir(), 'attune-student-'));
afterAll(() => rmSync(directory, { recursive: true }));

let data: string;
let unlabeled: string;
const run = (name: string) => join(directory, name);
const teacher = run('teacher');
const train = (out: string, ...more: string[]) =>
  attune([...tinyTraining(directory, data), '--out', run(out), ...more]);
const student = (out: string, ...more: string[]) => train(out, '--teacher', teacher, '--epochs', '1', ...more);
const json = (...path: string[]) => JSON.parse(readFileSync(run(join(...path)), 'utf8'));

beforeAll(async () => {
  data = fileIn(directory, 'data.csv', csv(farmAndCode(120)));
  unlabeled = fileIn(
    directory,
    'more.csv',
    csv(farmAndCode(40).map(({ title, text }) => ({ description: `${title}. ${text}` }))),
  );
  const { code, stderr } = await train('teacher');
  if (code !== 0) throw new Error(stderr);
});

describe('attune train --teacher', () => {
  it('notes a teacher that was trained on another split of the same file', async () => {
    const { code, stderr } = await student('other-seed', '--seed', '7');
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/was trained on another split of .* \(--seed 42\) and may know/),
    ]);
    expect(json('other-seed', 'summary.json').distillation.leaks).toEqual({ teachers: [teacher], unlabeled: 0 });
    const told = /The scores may be too high: (.*) was trained on another split of the same file/;
    expect(readFileSync(run(join('other-seed', 'report.html')), 'utf8')).toMatch(told);
    const [, named] = told.exec(readFileSync(run(join('other-seed', 'model', 'README.md')), 'utf8')) ?? [];
    expect(named).toBe('`teacher`');
  });

  it('notes a teacher that was trained on other rows of the same file', async () => {
    const { stderr } = await student('other-rows', '--deduplicate', '--clean', 'whitespace');
    expect(stderr).toMatch(/another split of .* \(no --deduplicate, no --clean\) and may know/);
  });

  it('learns from a teacher and texts without labels, and prints both side by side', async () => {
    const { code, stdout, stderr } = await student(
      'pupil',
      '--unlabeled',
      unlabeled,
      '--unlabeled-text',
      'description',
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('computes the outputs of')]);
    expect(stderr).toContain('40 texts without labels');
    expect(stderr).not.toContain('another split');
    expect(stdout).toMatch(/accuracy +macro-F1 +parameters +texts\/s/);
    expect(stdout).toMatch(new RegExp(`student ${run('pupil')} `));
    expect(stdout).toMatch(new RegExp(`teacher ${teacher} `));
    expect(stdout).toMatch(/student − teacher .*: accuracy [+-]0\.\d+ \[/);
    expect(json('pupil', 'summary.json').distillation).toMatchObject({
      unlabeledExamples: 40,
      alpha: 0.5,
      temperature: 2,
    });
    expect(json('pupil', 'config.json')).toMatchObject({
      options: { teacher, unlabeled },
      distillation: { teachers: [teacher] },
    });
    const page = readFileSync(run(join('pupil', 'report.html')), 'utf8');
    expect(page).toContain('Side by side');
    const card = readFileSync(run(join('pupil', 'model', 'README.md')), 'utf8');
    expect(card).toMatch(/learned from .*teacher/i);
    expect(card).not.toContain(directory); // of this machine
    const again = await attune(['report', run('pupil')]);
    expect(again.code).toBe(0);
    expect(readFileSync(run(join('pupil', 'report.html')), 'utf8')).toContain('Side by side');
  });

  it('makes a student of some layers of its teacher, which predicts, exports and is trained on', async () => {
    const thin = await attune([
      ...['train', '--task', 'sequence-classification', '--teacher', teacher, '--student-layers', '0'],
      ...['--data', data, '--text', '{title}. {text}', '--label', 'label', '--epochs', '1', '--engine', 'onnx'],
      ...['--out', run('thin')],
    ]);
    expect([thin.code, thin.stderr]).toEqual([0, expect.any(String)]);
    expect(json('thin', 'config.json')).toMatchObject({
      model: teacher,
      studentLayers: [0],
      options: { model: teacher },
    });
    const input = fileIn(directory, 'new.csv', 'title,text\na farm,wheat and cattle\n');
    const predicted = await attune(['predict', run('thin'), '--input', input, '--text', '{title}. {text}']);
    expect([predicted.code, predicted.stdout]).toEqual([0, expect.stringContaining('"label"')]);
    const exported = await attune(['export', run('thin'), '--format', 'onnx', '--output', run('exported')]);
    expect([exported.code, exported.stderr]).toEqual([0, expect.any(String)]);
  });

  it('is what a config file says, and what a resumed run says', async () => {
    const file = fileIn(
      directory,
      'student.json',
      JSON.stringify({
        ...{ teacher: [teacher], distillAlpha: 0.25, studentLayers: [0], unlabeled, unlabeledText: 'description' },
        ...{
          task: 'sequence-classification',
          data,
          text: '{title}. {text}',
          label: 'label',
          epochs: 1,
          engine: 'onnx',
        },
      }),
    );
    const first = await attune(['train', '--config', file, '--out', run('configured'), '--keep-checkpoints']);
    expect([first.code, first.stderr]).toEqual([0, expect.any(String)]);
    expect(json('configured', 'config.json')).toMatchObject({ studentLayers: [0], distillation: { alpha: 0.25 } });
    const more = await attune(['train', '--resume', '--out', run('configured'), '--epochs', '2']);
    expect([more.code, more.stderr]).toEqual([0, expect.stringContaining('resuming after step')]);
  });

  it.each([
    [['--distill-alpha', '0.5'], 2, '--distill-alpha: expected a teacher too, got none'],
    [['--unlabeled', 'UNLABELED'], 2, '--unlabeled: expected a teacher too, got none'],
    [['--teacher', 'TEACHER', '--unlabeled-text', 'x'], 2, '--unlabeled-text: expected --unlabeled, the file'],
    [
      ['--teacher', 'TEACHER', '--unlabeled', 'UNLABELED', '--unlabeled-text', 'txt'],
      1,
      'name its column of texts: --unlabeled-text <column>',
    ],
    [
      ['--teacher', 'TEACHER', '--unlabeled', 'UNLABELED', '--distill-alpha', '0'],
      2,
      '--unlabeled: expected distillAlpha above 0',
    ],
    [
      ['--teacher', 'TEACHER', '--student-layers', 'a,b'],
      2,
      '--student-layers: expected numbers of layers between commas, such as 0,2,4',
    ],
    [
      ['--teacher', 'TEACHER', '--model', 'TEACHER', '--student-layers', '0,9'],
      1,
      'for every second one: --student-layers 0',
    ],
    [['--teacher', 'TEACHER', '--folds', '3'], 2, '--teacher: cannot be used with --folds'],
    [
      ['--teacher', 'TEACHER', '--problem-type', 'multi_label_classification'],
      1,
      'expected a model for multi_label_classification',
    ],
    [
      ['--teacher', 'TEACHER', '--distill-temperature', '-1'],
      2,
      '--distill-temperature: expected a number > 0, got -1',
    ],
    [['--teacher', 'TEACHER', '--distill-alpha', '2'], 2, '--distill-alpha: expected a number from 0 to 1, got 2'],
    [['--teacher', 'a,'], 2, '--teacher: expected models between commas, each with a name, got "a,"'],
    [['--beside', ',a'], 2, '--beside: expected models between commas, each with a name, got ",a"'],
  ])('refuses %j', async (typed, code, message) => {
    const own = typed.map((word) => ({ TEACHER: teacher, UNLABELED: unlabeled })[word] ?? word);
    const plain = typed.includes('--model')
      ? tinyTraining(directory, data).filter((_, i) => ![3, 4, 5, 6].includes(i))
      : tinyTraining(directory, data);
    const refused = await attune([...plain, '--out', run('refused'), ...own]);
    expect([refused.code, refused.stderr]).toEqual([code, expect.stringContaining(message)]);
  });
});

describe('a teacher that cannot be used', () => {
  const plain = () => tinyTraining(directory, data).filter((_, i) => ![3, 4, 5, 6].includes(i));

  it('is missing: the error names the teacher', async () => {
    const { code, stderr } = await student('refused', '--teacher', run('nowhere'));
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^attune: teacher: .*nowhere/m)]);
  });

  it('is the adapter of a run: the error names the run', async () => {
    const adapted = ['--model', teacher, '--lora-r', '4', '--merge-adapter', '--out', run('adapted')];
    const trained = await attune([...plain(), ...adapted]);
    expect([trained.code, trained.stderr]).toEqual([0, expect.any(String)]);
    const { code, stderr } = await student('refused', '--teacher', run('adapted/adapter'));
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(`it is the adapter of a run, pass the run: --teacher ${run('adapted')}`),
    ]);
  });

  it('is all that is named: --model is required, or --student-layers', async () => {
    const { code, stderr } = await attune([...plain(), '--teacher', teacher, '--out', run('refused')]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--model: required: the student; name a model or new')]);
    expect(stderr).toContain('--student-layers, such as 0,2,4');
  });

  it('is in the place of the run: the error names --teacher', async () => {
    const typed = ['--teacher', teacher, '--student-layers', '0', '--out', teacher, '--overwrite'];
    const { code, stderr } = await attune([...plain(), ...typed]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('--teacher: expected an input that overwriting')]);
  });
});

it('resumes with a teacher that has moved, and with no other one', async () => {
  const large = run('large');
  cpSync(teacher, large, { recursive: true });
  const first = await attune([
    ...tinyTraining(directory, data).filter((_, i) => ![3, 4, 5, 6].includes(i)),
    ...['--teacher', large, '--student-layers', '0', '--epochs', '1', '--keep-checkpoints', '--out', run('moving')],
  ]);
  expect([first.code, first.stderr]).toEqual([0, expect.any(String)]);
  renameSync(large, run('large-elsewhere'));
  const resume = ['train', '--resume', '--out', run('moving'), '--epochs', '2'];
  const gone = await attune(resume);
  expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining('--teacher')]);
  const other = await attune([...resume, '--teacher', run('other-seed')]);
  expect([other.code, other.stderr]).toEqual([
    1,
    expect.stringMatching(/teacher: expected .*large.* another model in/),
  ]);
  const moved = await attune([...resume, '--teacher', run('large-elsewhere')]);
  expect([moved.code, moved.stderr]).toEqual([0, expect.stringContaining('resuming after step')]);
});

describe('attune train --task token-classification --teacher', () => {
  let tagged: string[];
  beforeAll(async () => {
    const sentences = fileIn(directory, 'data.conll', conll(skillSentences(90, 1)));
    const config = fileIn(directory, 'tiny.json', tinyConfig);
    const options = ['train', '--task', 'token-classification', '--model', 'new', '--model-config', config];
    tagged = [...options, '--data', sentences, '--batch-size', '8', '--learning-rate', '1e-2', '--engine', 'onnx'];
    const { code, stderr } = await attune([...tagged, '--epochs', '4', '--out', run('tagger')]);
    if (code !== 0) throw new Error(stderr);
  });
  const rest = () => skillSentences(20, 7);

  it.each([
    ['words.conll', () => conll(rest()), []],
    [
      'lists.jsonl',
      () =>
        rest()
          .map(({ words }) => JSON.stringify({ tokens: words, id: 1 }))
          .join('\n'),
      [],
    ],
    [
      'texts.txt',
      () =>
        rest()
          .map(({ words }) => words.join(' '))
          .join('\n'),
      [],
    ],
    [
      'texts.csv',
      () => csv(rest().map(({ words }, id) => ({ id, posting: words.join(' ') }))),
      ['--unlabeled-text', 'posting'],
    ],
  ])('learns from the sentences of %s', async (name, content, more) => {
    const file = fileIn(directory, name, content());
    const typed = [
      '--teacher',
      run('tagger'),
      '--unlabeled',
      file,
      '--epochs',
      '1',
      '--overwrite',
      '--out',
      run('tags'),
    ];
    const { code, stdout, stderr } = await attune([...tagged, ...typed, ...more]);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(stdout).toMatch(/F1 +accuracy +parameters +texts\/s/);
    expect(json('tags', 'summary.json').distillation).toMatchObject({ unlabeledExamples: 20 });
    expect(readFileSync(run(join('tags', 'report.html')), 'utf8')).toContain('Side by side');
    expect(readFileSync(run(join('tags', 'model', 'README.md')), 'utf8')).toMatch(/It learned from `tagger`/);
  });

  it('refuses a teacher of texts, and a tagger as the teacher of texts', async () => {
    const texts = await attune([...tagged, '--teacher', teacher, '--out', run('refused')]);
    expect([texts.code, texts.stderr]).toEqual([1, expect.stringMatching(/teacher: .*expected a trained tagger/)]);
    expect(texts.stderr).toContain('attune train --task token-classification');
    expect(texts.stderr.match(/attune train/g)).toHaveLength(1);
    expect(texts.stderr).not.toContain('loadPredictor');
    const words = await train('refused', '--teacher', run('tagger'));
    expect([words.code, words.stderr]).toEqual([1, expect.stringMatching(/teacher: .*expected a trained classifier/)]);
    const other = await attune([
      ...tagged.slice(0, 2),
      'masked-lm',
      ...tagged.slice(3, 5),
      '--data',
      data,
      '--teacher',
      teacher,
      '--out',
      run('refused'),
    ]);
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining('--teacher: only used with --task sequence-classification or token-classification'),
    ]);
  });
});
