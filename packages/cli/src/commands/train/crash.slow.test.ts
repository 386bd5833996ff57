import { expect, it } from 'vitest';
import { crashRuns, isBuilt } from '../../../test/crash';
import { temporaryDirectory } from '../../../test/files';

it.skipIf(!isBuilt)(
  'a hundred runs, killed at random and resumed, come to the bytes of an undisturbed one (needs dist: npm run build)',
  async () => {
    const { kills, identical, failures } = await crashRuns(temporaryDirectory(), { count: 100, seed: 2 });
    console.log(`${kills} kills, ${identical} of 100 runs identical`);
    expect(failures).toEqual([]);
    expect(identical).toBe(100);
  },
  3_600_000,
);
