// Whether a run may be written to a directory, and what it would replace there.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError, reasonOf } from '@attune/internal';
import { innerLock, readJsonObject } from '@attune/internal/node';
import { type RunInputs, refuseInputsIn } from './inputs';
import { hasRunLog } from './run-log';

/** Files and directories of a run, those first that identify one. */
export const contents = [
  'config.json',
  'metrics.jsonl',
  'summary.json',
  'predictions.jsonl',
  'report.html',
  'model',
  'adapter',
  'checkpoints',
  'tensorboard',
  'wandb',
] as const;

/** How a run starts in its directory, and its inputs. */
export interface CheckRunOptions extends RunInputs {
  /** Whether to remove an existing run; default false. */
  readonly overwrite?: boolean;
  /** Whether to resume an existing run; default false. */
  readonly resume?: boolean;
  /** The kind of directory that is overwritten; default a run. */
  readonly replaces?: 'run' | 'folds' | 'search';
}

/**
 * Checks that a run may be written to `path`.
 * @throws AttuneError OUTPUT_EXISTS for a directory with files without `overwrite`, and with it for files of these names that belong to no
 * run; OUTPUT_HOLDS_INPUT where overwriting would remove an input of the run
 * @example
 * await checkRunDirectory('runs/new', { overwrite: true, model: 'runs/old/model' });
 */
export async function checkRunDirectory(
  path: string,
  { overwrite = false, resume = false, replaces = 'run', ...inputs }: CheckRunOptions = {},
): Promise<void> {
  const found = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new AttuneError(
      'OUTPUT_UNUSABLE',
      `${path}: expected a directory to write to, got ${reasonOf(error)}; choose another --out`,
      {
        cause: error,
      },
    );
  });
  const entries = found.filter((name) => name !== innerLock);
  if (entries.length > 0 && !overwrite && !resume)
    throw new AttuneError(
      'OUTPUT_EXISTS',
      `${path}: expected an empty or a new directory, got one with files in it; choose another --out, or pass --overwrite, or --resume to resume from its newest checkpoint`,
    );
  if (resume) return;
  const replaced = replacedIn(entries, replaces);
  await refuseInputsIn(path, replaced, inputs);
  if (replaced.length > 0 && !(await isRun(path)))
    throw new AttuneError(
      'OUTPUT_EXISTS',
      `${path}: expected a run to overwrite, got a directory whose ${replaced[0]} does not belong to a run; choose another --out, such as ${join(path, 'run')}`,
    );
}

/** Whether a directory belongs to a run, folds or a search: their settings are there, or else their log. */
async function isRun(path: string): Promise<boolean> {
  const search = await readJsonObject(join(path, 'search.json')).catch(() => undefined);
  if (Array.isArray(search?.trials)) return true;
  const config = await readJsonObject(join(path, 'config.json')).catch(() => 'damaged' as const);
  if (config !== 'damaged') return config !== undefined && ('attune' in config || 'arguments' in config);
  return hasRunLog(path);
}

/** The entries of its directory that a run, folds or a search replaces. */
function replacedIn(entries: readonly string[], replaces: 'run' | 'folds' | 'search'): readonly string[] {
  const own: readonly string[] = replaces === 'search' ? ['search.json', 'best.json'] : contents;
  const numbered = { run: undefined, folds: /^fold-\d+$/, search: /^trial-\d+$/ }[replaces];
  return entries.filter((name) => own.includes(name) || numbered?.test(name));
}
