import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAttuneError } from '@attune/internal';

/**
 * What a search and a cross-validation share: several runs below one directory, which go on after an interruption only with the
 * settings that they began with.
 */

/** How a run starts in a directory in which an earlier one may have been interrupted. */
export interface StartOptions {
  /** Goes on from the newest whole checkpoint. */
  readonly resume: boolean;
  /** Removes what is there. */
  readonly overwrite: boolean;
}

/**
 * Resumes from the newest whole checkpoint of a run directory, or starts anew where there is none. A run that has ended and kept none
 * is not begun anew: `fit` then throws RUN_FINISHED.
 *
 * @example
 * await resumeOrStart('runs/a', (start) => fitSequenceClassifier({ ...options, ...start, out: 'runs/a' }));
 */
export async function resumeOrStart<T>(directory: string, fit: (start: StartOptions) => Promise<T>): Promise<T> {
  const anew = { resume: false, overwrite: true };
  if (!['checkpoints', 'summary.json'].some((name) => existsSync(join(directory, name)))) return fit(anew);
  try {
    return await fit({ resume: true, overwrite: false });
  } catch (error) {
    if (!isAttuneError(error, 'CHECKPOINT_NONE')) throw error;
    return fit(anew);
  }
}

type Settings = Readonly<Record<string, unknown>>;

/** The names of settings that are not what they were, as JSON has them. */
export function changedSettings(earlier: Settings, settings: Settings): string[] {
  const now: Settings = JSON.parse(JSON.stringify(settings));
  const names = [...new Set([...Object.keys(earlier), ...Object.keys(now)])];
  return names.filter((name) => JSON.stringify(earlier[name]) !== JSON.stringify(now[name]));
}

/** Removes `NAME-1`, `NAME-2`, … of an earlier start. */
export async function removeNumbered(directory: string, name: string): Promise<void> {
  const entries = await readdir(directory).catch((): string[] => []);
  for (const entry of entries.filter((entry) => new RegExp(`^${name}-\\d+$`).test(entry)))
    await rm(join(directory, entry), { recursive: true });
}
