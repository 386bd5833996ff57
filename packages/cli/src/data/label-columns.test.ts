import { problems } from '@attune/train';
import { describe, expect, it } from 'vitest';
import { csv, fileIn, temporaryDirectory } from '../../test/files';
import { type LabeledColumns, readLabeledParts } from './labeled-parts';
import { planParts } from './parts';

const several = problems.multi_label_classification.column;
const number = problems.regression.column;

describe('a column of several labels', () => {
  it.each([
    [';', 'farm; bank ;;farm', ['farm', 'bank']],
    ['|', 'a;b|c', ['a;b', 'c']],
    [' and ', 'farm and bank', ['farm', 'bank']],
    [';', ' ', []],
    [';', '["a;b", "c", 3]', ['a;b', 'c', '3']],
    [';', '[not JSON;b', ['[not JSON', 'b']],
  ])('separated by %j: %j', (separator, field, labels) => {
    expect(several.read(field, separator)).toEqual(labels);
  });

  it('is shared out by the rarest label of each text', () => {
    expect(several.strata([['a'], ['a', 'b'], [], ['b', 'a', 'c'], ['a']])).toEqual(['a', 'b', '(no label)', 'c', 'a']);
  });
});

it.each([
  ['3.5', 3.5],
  [' -2e3 ', -2000],
  ['.5', 0.5],
  ['', undefined],
  ['12 kg', undefined],
  ['NaN', undefined],
  ['0x10', undefined],
  ['1e999', undefined],
])('a number in %j is %j', (field, value) => {
  expect(number.read(field, ';')).toBe(value);
});

describe('readLabeledParts of other kinds', () => {
  const partsOf = (
    rows: readonly Readonly<Record<string, unknown>>[],
    columns: Pick<LabeledColumns, 'problemType' | 'textPair'>,
  ) => {
    const notes: string[] = [];
    const data = fileIn(temporaryDirectory(), 'data.csv', csv(rows));
    const own = { text: 'text', label: 'label', ...columns };
    const onNote = (note: string) => notes.push(note);
    return readLabeledParts<'regression'>({ data, columns: own, plan: planParts({}), seed: 1, onNote }).then(
      (parts) => ({
        ...parts,
        notes,
      }),
    );
  };
  const priced = Array.from({ length: 20 }, (_, i) => ({ text: `text ${i}`, other: `second ${i}`, label: i / 2 }));

  it('shares numbers out at random, second texts with them', async () => {
    const { train, test, notes } = await partsOf(priced, { problemType: 'regression', textPair: 'other' });
    expect(notes[0]).toContain('split 80/10/10 at random');
    expect(train.labels.map((label) => `text ${2 * label}`)).toEqual(train.texts);
    expect(test!.pairs).toEqual(test!.texts.map((text) => text.replace('text', 'second')));
  });

  it('names file and line of what is no number, and refuses one number only', async () => {
    const wrong = priced.map((row, i) => (i === 3 ? { ...row, label: 'cheap' } : row));
    await expect(partsOf(wrong, { problemType: 'regression' })).rejects.toMatchObject({
      code: 'DATA_LABEL_INVALID',
      message: expect.stringMatching(
        /data\.csv line 5: expected a number in column "label", got "cheap"; correct it, or remove the row$/,
      ),
    });
    for (const label of ['3,5', '30.0%', '2,996.22', '$2996.22']) {
      const separated = priced.map((row, i) => (i === 3 ? { ...row, label } : row));
      await expect(partsOf(separated, { problemType: 'regression' })).rejects.toThrow(
        `got "${label}"; write it with a decimal point and no other sign, such as 3.5`,
      );
    }
    const same = priced.map((row) => ({ ...row, label: 7 }));
    await expect(partsOf(same, { problemType: 'regression' })).rejects.toThrow(
      'data.csv: expected different numbers in column "label", got 20 rows of 7; check --label',
    );
  });
});
