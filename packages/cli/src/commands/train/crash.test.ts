import { expect, it } from 'vitest';
import { crashRuns, isBuilt } from '../../../test/crash';
import { temporaryDirectory } from '../../../test/files';

// A hundred more are in crash.slow.test.ts.
it.skipIf(!isBuilt)(
  'ten runs, killed at random and resumed, come to the bytes of an undisturbed one (needs dist: npm run build)',
  async () => {
    const { kills, identical, failures } = await crashRuns(temporaryDirectory(), { count: 10, seed: 1 });
    expect(failures).toEqual([]);
    expect(identical).toBe(10);
    expect(kills).toBeGreaterThanOrEqual(10);
  },
  300_000,
);

it.skipIf(!isBuilt)(
  'so do three that learn from a teacher (needs dist: npm run build)',
  async () => {
    const { identical, failures } = await crashRuns(temporaryDirectory(), { count: 3, seed: 2, hasTeacher: true });
    expect(failures).toEqual([]);
    expect(identical).toBe(3);
  },
  300_000,
);
