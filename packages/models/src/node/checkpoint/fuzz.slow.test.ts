import { afterAll, expect, it, vi } from 'vitest';
import { fuzz } from '../../../test/fuzz/fuzz';
import { temporaryDirectory } from '../../../test/temporary';

await vi.hoisted(async () => (await import('../../../test/fuzz/watch')).watchAllocations());
vi.mock('node:fs/promises', async (original) =>
  (await import('../../../test/fuzz/watch')).watchedFiles(await original()),
);

const parts = 10;
const count = 10_000;
const total: Record<string, number> = {};

afterAll(() => console.log(`${parts * count} changed checkpoints`, total));

it.each(Array.from({ length: parts }, (_, part) => part * count))(
  `loads what a changed checkpoint says, or refuses it with the reason: ${count} from %i`,
  async (from) => {
    const { outcomes, failures } = await fuzz({ directory: temporaryDirectory(), seed: 2, from, count });
    expect(failures).toEqual([]);
    for (const [outcome, times] of Object.entries(outcomes)) total[outcome] = (total[outcome] ?? 0) + times;
  },
);
