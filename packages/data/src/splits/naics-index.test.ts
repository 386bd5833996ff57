import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { naicsSector, naicsSectors } from '../naics';
import { parseCsv } from '../readers/csv';
import { column } from '../table';
import { nearDuplicateGroups } from './near-duplicates';
import { split } from './split';

const file = new URL('../../../../examples/sectors/data/naics-2012-index.tsv', import.meta.url);
const table = parseCsv(readFileSync(file, 'utf8'), { where: 'naics-2012-index.tsv', delimiter: '\t' });
const codes = column(table, 'naics_code');
const sectors = codes.map(naicsSector);
const groups = nearDuplicateGroups(column(table, 'activity'), { within: codes });

function sizesOf(ids: Iterable<number>): Map<number, number> {
  const sizes = new Map<number, number>();
  for (const id of ids) sizes.set(id, (sizes.get(id) ?? 0) + 1);
  return sizes;
}

describe('the embedded NAICS index', () => {
  it('is the whole table', () => {
    expect(table.rows).toHaveLength(17_338);
    expect(new Set(codes).size).toBe(1057);
    expect(new Set(sectors)).toEqual(new Set(naicsSectors.keys()));
  });

  it('has the near-duplicate groups that an independent program found', () => {
    const sizes = sizesOf(groups);
    expect(sizes.size).toBe(11_153);
    expect([...sizes.values()].sort((a, b) => b - a).slice(0, 5)).toEqual([202, 129, 102, 70, 68]);
    expect([...sizesOf(sizes.values())].sort(([a], [b]) => a - b).slice(0, 6)).toEqual([
      [1, 8938],
      [2, 1368],
      [3, 337],
      [4, 165],
      [5, 70],
      [6, 65],
    ]);
  });

  it('splits 80/10/10 with groups whole, sector shares kept and every sector in every part', () => {
    const { parts, warnings } = split({ labels: sectors, groups, fractions: [0.8, 0.1, 0.1], seed: 42 });
    expect(warnings).toEqual([]);
    expect(parts.reduce((sum, part) => sum + part.length, 0)).toBe(17_338);
    const groupsOfParts = parts.map((part) => new Set(Array.from(part, (i) => groups[i])));
    expect(groupsOfParts.reduce((sum, part) => sum + part.size, 0)).toBe(11_153);
    for (const sector of naicsSectors.keys()) {
      const total = sectors.filter((name) => name === sector).length;
      const counts = parts.map((part) => part.filter((i) => sectors[i] === sector).length);
      for (const [part, share] of [0.8, 0.1, 0.1].entries()) {
        expect(counts[part], `${sector} in part ${part}`).toBeGreaterThan(0);
        expect(Math.abs(counts[part] - share * total), `${sector} in part ${part}`).toBeLessThan(2);
      }
    }
  });
});
