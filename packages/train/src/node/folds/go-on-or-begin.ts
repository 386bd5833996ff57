import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** How a run starts in a directory in which an earlier one may have been interrupted. */
export interface StartOptions {
  readonly resume: boolean;
  readonly overwrite: boolean;
}

/**
 * Goes on from the newest whole checkpoint of a run directory, or begins anew where there is none.
 *
 * @example
 * await goOnOrBegin('runs/a', (start) => fitSequenceClassifier({ ...options, ...start, out: 'runs/a' }));
 */
export async function goOnOrBegin<T>(directory: string, fit: (start: StartOptions) => Promise<T>): Promise<T> {
  const anew = { resume: false, overwrite: true };
  if (!existsSync(join(directory, 'checkpoints'))) return fit(anew);
  try {
    return await fit({ resume: true, overwrite: false });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'CHECKPOINT_NONE') throw error;
    return fit(anew);
  }
}
