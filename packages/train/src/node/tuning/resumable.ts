import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAttuneError } from '@attune/internal';

/**
 * Functions for search and cross-validation: several runs below one directory, which resume after an interruption only with
 * their original settings.
 */

/** How a run starts in a directory with a possibly interrupted earlier run. */
export interface StartOptions {
  /** Resumes from the newest whole checkpoint. */
  readonly resume: boolean;
  /** Removes the existing run. */
  readonly overwrite: boolean;
}

/**
 * Resumes from the newest whole checkpoint of a run directory, or starts from the beginning without one. A run that has ended and kept none
 * is not started again: `fit` then throws RUN_FINISHED.
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

/** The names of changed settings, compared as JSON. */
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
