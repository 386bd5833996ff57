import { dashed } from './flags';
import { UsageError } from './usage-error';

/** Throws UsageError for a flag that a model makes no use of. */
export function refuseFlags(flags: object, names: readonly string[], what: string): void {
  const given = names.find((name) => (flags as Record<string, unknown>)[name] !== undefined);
  if (given !== undefined) throw new UsageError(`${dashed(given)}: expected none for ${what}; leave it out`);
}
