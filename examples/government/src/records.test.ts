import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { thresholdRecords } from '@attune/data';
import { readTable } from '@attune/data/node';
import { describe, expect, it } from 'vitest';
import { readSettings } from './settings';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const settings = readSettings({ argv: [], exit: process.exit, stdout: process.stdout });
const embedded = path('../data/udid-cards.csv');
const wide = path('../../../../shared/data/gov/udid_state_year.csv');
const districts = path('../../../../shared/data/gov/aadhaar_districts.csv');
const recordsOf = async (file: string, own: object = {}) =>
  thresholdRecords(await readTable(file), { ...settings, number: settings.volume, ...own }).records;

describe('labels', () => {
  it.each([5000, 1000])('of the embedded table are the rule, row by row, at %i', async (threshold) => {
    const records = await recordsOf(embedded, { threshold });
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

  it.skipIf(!existsSync(wide))('stand on the source table, its sums included (needs ../shared/data)', async () => {
    const source = await readTable(wide);
    const sums = new Map<string, number>();
    for (const { group, number } of await recordsOf(embedded)) sums.set(group, (sums.get(group) ?? 0) + number);
    expect(Object.fromEntries(sums)).toEqual(
      Object.fromEntries(source.rows.map(({ fields }) => [fields.state, Number(fields.total)])),
    );
  });
});

it.skipIf(!existsSync(districts))(
  'the regions have every state of the districts, once (needs ../shared/data)',
  async () => {
    const names = { text: 'State: {state}. District: {district}.', number: 'enrolments' };
    const records = await recordsOf(districts, names);
    const states = new Set(records.map(({ group }) => group));
    expect([...states].filter((state) => !Object.values(settings.regions!).flat().includes(state))).toEqual([]);
    expect(new Set(records.map(({ text }) => text.toLowerCase())).size).toBe(records.length);
    const file = readFileSync(districts, 'utf8').trimEnd().split('\n').slice(1);
    const total = file.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(',') + 1)), 0);
    expect(records.reduce((sum, { number }) => sum + number, 0)).toBe(total);
  },
);
