import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/engine';
import type { TypedOptions } from '../command';
import { UsageError } from '../usage-error';

/** What is not recorded: where a search is, and how it is told. */
const place = ['out', 'overwrite', 'resume', 'json'];

/** The options that decide a search, as they were typed. */
export function decidingOptions(typed: TypedOptions): TypedOptions {
  return Object.fromEntries(
    Object.entries(typed).filter(([name, value]) => !place.includes(name) && value !== undefined),
  );
}

/**
 * The options of a search that is to go on: as they were typed when it began, under those typed now.
 *
 * @throws UsageError without --out; AttuneError SEARCH_CONFIG for a directory that holds no search
 */
export async function resumedSearch(typed: TypedOptions): Promise<TypedOptions> {
  if (typeof typed.out !== 'string') throw new UsageError('--out: required');
  const path = join(typed.out, 'search.json');
  try {
    const { config } = JSON.parse(await readFile(path, 'utf8'));
    return { ...config.searchOptions, ...typed };
  } catch (cause) {
    throw new AttuneError(
      'SEARCH_CONFIG',
      `${path}: expected the search.json of attune search, got ${(cause as Error).message}; name its directory with --out`,
      { cause },
    );
  }
}
