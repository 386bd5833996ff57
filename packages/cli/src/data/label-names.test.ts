import { describe, expect, it } from 'vitest';
import { labelNames } from './label-names';

/** What becomes of names, and the notes without their beginning. */
function namesOf(names: readonly string[], known?: readonly string[]) {
  const { nameOf, notes } = labelNames(names, { where: 'x.csv', known });
  return { names: names.map(nameOf), notes: notes.map((note) => note.replace(/^x\.csv: /, '')) };
}

describe('labelNames', () => {
  it('takes blanks, unseen characters and Unicode forms for nothing, with counts', () => {
    const { names, notes } = namesOf(['farm', ' farm', 'farm\u00a0', '\u200bfarm\ufeff', 'cafe\u0301', 'café']);
    expect(names).toEqual(['farm', 'farm', 'farm', 'farm', 'café', 'café']);
    expect(notes).toEqual([
      '4 of 6 labels normalized (surrounding blanks, invisible characters, Unicode form): " farm" (1) as "farm", …',
    ]);
  });

  it.each([
    [['Farm', 'farm', 'farm', 'code'], '"Farm" (1) and "farm" (2)'],
    [
      ['data science', 'data  science', 'data\u200bscience'],
      '"data science" (1) and "data  science" (1) and "data\u200bscience" (1)',
    ],
    [['ｆarm', 'farm'], '"ｆarm" (1) and "farm" (1)'],
    [['1.10', '1.1', '1'], '"1.10" (1) and "1.1" (1)'],
    [['01', '1', '1.0'], '"01" (1) and "1" (1) and "1.0" (1)'],
  ])('keeps apart, and notes, labels that look alike: %j', (names, alike) => {
    expect(namesOf(names)).toEqual({
      names,
      notes: [
        `labels that differ only in case, blanks or zeros are separate classes: ${alike}; spell them the same if they mean the same`,
      ],
    });
  });

  it.each([
    [['1', '1.0', '0.0', '1'], ['1', '1', '0', '1'], '"1.0" (1) as "1", "0.0" (1) as "0"'],
    [['True', 'true', 'FALSE'], ['true', 'true', 'false'], '"True" (1) as "true", "FALSE" (1) as "false"'],
  ])('makes one of the spellings of integers, and of truth values: %j', (names, read, merged) => {
    expect(namesOf(names)).toEqual({
      names: read,
      notes: [`different spellings of one value are one label: ${merged}`],
    });
  });

  it.each([[['1.0', '0.0']], [['True', 'False']], [['true', '1', '0']], [['1', '1.5', 'x']], [['a', 'b']]])(
    'leaves %j as they are',
    (names) => {
      expect(namesOf(names)).toEqual({ names, notes: [] });
    },
  );

  it('matches known labels as they stand first, then by what is the same', () => {
    expect(namesOf(['farm ', 'farm'], ['farm ', 'farm'])).toMatchObject({ names: ['farm ', 'farm'], notes: [] });
    expect(namesOf(['farm', 'code\u00a0'], ['farm ', 'code']).names).toEqual(['farm ', 'code']);
    expect(namesOf(['1', '0', '1.0'], ['0.0', '1.0']).names).toEqual(['1.0', '0.0', '1.0']);
    expect(namesOf(['1', '1.0'], ['0', '1', '1.0']).names).toEqual(['1', '1.0']);
    expect(namesOf(['True'], ['true', 'false']).names).toEqual(['true']);
    expect(namesOf(['1.0', 'x'], ['0', '1']).names).toEqual(['1.0', 'x']);
  });
});
