import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Calls `work` with a temporary directory that is there as long as it runs. */
export async function withDirectory(work) {
  const directory = await mkdtemp(join(tmpdir(), 'attune-benchmark-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
