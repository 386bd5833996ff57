import { problems } from '@attune/train';
import { describe, expect, it } from 'vitest';
import { fileIn, temporaryDirectory } from '../../test/files';
import { readLabeledRows } from './labeled-rows';

interface Reading {
  readonly kind?: keyof typeof problems;
  readonly label?: string;
  readonly known?: readonly string[];
  readonly groupBy?: string;
}

/** The labels of a file of texts, and the notes without the file's name. */
async function read(content: string, { kind = 'multi_label_classification', label = 'label', ...more }: Reading = {}) {
  const path = fileIn(temporaryDirectory(), content.startsWith('{') ? 'data.jsonl' : 'data.csv', content);
  const notes: string[] = [];
  const labelColumn = problems[kind].column as typeof problems.multi_label_classification.column;
  const rows = await readLabeledRows(path, { text: 'text', label, labelColumn, ...more }, (note) =>
    notes.push(note.replace(`${path}: `, '')),
  );
  return { labels: rows.labels as readonly unknown[], groups: rows.groups, notes };
}

const lines = (...labels: unknown[]) =>
  labels.map((label, i) => `${JSON.stringify({ text: `t${i}`, label })}\n`).join('');

describe('several labels per text', () => {
  it('reads lists of Python, numpy and JSON, and refuses one that is broken', async () => {
    const { labels } = await read(
      `text,label\na,"['java', 'sql']"\nb,"{'java'}"\nc,"('sql', 'c, d')"\nd,"['java' 'sql']"\ne,[]\nf,java; sql\n`,
    );
    expect(labels).toEqual([['java', 'sql'], ['java'], ['sql', 'c, d'], ['java', 'sql'], [], ['java', 'sql']]);
    await expect(read(`text,label\na,"['java', 'sql']"\nb,"['java' ... 'sql']"\n`)).rejects.toMatchObject({
      code: 'DATA_LABEL_INVALID',
      message: expect.stringMatching(
        /data\.csv line 3: expected a set of labels in column "label", got "\['java' \.\.\. 'sql'\]"; write a list of labels in quotes/,
      ),
    });
  });

  it('notes what may separate labels where no text has two', async () => {
    const { labels, notes } = await read('text,label\na,"java, sql"\nb,"sql, care"\nc,care\n');
    expect(labels).toEqual([['java, sql'], ['sql, care'], ['care']]);
    expect(notes).toEqual([
      `no text has two labels, but 2 of 3 labels contain ",", such as "java, sql"; if it separates labels, pass --label-separator ','`,
    ]);
  });

  it.each([
    [lines([1.0, 0.0], [0, 0], [0, 1])],
    ['text,label\na,[1 0]\nb,"[0., 0.]"\nc,"[0, 1]"\n'],
    ['text,label\na,1 0\nb,0 0\nc,0 1\n'],
  ])('reads vectors of 0 and 1, and notes their names: %j', async (content) => {
    const { labels, notes } = await read(content);
    expect(labels).toEqual([['LABEL_0'], [], ['LABEL_1']]);
    expect(notes).toEqual([
      expect.stringContaining('"label" holds vectors of 0 and 1, read as labels in this order: LABEL_0, LABEL_1'),
    ]);
  });

  it('reads vectors in the order of a model that has names, and as lists of ids for a model that knows these', async () => {
    const content = lines([1, 0], [0, 0], [1, 1]);
    expect((await read(content, { known: ['toxic', 'obscene'] })).labels).toEqual([
      ['toxic'],
      [],
      ['toxic', 'obscene'],
    ]);
    expect((await read(content, { known: ['0', '1'] })).labels).toEqual([['1', '0'], ['0'], ['1']]);
    expect((await read(lines([1], [0]))).labels).toEqual([['LABEL_0'], []]);
    expect((await read(lines([0, 1], [1, 2], [7]))).labels).toEqual([['0', '1'], ['1', '2'], ['7']]);
    expect((await read('text,label\na,[0 1]\nb,[1]\nc,[0]\n')).labels).toEqual([['0', '1'], ['1'], ['0']]);
    await expect(read(lines([1, 0, 1], [0, 1]))).rejects.toThrow('expected a vector of 3 values 0 or 1');
  });

  it('reads vectors of the strings 0 and 1 where all have one length, else names', async () => {
    expect((await read(lines(['1', '0', '0'], ['0', '1', '1'], ['0', '0', '0']))).labels).toEqual([
      ['LABEL_0'],
      ['LABEL_1', 'LABEL_2'],
      [],
    ]);
    expect((await read(lines(['1', '0'], ['0'], ['7']))).labels).toEqual([['1', '0'], ['0'], ['7']]);
    expect((await read('text,label\na,"tensor([1, 0])"\nb,"tensor([0, 0])"\n')).labels).toEqual([['LABEL_0'], []]);
  });

  it.each([
    [lines([1, 0], [null, 1], [0, 1]), 2, '2 values 0 or 1'],
    [lines([0, null], [1, null]), 1, 'values 0 or 1'],
    [lines([0, 0], [1, 0], [0, null]), 3, '2 values 0 or 1'],
    [lines([0.9, 0.1], [0.25, 0.75]), 1, 'values 0 or 1'],
    [lines([1, 0], [0.9, 0.1]), 2, '2 values 0 or 1'],
    [lines([0, 1, 0], [1, 0, 2]), 2, '3 values 0 or 1'],
    [lines(['1', '0', '2'], ['1', '1', '0']), 1, 'values 0 or 1'],
    [lines([0, 1, 0], [1, 0, 2], 'java'), 2, '3 values 0 or 1'],
    ['text,label\na,"[0, 1]"\nb,"[nan, 1]"\n', 3, '2 values 0 or 1'],
  ])('refuses vectors with another value than 0 and 1: %j', async (content, line, expected) => {
    await expect(read(content)).rejects.toMatchObject({
      code: 'DATA_LABEL_INVALID',
      message: expect.stringMatching(
        new RegExp(`line ${line}: expected a vector of ${expected}.*; write only 0 and 1, or a list of names`),
      ),
    });
  });

  it('reads lists of names without quotes where each field is one, and refuses one among others', async () => {
    expect((await read('text,label\na,"[java, machine learning]"\nb,[sql]\nc,[]\nd,\n')).labels).toEqual([
      ['java', 'machine learning'],
      ['sql'],
      [],
      [],
    ]);
    expect((await read('text,label\na,"{java,sql}"\nb,{sql}\nc,{}\n')).labels).toEqual([['java', 'sql'], ['sql'], []]);
    await expect(read('text,label\na,java\nb,"[java, sql]"\n')).rejects.toMatchObject({
      code: 'DATA_LABEL_INVALID',
      message: expect.stringMatching(
        /line 3: expected a list of labels in all rows or in no row, in column "label", got "\[java, sql\]"; write names in quotes, such as \["java", "sql"\]$/,
      ),
    });
  });

  it.each(['[0 1 ... 1]', 'tensor([0, 1,  ..., 1])'])('refuses the shortened list %s', async (list) => {
    await expect(read(`text,label\na,"[0 1 1]"\nb,"${list}"\n`)).rejects.toMatchObject({
      code: 'DATA_LABEL_INVALID',
      message: expect.stringMatching(/line 3: expected a vector of 3 values 0 or 1/),
    });
    await expect(read(`text,label\na,"${list}"\nb,"${list}"\n`)).rejects.toMatchObject({
      code: 'DATA_LABEL_INVALID',
      message: expect.stringMatching(/line 2: expected a set of labels .*, or a whole vector of 0 and 1$/),
    });
  });

  it('reads a column of 0 and 1 per label', async () => {
    const content = 'text,toxic,obscene,threat\na,1,0,0\nb,0.0,True,0\nc,1,1,0\nd,0,0,0\n';
    const { labels, notes } = await read(content, { label: 'toxic, obscene,threat' });
    expect(labels).toEqual([['toxic'], ['obscene'], ['toxic', 'obscene'], []]);
    expect(notes).toEqual(['no row has a 1 in "threat"']);
    const one = await read(content, { label: 'toxic' });
    expect([one.labels, one.notes[0]]).toEqual([
      [['toxic'], [], ['toxic'], []],
      expect.stringContaining('is read as one label, of the rows with a 1'),
    ]);
    expect((await read(content, { label: 'toxic', known: ['0', '0.0', '1'] })).labels).toEqual([
      ['1'],
      ['0.0'],
      ['1'],
      ['0'],
    ]);
    await expect(read(content.replace('c,1', 'c,0.7'), { label: 'toxic,obscene' })).rejects.toMatchObject({
      code: 'DATA_LABEL_INVALID',
      message: expect.stringMatching(/line 4: expected 0 or 1 in column "toxic", got "0\.7"/),
    });
    await expect(read(content, { label: 'toxic,obscen' })).rejects.toMatchObject({
      code: 'DATA_COLUMN_MISSING',
      message: expect.stringContaining('did you mean "obscene"'),
    });
  });
});

describe('one label per text', () => {
  const kind = 'single_label_classification';

  it('refuses several labels, and takes a list of one for its label', async () => {
    for (const list of [
      `"['java', 'sql']"`,
      '"[0, 1]"',
      `"['java', 'sq"`,
      '[0 1 0]',
      '[0 1 ... 1]',
      '"tensor([1, 0])"',
      `"Index(['java', 'sq"`,
      '"[1, null]"',
    ])
      await expect(read(`text,label\na,java\nb,${list}\n`, { kind })).rejects.toMatchObject({
        code: 'DATA_LABEL_MISSING',
        message: expect.stringMatching(/line 3: expected a label .* pass --problem-type multi_label_classification$/),
      });
    await expect(read('text,a,b\nx,0,1\n', { kind, label: 'a,b' })).rejects.toThrow(
      'pass --problem-type multi_label_classification',
    );
    const { labels } = await read(`text,label\na,['java']\nb,(unknown)\nc,[1]\n`, { kind });
    expect(labels).toEqual(['java', '(unknown)', '[1]']);
    const calls = await read(
      `text,label\na,"Index(['java'], dtype='object')"\nb,tensor([1])\nc,tensor(2)\nd,np.str_('sql')\n`,
      { kind },
    );
    expect(calls.labels).toEqual(['java', '1', '2', 'sql']);
  });

  it('knows the labels of a model as they stand', async () => {
    const known = ["['java', 'sql']", 'farm ', 'farm'];
    const { labels, notes } = await read(`text,label\na,"['java', 'sql']"\nb,farm \nc,farm\n`, { kind, known });
    expect([labels, notes]).toEqual([known, []]);
  });

  it('brings labels and groups to one form, and takes what nobody sees for nothing', async () => {
    const content = 'text,label,group\na,farm,g\nb,farm\u00a0,g \nc,\u200bfarm,\ufeffg\n';
    const { labels, groups } = await read(content, { kind, groupBy: 'group' });
    expect([labels, groups]).toEqual([
      ['farm', 'farm', 'farm'],
      ['g', 'g', 'g'],
    ]);
    await expect(read('text,label\na,farm\nb,\u200b\n', { kind })).rejects.toMatchObject({
      code: 'DATA_LABEL_MISSING',
    });
    expect((await read('text,label\na,\u00a01.5\nb,2\u200b\n', { kind: 'regression' })).labels).toEqual([1.5, 2]);
  });

  it('keeps integers beyond 2⁵³ apart, as labels and as groups', async () => {
    const rows = ['9007199254740992', '9007199254740993'].map(
      (id) => `{"text": "a", "label": ${id}, "group": ${id}.5}`,
    );
    const { labels, groups } = await read(rows.join('\n'), { kind, groupBy: 'group' });
    expect([labels, groups]).toEqual([
      ['9007199254740992', '9007199254740993'],
      ['9007199254740992.5', '9007199254740993.5'],
    ]);
  });
});
