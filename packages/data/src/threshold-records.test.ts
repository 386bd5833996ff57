import { describe, expect, it } from 'vitest';
import { parseCsv } from './readers/csv';
import { countNumberLeaks, type ThresholdOptions, thresholdRecords } from './threshold-records';

const options: ThresholdOptions = {
  ...{ text: 'State: {state}. District: {district}.', number: 'enrolments', threshold: 5000, group: 'state' },
  ...{ by: 'region', missing: 'drop', missingValues: ['', 'NA'], spellings: { Pondicherry: 'Puducherry' } },
  regions: { Northern: ['Jammu and Kashmir'], Southern: ['Puducherry'], Western: ['Goa'] },
};
const recordsIn = (csv: string, own: Partial<ThresholdOptions> = {}) =>
  thresholdRecords(parseCsv(csv, { where: 'test.csv' }), { ...options, ...own });

it('calls 5,000 high, and 4,999 low', () => {
  const { records } = recordsIn('state,district,enrolments\ngoa,a,5000\ngoa,b,4999\n');
  expect(records.map(({ label }) => label)).toEqual(['high', 'low']);
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
      { line: 2, text: 'State: Jammu and Kashmir. District: Haveli.', number: 5500, label: 'high', by: 'Northern' },
      { line: 4, text: 'State: Puducherry. District: Mahe.', number: 7, label: 'low', by: 'Southern' },
      { line: 7, group: 'Goa', text: 'State: Goa. District: South Goa.', number: 1, by: 'Western' },
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

  it('adds up no rows of other groups, and reads commas between thousands alone', () => {
    const rows = 'state,district,enrolments\nbihar,aurangabad,"3,000"\ngoa,aurangabad,"12,34,567.5"\n';
    const { records } = recordsIn(rows, { text: 'District: {district}.' });
    expect(records.map(({ group, number }) => [group, number])).toEqual([
      ['Bihar', 3000],
      ['Goa', 1234567.5],
    ]);
    expect(() => recordsIn('state,district,enrolments\ngoa,a,"12,5"\n')).toThrow('got "12,5"');
  });

  it('fills by policy, and names the line of what is no number', () => {
    const csv = 'state,district,enrolments\ngoa,a,\ngoa,b,10\ngoa,c,6000\n';
    expect(recordsIn(csv, { missing: 'median' }).records[0]).toMatchObject({ number: 3005, label: 'low' });
    expect(recordsIn(csv, { missing: { fill: '0' } }).records[0].number).toBe(0);
    expect(() => recordsIn('state,district,enrolments\ngoa,a,1\ngoa,b,many\n')).toThrow(
      'test.csv line 3, column "enrolments": expected a number ≥ 0, got "many"',
    );
  });

  it('reads the groups to compare by from their own column where there is one', () => {
    const { records } = recordsIn('state,district,enrolments\ngoa,a,1\nbihar,b,2\n', { by: 'district' });
    expect(records.map(({ by }) => by)).toEqual(['A', 'B']);
  });
});

it('finds the texts that tell the answer, and no others', () => {
  const csv = 'state,district,enrolments\ngoa,2016-17,17\ngoa,"1,200 huts",1200\ngoa,c,6000\n';
  expect(countNumberLeaks(recordsIn(csv).records)).toBe(1);
  const leaking = recordsIn(csv, { withNumber: true }).records;
  expect(leaking[2].text).toBe('State: Goa. District: C. enrolments: 6000.');
  expect(countNumberLeaks(leaking)).toBe(3);
});
