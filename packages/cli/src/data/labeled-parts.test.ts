import { describe, expect, it } from 'vitest';
import { csv, farmAndCode, fileIn, temporaryDirectory } from '../../test/files';
import { readLabeledParts } from './labeled-parts';
import { countRepeated, type PlanFlags, planParts } from './parts';

type Rows = readonly Readonly<Record<string, unknown>>[];

/** Reads rows as `attune train` would, with notes. */
async function partsOf(rows: Rows, flags: PlanFlags = {}, seed = 42) {
  const data = fileIn(temporaryDirectory(), 'data.csv', csv(rows));
  const notes: string[] = [];
  const columns = { text: 'text', label: 'label', groupBy: flags.groupBy };
  const onNote = (note: string) => notes.push(note);
  const parts = await readLabeledParts({ data, columns, plan: planParts(flags), seed, onNote });
  return { ...parts, notes };
}

const distinct = farmAndCode(100).map(({ label, title }) => ({ text: title, label }));

describe('readLabeledParts', () => {
  it('shares out by label, and says so', async () => {
    const { train, validation, test, notes } = await partsOf(distinct);
    const farms = [train, validation, test].map((part) => part!.labels.filter((label) => label === 'farm').length);
    expect(farms).toEqual([40, 5, 5]);
    expect(notes).toEqual([
      '80 training, 10 validation, 10 test texts: split 80/10/10 by label, equal texts kept together, seed 42',
    ]);
  });

  it('shares out the same way for a seed, and another way for another', async () => {
    const [first, again, other] = [await partsOf(distinct), await partsOf(distinct), await partsOf(distinct, {}, 7)];
    expect(again.test!.texts).toEqual(first.test!.texts);
    expect(other.test!.texts).not.toEqual(first.test!.texts);
  });

  it('leaves out rows that an annotator rejected or ignored, unless the column is a text or a label', async () => {
    const answered = distinct.map((row, i) => ({ ...row, answer: i < 90 ? 'accept' : i < 95 ? 'reject' : 'ignore' }));
    const { train, validation, test, notes } = await partsOf(answered);
    expect([train, validation!, test!].flatMap(({ texts }) => texts)).toHaveLength(90);
    expect(notes[0]).toMatch(/: 10 rows whose "answer" is not "accept" left out$/);
    const free = distinct.map((row, i) => ({ ...row, answer: i < 99 ? 'accept' : 'maybe' }));
    expect((await partsOf(free)).train.texts).toHaveLength(80);
    const asLabel = answered.map(({ text, answer }) => ({ text, label: answer }));
    const labeled = await partsOf(asLabel);
    expect(new Set(labeled.train.labels).size).toBe(3);
  });

  it('reports on the validation part where there are two', async () => {
    const { train, validation, test, notes } = await partsOf(distinct, { split: '80/20' });
    expect([train.texts.length, validation!.texts.length, test]).toEqual([80, 20, undefined]);
    expect(notes).toContain('results are reported on the validation part: there is no test part');
  });

  it('keeps equal texts in one part, case and white space aside', async () => {
    const twice = [...distinct, ...distinct.map(({ text, label }) => ({ text: ` ${text.toUpperCase()}`, label }))];
    const { train, validation, test } = await partsOf(twice);
    expect(countRepeated(train.texts, [...validation!.texts, ...test!.texts])).toBe(0);
    expect(countRepeated(validation!.texts, test!.texts)).toBe(0);
  });

  it('keeps groups in one part, and rows without a group apart', async () => {
    const rows = distinct.map((row, i) => ({ ...row, posting: i < 60 ? `p${Math.floor(i / 3)}` : '' }));
    const { train, validation, test, notes } = await partsOf(rows, { groupBy: 'posting' });
    const postingOf = new Map(rows.map(({ text, posting }) => [text, posting]));
    const [a, b, c] = [train, validation!, test!].map((part) => new Set(part.texts.map((text) => postingOf.get(text))));
    const shared = [...a].filter((posting) => b.has(posting) || c.has(posting));
    expect(shared).toEqual(['']);
    expect(notes.join()).toContain('rows with the same "posting" kept together');
  });

  it('drops empty texts, keeps a class of one in training, and counts both', async () => {
    const rows = [
      ...distinct,
      { text: ' ', label: 'farm' },
      { text: '', label: 'code' },
      { text: 'lone', label: 'one' },
    ];
    const { train, notes } = await partsOf(rows);
    expect(train.labels).toContain('one');
    expect(notes.join('\n')).toMatch(/data\.csv: 2 empty texts dropped/);
    expect(notes.join('\n')).toContain('1 label has only one example, kept in training: "one"');
  });

  it('counts texts of other files that are in training too', async () => {
    const directory = temporaryDirectory();
    const testData = fileIn(directory, 'test.csv', csv([{ text: distinct[0].text.toUpperCase(), label: 'farm' }]));
    const evalData = fileIn(directory, 'eval.csv', csv([{ text: 'new', label: 'farm' }]));
    const { train, validation, notes } = await partsOf(distinct, { evalData, testData });
    expect([train.texts.length, validation!.texts]).toEqual([100, ['new']]);
    expect(notes).toEqual([
      expect.stringMatching(/^1 of 1 test text are also in .*data\.csv/),
      '100 training, 1 validation, 1 test texts',
    ]);
  });

  it.each<[string, Rows, PlanFlags, RegExp]>([
    [
      'one class',
      [{ text: 'a', label: 'x' }],
      {},
      /data\.csv: expected at least two classes in column "label", got 1 row of "x"/,
    ],
    ['no text', [{ text: ' ', label: 'x' }], {}, /data\.csv: expected texts, got 1 row with an empty text/],
    [
      'no label',
      [
        { text: 'a', label: 'x' },
        { text: 'b', label: '' },
      ],
      {},
      /data\.csv line 3: expected a label in column "label"/,
    ],
    ['no such group', distinct, { groupBy: 'lable' }, /expected a column "lable".*did you mean "label"/],
  ])('refuses %s', async (_, rows, flags, message) => {
    await expect(partsOf(rows, flags)).rejects.toThrow(message);
  });

  it('names file and line of a label that training does not know', async () => {
    const evalData = fileIn(
      temporaryDirectory(),
      'eval.csv',
      csv([
        { text: 'a', label: 'farm' },
        { text: 'b', label: 'frm' },
      ]),
    );
    await expect(partsOf(distinct, { evalData })).rejects.toThrow(
      /eval\.csv line 3: expected one of the training data's 2 labels \(farm, code\), got "frm"; did you mean "farm"\?/,
    );
  });
});
