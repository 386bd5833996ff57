import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/engine';
import type { TypedOptions } from '../command';
import { dashed } from '../flags';
import { UsageError } from '../usage-error';

/** What may stand beside --resume: the run has everything else. */
const own = ['resume', 'out', 'json', 'engine'];

/**
 * The options of a run that is to go on: as they were typed when it began.
 *
 * @throws UsageError for others beside --resume; AttuneError RUN_CONFIG for a directory that is no run of `attune train`
 */
export async function resumedOptions(typed: TypedOptions): Promise<TypedOptions> {
  const others = Object.keys(typed).filter((name) => !own.includes(name) && typed[name] !== undefined);
  const isDefault = (name: string) => typed[name] === false;
  const refused = others.filter((name) => !isDefault(name));
  if (refused.length > 0)
    throw new UsageError(
      `${dashed(refused[0])}: expected --out alone beside --resume, which goes on with the run's own options; leave it out`,
    );
  if (typeof typed.out !== 'string') throw new UsageError('--out: required');
  return { ...(await optionsOf(typed.out)), ...typed };
}

async function optionsOf(run: string): Promise<TypedOptions> {
  const path = join(run, 'config.json');
  try {
    const { options } = JSON.parse(await readFile(path, 'utf8'));
    if (typeof options === 'object' && options !== null) return options;
  } catch (cause) {
    throw new AttuneError(
      'RUN_CONFIG',
      `${path}: expected the config.json of a run of attune train, got ${(cause as Error).message}; name its directory with --out`,
      { cause },
    );
  }
  throw new AttuneError(
    'RUN_CONFIG',
    `${path}: expected the options of a run of attune train, found none; train it anew`,
  );
}
