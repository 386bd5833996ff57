import type { TrainFlags } from '../commands/train';
import { dashed } from '../flags';
import { UsageError } from '../usage-error';
import { causalLm } from './causal-lm';
import { maskedLm } from './masked-lm';
import { sequence } from './sequence';
import type { TrainTask } from './task';
import { token } from './token';

/** What `--task` chooses among. */
const tasks: Readonly<Record<TrainFlags['task'], TrainTask>> = {
  'sequence-classification': sequence,
  'token-classification': token,
  'masked-lm': maskedLm,
  'causal-lm': causalLm,
};

/**
 * The task of a command line.
 *
 * @throws UsageError for a flag that is for other tasks
 */
export function taskOf(flags: TrainFlags): TrainTask {
  const task = tasks[flags.task];
  const foreign = [...new Set(Object.values(tasks).flatMap(({ own }) => own))].filter(
    (name) => !task.own.includes(name),
  );
  const given = foreign.find((name) => flags[name] !== undefined && flags[name] !== false);
  if (given === undefined) return task;
  const takers = Object.entries(tasks).flatMap(([name, { own }]) => (own.includes(given) ? [name] : []));
  throw new UsageError(
    `${dashed(given)}: expected --task ${takers.join(' or ')} beside it, got ${flags.task}; leave it out`,
  );
}
