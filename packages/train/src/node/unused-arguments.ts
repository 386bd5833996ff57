import { AttuneError } from '@attune/engine';
import type { TrainingArguments } from '../arguments';

/**
 * Refuses arguments that a task would pass over in silence.
 *
 * @throws AttuneError ARGUMENT_INVALID for one that is neither left out nor 0
 */
export function refuseArguments(
  args: Partial<TrainingArguments>,
  names: readonly (keyof TrainingArguments)[],
  task: string,
): void {
  const used = names.find((name) => args[name] !== undefined && args[name] !== 0);
  if (used === undefined) return;
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `${used}: expected none for ${task}, which makes no use of it; leave it out`,
  );
}
