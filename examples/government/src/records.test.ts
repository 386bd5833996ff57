import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseCsv } from '@attune/data';
import { readTable } from '@attune/data/node';
import { describe, expect, it } from 'vitest';
import { foldsOf } from './folds';
import { countLeaks, labelledRecords, type Recipe } from './records';
import { readSettings } from './settings';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const recipe = readSettings([]);
const embedded = path('../data/udid-cards.csv');
const wide = path('../../../../shared/data/gov/udid_state_year.csv');
const districts = path('../../../../shared/data/gov/aadhaar_districts.csv');
const districtRecipe: Recipe = { ...recipe, text: 'State: {state}. District: {district}.', volume: 'enrolments' };

const recordsIn = (csv: string, own: Partial<Recipe> = {}) =>
  labelledRecords(parseCsv(csv, { where: 'test.csv' }), { ...districtRecipe, ...own });

describe('labels', () => {
  it.each([5000, 1000])('of the embedded table are the rule, row by row, at %i', async (threshold) => {
    const { records } = labelledRecords(await readTable(embedded), { ...recipe, threshold });
    // Taken from the file's lines by hand: no reader, no cleaning.
    const lines = readFileSync(embedded, 'utf8').trimEnd().split('\n').slice(1);
    const expected = lines.map((line) => {
      const [state, year, cards] = line.split(',');
      return {
        text: `State: ${state}. Year: ${year}.`,
        label: Number(cards) >= threshold ? 'high' : 'low',
        group: state,
      };
    });
    expect(expected).toHaveLength(216);
    expect(records).toMatchObject(expected);
  });

  it('of 5,000 cards are high, of 4,999 low', () => {
    const { records } = recordsIn('state,district,enrolments\ngoa,a,5000\ngoa,b,4999\n');
    expect(records.map(({ label }) => label)).toEqual(['high', 'low']);
  });

  it.skipIf(!existsSync(wide))('stand on the source table, its sums included', async () => {
    const source = await readTable(wide);
    const sums = new Map<string, number>();
    for (const { group, volume } of labelledRecords(await readTable(embedded), recipe).records)
      sums.set(group, (sums.get(group) ?? 0) + volume);
    expect(Object.fromEntries(sums)).toEqual(
      Object.fromEntries(source.rows.map(({ fields }) => [fields.state, Number(fields.total)])),
    );
  });
});

describe('cleaning', () => {
  it('adds up what is one record in several spellings, and says what it did', () => {
    const csv =
      'state,district,enrolments\n' +
      'jammu & kashmir, Haveli *,3000\n' +
      'Jammu and Kashmir,HAVELI,2500\n' +
      'pondicherry,Mahe,7\n' +
      'goa,North Goa,NA\n' +
      'goa,,12\n' +
      'goa,South Goa,1\n' +
      'goa,South Goa,1\n';
    const { records, steps } = recordsIn(csv);
    expect(records).toMatchObject([
      { line: 2, text: 'State: Jammu and Kashmir. District: Haveli.', volume: 5500, label: 'high', by: 'Northern' },
      { line: 4, text: 'State: Puducherry. District: Mahe.', volume: 7, label: 'low', by: 'Southern' },
      { line: 7, group: 'Goa', text: 'State: Goa. District: South Goa.', volume: 1, by: 'Western' },
    ]);
    expect(Object.fromEntries(steps.map(({ step, count }) => [step, count]))).toEqual({
      'whitespace in district: change': 1,
      'missing in district: drop': 1,
      'missing in enrolments: drop': 1,
      'duplicates: drop': 1,
      'spelling of state, district: change': 4,
      'one record in several spellings: enrolments added up': 1,
    });
  });

  it('fills by policy, and names the line of what is no number', () => {
    const csv = 'state,district,enrolments\ngoa,a,\ngoa,b,10\ngoa,c,6000\n';
    expect(recordsIn(csv, { missing: 'median' }).records[0]).toMatchObject({ volume: 3005, label: 'low' });
    expect(recordsIn(csv, { missing: { fill: '0' } }).records[0].volume).toBe(0);
    expect(() => recordsIn('state,district,enrolments\ngoa,a,1\ngoa,b,many\n')).toThrow(
      'test.csv line 3, column "enrolments": expected a number ≥ 0, got "many"',
    );
  });

  it.skipIf(!existsSync(districts))('knows every state of the districts, once', async () => {
    const { records } = labelledRecords(await readTable(districts), districtRecipe);
    const states = new Set(records.map(({ group }) => group));
    expect([...states].filter((state) => !Object.values(recipe.regions).flat().includes(state))).toEqual([]);
    expect(new Set(records.map(({ text }) => text.toLowerCase())).size).toBe(records.length);
    const file = readFileSync(districts, 'utf8').trimEnd().split('\n').slice(1);
    const total = file.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(',') + 1)), 0);
    expect(records.reduce((sum, { volume }) => sum + volume, 0)).toBe(total);
  });
});

it('finds the texts that tell the answer, and no others', () => {
  const csv = 'state,district,enrolments\ngoa,2016-17,17\ngoa,"1,200 huts",1200\ngoa,c,6000\n';
  expect(countLeaks(recordsIn(csv).records)).toBe(1);
  const leaking = recordsIn(csv, { withVolume: true }).records;
  expect(leaking[2].text).toBe('State: Goa. District: C. enrolments: 6000.');
  expect(countLeaks(leaking)).toBe(3);
});

it('holds each record out once, and no state in two parts', async () => {
  const { records } = labelledRecords(await readTable(embedded), recipe);
  const folds = foldsOf(records, { folds: 5, validation: 0.25, seed: 1 });
  expect(folds.flatMap(({ heldOut }) => [...heldOut]).sort((a, b) => a - b)).toEqual([...records.keys()]);
  for (const { train, validation, test, heldOut } of folds) {
    expect(test).toEqual(Array.from(heldOut, (row) => records[row]));
    expect(train.length + validation.length + test.length).toBe(216);
    const parts = [train, validation, test].map((part) => new Set(part.map(({ group }) => group)));
    expect(new Set(parts.flatMap((part) => [...part])).size).toBe(parts[0].size + parts[1].size + parts[2].size);
    for (const part of [train, validation, test]) expect(new Set(part.map(({ label }) => label)).size).toBe(2);
  }
});
