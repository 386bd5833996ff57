// The Trainer's side: a process of its own, after Attune's.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openWorker } from '../common/worker.mjs';

const script = fileURLToPath(new URL('trainer_losses.py', import.meta.url));

/**
 * @param plan settings, `batches` of `{ ids, labels }`, and `dtype`, the type of the weights
 * @returns the `losses` of all steps, and the `versions` that it ran on
 */
export async function trainerLosses(directory, plan, python) {
  const path = join(directory, `${plan.dtype}.json`);
  await writeFile(path, JSON.stringify(plan));
  const { ready, close } = await openWorker(python, [script, path]);
  await close();
  return ready;
}
