import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { trainWordPiece } from '@attune/tokenizer';
import { saveTokenizer } from '@attune/tokenizer/node';
import { afterAll, describe, expect, it } from 'vitest';
import { attune } from '../../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory, tinyConfig } from '../../../test/files';
import { conll, skillSentences } from '../../../test/sentences';

const directory = temporaryDirectory(afterAll);
const classifying = ['--task', 'sequence-classification', '--text', 'text', '--label', 'label'];

/** Texts that are all different, of two labels. */
const rows = farmAndCode(40).map(({ title, text, label }) => ({ text: `${title} ${text}`, label }));

interface Found {
  readonly ok: boolean;
  readonly files: readonly Readonly<Record<string, unknown>>[];
  readonly problems: readonly { readonly kind: string; readonly count: number; readonly message: string }[];
  readonly warnings: Found['problems'];
}

async function check(file: string, ...flags: string[]): Promise<Found & { readonly code: number }> {
  const { code, stdout, stderr } = await attune(['check', file, ...flags, '--json']);
  if (stdout === '') throw new Error(stderr);
  return { code, ...(JSON.parse(stdout) as Found) };
}

const checkRows = (own: readonly object[], ...flags: string[]) =>
  check(fileIn(directory, 'rows.csv', csv(own as typeof rows)), ...classifying, ...flags);

describe('attune check of labeled texts', () => {
  it('counts rows, labels and words, and exits with 0 where nothing misleads', async () => {
    const file = fileIn(directory, 'good.csv', csv(rows));
    const found = await check(file, ...classifying);
    expect(found).toMatchObject({ code: 0, ok: true, problems: [], warnings: [] });
    expect(found.files).toEqual([
      {
        ...{ part: 'training', file, rows: 40 },
        labels: [
          { label: 'code', count: 20 },
          { label: 'farm', count: 20 },
        ],
        lengths: { unit: 'words', median: 6, p95: 6, p99: 6, longest: 6 },
      },
    ]);
    const { code, stdout, stderr } = await attune(['check', file, ...classifying]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      `${file} (training): 40 rows, 2 labels\n  code  20  50.0 %\n  farm  20  50.0 %\n` +
        '  length in words: median 6, 95 % up to 6, 99 % up to 6, longest 6\n\nno problem found that would mislead training\n',
    );
  });

  it("reads its options from attune train's config file, without those that are for training", async () => {
    const file = fileIn(directory, 'good.csv', csv(rows));
    const options = { task: 'sequence-classification', text: 'text', label: 'label', model: 'new', numTrainEpochs: 3 };
    const config = fileIn(directory, 'attune.config.json', JSON.stringify({ ...options, data: 'other.csv' }));
    expect(await check(file, '--config', config)).toMatchObject({ code: 0, ok: true, files: [{ rows: 40 }] });
    const typed = await attune(['check', file, '--config', config, '--label', 'sector']);
    expect(typed.stderr).toContain('sector');
  });

  const [first] = rows;
  const many = (label: string, count: number) =>
    rows.slice(0, count).map(({ text }) => ({ text: `${text} ${label}`, label }));
  it.each<[string, readonly object[], 'problems' | 'warnings', object]>([
    [
      'rows without a label',
      [...rows, { text: 'a', label: '' }, { text: 'b', label: ' ' }],
      'problems',
      {
        ...{ kind: 'unlabeled', count: 2 },
        message: expect.stringMatching(
          /2 rows without a label \(lines 42, 43\); fill them in, or pass --skip-unlabeled$/,
        ),
      },
    ],
    [
      'texts with several labels',
      [...rows, { text: first.text.toUpperCase(), label: 'code' }],
      'problems',
      {
        ...{ kind: 'conflict', count: 1, lines: [2, 42] },
        message: expect.stringMatching(/1 text with more than one label, .* with "farm" and "code" \(lines 2, 42\)/),
      },
    ],
    [
      'labels that differ by case',
      [...rows, ...many('Farm', 4)],
      'problems',
      {
        ...{ kind: 'label' },
        message: expect.stringContaining('"farm" (20) and "Farm" (4)'),
      },
    ],
    [
      'labels that look misspelled',
      [...rows, ...many('insurance', 30), ...many('insurence', 3)],
      'warnings',
      {
        ...{ kind: 'label', count: 1 },
        message: expect.stringContaining('"insurence" (3) next to "insurance" (30)'),
      },
    ],
    [
      'classes too small to split',
      [...rows, ...many('rare', 2)],
      'problems',
      {
        ...{ kind: 'small-class', count: 1 },
        message: expect.stringContaining('1 label has fewer texts than the 3 parts of a split: "rare" (2)'),
      },
    ],
    [
      'one label',
      rows.filter(({ label }) => label === 'farm'),
      'problems',
      {
        ...{ kind: 'label' },
        message: expect.stringContaining('expected at least two labels, got only "farm"'),
      },
    ],
    [
      'double rows',
      [...rows, { ...first, text: ` ${first.text}` }],
      'warnings',
      {
        ...{ kind: 'double', count: 1, lines: [42] },
        message: expect.stringMatching(
          /1 row equal to an earlier one in text and label \(line 42\); drop them with --dedup/,
        ),
      },
    ],
    ['empty texts', [...rows, { text: ' ', label: 'farm' }], 'warnings', { kind: 'empty', count: 1 }],
  ])('finds %s', async (_, own, where, finding) => {
    const found = await checkRows(own);
    expect(found[where]).toEqual([expect.objectContaining(finding)]);
    expect(found[where === 'problems' ? 'warnings' : 'problems']).toEqual([]);
    expect([found.code, found.ok]).toEqual(where === 'problems' ? [1, false] : [0, true]);
  });

  it('finds labels one slip of the keyboard away from others, not those that a number or much else tells apart', async () => {
    const typed = [...many('farm', 30), ...many('fram', 3), ...many('Agriculture', 30), ...many('Agricultre', 5)];
    const sizes = [...many('grade 1', 30), ...many('grade 2', 3), ...many('bank', 30), ...many('rank', 3)];
    const swapped = [...many('Manufacturing', 31), ...many('Manufcaturing', 3)];
    const { warnings } = await checkRows([...typed, ...sizes, ...swapped]);
    const message = warnings.find(({ kind }) => kind === 'label')?.message;
    for (const [rare, frequent] of [
      ['"fram" (3)', '"farm" (30)'],
      ['"Agricultre" (5)', '"Agriculture" (30)'],
      ['"Manufcaturing" (3)', '"Manufacturing" (31)'],
    ])
      expect(message).toContain(`${rare} next to ${frequent}`);
    expect(message).toMatch(/: 3 labels look misspelled/);
  });

  it('counts labels that differ by case after double rows are dropped', async () => {
    const double = [...rows, ...Array.from({ length: 5 }, () => ({ text: 'one text', label: 'Farm' }))];
    const found = await checkRows(double, '--deduplicate', '--eval-data', fileIn(directory, 'some.csv', csv(rows)));
    expect(found.problems[0].message).toContain('"farm" (20) and "Farm" (1)');
  });

  it('finds what attune train would refuse: labels that the list lacks, and numbers that are all the same', async () => {
    const listed = await checkRows([...rows, ...many('bank', 3)], '--label-list', 'farm,code');
    expect(listed).toMatchObject({
      code: 1,
      problems: [
        { kind: 'label', count: 1, message: expect.stringContaining('1 label missing from --label-list: "bank"') },
      ],
    });
    const same = await checkRows(
      rows.map(({ text }) => ({ text, label: 1 })),
      '--problem-type',
      'regression',
    );
    expect(same).toMatchObject({
      code: 1,
      problems: [{ message: expect.stringContaining('expected different numbers, got 40 rows of 1; check --label') }],
    });
  });

  it('takes what is skipped, dropped or in a part of its own as settled', async () => {
    const unlabeled = [...rows, { text: 'a', label: '' }];
    expect(await checkRows(unlabeled, '--skip-unlabeled')).toMatchObject({
      code: 0,
      warnings: [{ kind: 'unlabeled' }],
    });
    const double = [...rows, first];
    const dropped = await checkRows(double, '--deduplicate');
    expect(dropped).toMatchObject({ code: 0, files: [{ rows: 40 }], warnings: [{ kind: 'double', count: 1 }] });
    const others = fileIn(directory, 'others.csv', csv(many('farm', 5)));
    expect((await checkRows([...rows, ...many('rare', 2)], '--eval-data', others)).problems).toEqual([]);
  });

  it('finds texts that given parts share, and labels that one of them lacks', async () => {
    const other = [rows[0], { text: 'something new', label: 'ship' }];
    const evalData = fileIn(directory, 'dev.csv', csv(other));
    const found = await checkRows(rows, '--eval-data', evalData);
    expect(found).toMatchObject({
      code: 1,
      problems: [
        { kind: 'label', count: 1, message: expect.stringMatching(/1 label missing from .*rows\.csv: "ship"/) },
        {
          kind: 'leak',
          count: 1,
          lines: [2],
          message: expect.stringMatching(/1 of 2 texts are also in .*rows\.csv, such as line 2/),
        },
      ],
      warnings: [{ kind: 'label', message: expect.stringContaining('1 label of ') }],
    });
  });

  it('says how many texts are equal, and how many nearly', async () => {
    const long = Array.from({ length: 30 }, (_, i) => `word${i}`).join(' ');
    const training = [...rows, { text: long, label: 'farm' }];
    const near = { text: `${long} more`, label: 'farm' };
    const message = async (name: string, own: readonly object[]) => {
      const evalData = fileIn(directory, name, csv(own as typeof rows));
      const { problems, warnings } = await checkRows(training, '--eval-data', evalData);
      return [...problems, ...warnings].find(({ kind }) => kind === 'leak')?.message;
    };
    expect(await message('near.csv', [near, { text: 'new', label: 'code' }])).toMatch(
      /near\.csv: 1 of 2 texts are nearly the same as texts of .*rows\.csv, such as line 2; scores on them are too high/,
    );
    expect(await message('both.csv', [near, rows[1]])).toMatch(
      /both\.csv: 1 of 2 texts are also in .*rows\.csv, and 1 nearly the same, such as line 3; scores/,
    );
  });

  it('takes labels that are listed as known', async () => {
    const evalData = fileIn(directory, 'listed.csv', csv([{ text: 'something new', label: 'ship' }]));
    const found = await checkRows(rows, '--eval-data', evalData, '--label-list', 'code,farm,ship');
    expect(found).toMatchObject({ code: 0, problems: [] });
    const tags = [1, 2].map((seed) => conll(skillSentences(20, seed)));
    const files = tags.map((text, i) =>
      fileIn(directory, `${i}.conll`, i === 0 ? text : text.replaceAll('SKILL', 'ORG')),
    );
    const flags = ['--task', 'token-classification', '--eval-data', files[1]];
    const unknown = await check(files[0], ...flags);
    expect(unknown).toMatchObject({
      code: 1,
      problems: [{ kind: 'label', message: expect.stringContaining('"ORG"') }],
    });
    const list = ['--label-list', 'O,B-SKILL,I-SKILL,B-ORG,I-ORG'];
    expect((await check(files[0], ...flags, ...list)).problems).toEqual([]);
  });

  it('measures in tokens of a model, and counts what is cut', async () => {
    const model = join(directory, 'model');
    mkdirSync(model, { recursive: true });
    await saveTokenizer(
      trainWordPiece(
        rows.map(({ text }) => text),
        { vocabSize: 200 },
      ),
      model,
    );
    fileIn(model, 'config.json', tinyConfig);
    const long = { text: 'corn '.repeat(100), label: 'farm' };
    const found = await checkRows([...rows, long], '--model', model);
    expect(found.files[0].lengths).toMatchObject({ unit: 'tokens', longest: 102, maxLength: 64, cut: 1 });
    expect(found).toMatchObject({ code: 0, warnings: [{ kind: 'cut', count: 1 }] });
    const { warnings } = await checkRows([...rows, long], '--model', model, '--max-length', '4');
    expect(warnings).toEqual([expect.objectContaining({ kind: 'cut', count: 41 })]);
  });

  it('checks several labels a text, and numbers', async () => {
    const several = rows.map(({ text, label }, i) => ({ text, label: i % 4 === 0 ? '' : `${label};all` }));
    const multi = await checkRows(several, '--problem-type', 'multi_label_classification');
    expect(multi).toMatchObject({ code: 0, files: [{ rows: 40, labels: [{ label: 'all', count: 30 }, {}, {}] }] });
    const numbers = rows.map(({ text }, i) => ({ text, label: i / 2 }));
    const regression = ['--problem-type', 'regression'];
    const found = await checkRows(numbers, ...regression);
    expect(found).toMatchObject({ code: 0, files: [{ labels: [], values: { least: 0, median: 10, greatest: 19.5 } }] });
    const bad = await checkRows([...numbers, { text: 'x', label: 'much' }], ...regression);
    expect(bad).toMatchObject({
      code: 1,
      problems: [{ kind: 'unreadable', message: expect.stringMatching(/line 42: .*"much"/) }],
    });
  });

  it('refuses a column that is not there, and options of other tasks, as attune train does', async () => {
    const file = fileIn(directory, 'good.csv', csv(rows));
    const named = await attune([
      'check',
      file,
      '--task',
      'sequence-classification',
      '--text',
      'txt',
      '--label',
      'label',
    ]);
    expect(named).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('did you mean "text"?') });
    const foreign = await attune(['check', file, ...classifying, '--scheme', 'IOB1']);
    expect(foreign).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--scheme: only used with --task token-'),
    });
  });
});

describe('attune check of other tasks', () => {
  const tagging = ['--task', 'token-classification'];

  it('says of a table what attune train says, and not of options that nobody typed', async () => {
    const file = fileIn(directory, 'good.csv', csv(rows));
    const { code, stderr } = await attune(['check', file, ...tagging]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('expected tagged words, CoNLL or JSON lines, got .csv'),
    ]);
    const typed = await attune([
      'check',
      fileIn(directory, 'x.conll', 'we O\nsql B-X\n'),
      ...tagging,
      '--skip-unlabeled',
    ]);
    expect(typed).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--skip-unlabeled: not used with '),
    });
  });

  it('counts entities, and finds tags that do not fit the scheme', async () => {
    const sentences = skillSentences(30, 1);
    const good = await check(fileIn(directory, 'good.conll', conll(sentences)), ...tagging);
    const entities = sentences.flatMap(({ tags }) => tags).filter((tag) => tag === 'B-SKILL').length;
    expect(good).toMatchObject({ code: 0, files: [{ rows: 30, labels: [{ label: 'SKILL', count: entities }] }] });
    const odd = conll([...sentences, { words: ['sql'], tags: ['B_SKILL'] }]);
    const found = await check(fileIn(directory, 'odd.conll', odd), ...tagging);
    expect(found).toMatchObject({ code: 1, problems: [{ kind: 'tags' }, { kind: 'small-class' }] });
    expect(found.problems[0].message).toMatch(/expected tags of IOB2, got "B_SKILL" for the word "sql"/);
    const inside = conll([...sentences, { words: ['we', 'sql'], tags: ['O', 'I-SKILL'] }]);
    const noted = await check(fileIn(directory, 'inside.conll', inside), ...tagging);
    expect(noted).toMatchObject({
      code: 1,
      problems: [{ kind: 'tags', message: expect.stringContaining('begin with I-') }],
    });
  });

  it('finds types of entities that differ by case', async () => {
    const sentences = skillSentences(30, 1).map(({ words, tags }, i) => ({
      words,
      tags: i % 3 === 0 ? tags.map((tag) => tag.replace('SKILL', 'Skill')) : tags,
    }));
    const found = await check(fileIn(directory, 'case.conll', conll(sentences)), ...tagging);
    expect(found).toMatchObject({
      code: 1,
      problems: [{ kind: 'label', message: expect.stringContaining('"Skill" (') }],
    });
  });

  it('finds sentences with two taggings, and rows without tags', async () => {
    const lines = skillSentences(20, 2).map(({ words, tags }) => ({ tokens: words, tags }));
    const other = { tokens: lines[0].tokens, tags: lines[0].tokens.map((_, i) => (i === 0 ? 'B-SKILL' : 'O')) };
    const json = [...lines, other, { tokens: ['we'], tags: [] }].map((line) => `${JSON.stringify(line)}\n`).join('');
    const found = await check(fileIn(directory, 'tags.jsonl', json), ...tagging);
    expect(found).toMatchObject({
      code: 1,
      problems: [
        { kind: 'unlabeled', count: 1 },
        { kind: 'conflict', count: 1, lines: [1, 21] },
      ],
    });
  });

  it('checks plain texts, and prompts with completions', async () => {
    const texts = fileIn(directory, 'texts.txt', 'corn and wheat\n\ncorn and  wheat\npython server\n');
    const masked = await check(texts, '--task', 'masked-lm');
    expect(masked).toMatchObject({ code: 0, files: [{ rows: 3 }] });
    expect(masked.warnings.map(({ kind }) => kind).sort()).toEqual(['double', 'empty']);
    expect(masked.warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/1 empty text dropped \(line 2\)$/),
      expect.stringMatching(/1 row equal to an earlier one \(line 3\); drop them/),
    ]);
    const pairs = [
      { p: 'a', c: 'x' },
      { p: 'a', c: 'y' },
      { p: 'b', c: '' },
    ];
    const file = fileIn(directory, 'pairs.csv', csv(pairs));
    const causal = await check(file, '--task', 'causal-lm', '--prompt-template', '{p}', '--completion', 'c');
    expect(causal).toMatchObject({ code: 0, files: [{ rows: 2 }] });
    expect(causal.warnings.map(({ kind }) => kind).sort()).toEqual(['conflict', 'empty']);
    expect(causal.warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/1 row with an empty completion dropped \(line 4\)$/),
      expect.stringMatching(
        /1 prompt with more than one completion, such as "a" with "x" and "y" \(lines 2, 3\); keep the correct one, unless all are correct$/,
      ),
    ]);
    const chats = await attune(['check', file, '--task', 'causal-lm', '--messages', 'p']);
    expect(chats).toMatchObject({ code: 2, stderr: expect.stringContaining('--model: required with --messages') });
  });
});

describe('attune train', () => {
  it('says the worst in a line that names the command', async () => {
    const data = fileIn(directory, 'conflict.csv', csv([...rows, { text: rows[0].text, label: 'code' }]));
    const training = [
      '--model',
      'new',
      '--model-config',
      fileIn(directory, 'tiny.json', tinyConfig),
      '--max-steps',
      '1',
    ];
    const flags = ['--data', data, ...classifying, ...training, '--baseline', 'none', '--engine', 'onnx'];
    const { code, stderr } = await attune(['train', ...flags, '--out', join(directory, 'run')]);
    expect(code, stderr).toBe(0);
    expect(stderr.split('\n').filter((line) => line.includes('attune check'))).toEqual([
      expect.stringMatching(
        /^note: .*1 text with more than one label.*; to see all findings: npx attune check \S+conflict\.csv --task sequence-classification --text text --label label$/,
      ),
    ]);
  });
});
