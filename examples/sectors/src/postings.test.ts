import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatePostings, postingSectors } from '@attune/data';
import { describe, expect, it } from 'vitest';
import { labelNoise, partsOf, readPostings } from './postings';

const postings = await readPostings();
const shares = [0.2, 0.4, 1];

describe('the generated postings', () => {
  it('are 5,000 of 21 sectors, one label of twenty wrong', () => {
    expect(new Set(postings.labels)).toEqual(new Set(postingSectors.keys()));
    const right = generatePostings({ count: 5000, seed: 42 }).map(({ trueSector }) => trueSector);
    const wrong = postings.labels.filter((label, i) => label !== right[i]).length;
    expect(wrong / postings.labels.length).toBeGreaterThan(labelNoise - 0.01);
    expect(wrong / postings.labels.length).toBeLessThan(labelNoise + 0.01);
  });
});

describe('the parts of a run', () => {
  it.each(['original', 'better'] as const)(
    'are tested on the same texts whatever the recipe and size: %s',
    (recipe) => {
      const wanted = partsOf(postings, 1, 'better').test!;
      expect(wanted.texts).toHaveLength(1000);
      for (const share of shares) {
        const { validation, test = validation } = partsOf(postings, share, recipe);
        expect(test).toEqual(wanted);
      }
    },
  );

  it('learn from 800, 1,600 and 4,000 texts, none of them in another part', () => {
    const sizes = shares.map((share) => {
      const { train, validation, test } = partsOf(postings, share, 'better');
      const texts = [train, validation!, test!].flatMap((part) => part.texts);
      expect(new Set(texts).size).toBe(texts.length);
      return [train.texts.length, validation!.texts.length];
    });
    expect(sizes).toEqual([
      [700, 100],
      [1400, 200],
      [3500, 500],
    ]);
    expect(shares.map((share) => partsOf(postings, share, 'original').train.texts.length)).toEqual([800, 1600, 4000]);
  });

  it('have the sectors in the same shares', () => {
    const shareOf = (labels: readonly string[], sector: string) =>
      labels.filter((label) => label === sector).length / labels.length;
    const { train, validation, test } = partsOf(postings, 1, 'better');
    for (const sector of postingSectors.keys())
      for (const { labels } of [train, validation!, test!])
        expect(Math.abs(shareOf(labels, sector) - shareOf(postings.labels, sector))).toBeLessThan(0.005);
  });
});

it('refuses a row of your own file without a label', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'attune-sectors-'));
  const data = join(directory, 'own.csv');
  writeFileSync(data, 'text,sector\nfarm,11\nshop,\n');
  await expect(readPostings(data)).rejects.toThrow('own.csv line 3: expected a label in "sector"');
  rmSync(directory, { recursive: true });
});
