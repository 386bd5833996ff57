import type { TrainFlags } from '../options/train';
import { dashed } from '../program/command';
import { UsageError } from '../program/failure';
import { causalLm } from './causal-lm';
import { maskedLm } from './masked-lm';
import { sequence } from './sequence';
import type { Task } from './task';
import { token } from './token';

/** The tasks, by the names that `--task` takes. */
export const tasks: Readonly<Record<TrainFlags['task'], Task>> = {
  'sequence-classification': sequence,
  'token-classification': token,
  'masked-lm': maskedLm,
  'causal-lm': causalLm,
};

/**
 * The task of a command line.
 *
 * @throws UsageError for an option of other tasks
 */
export function taskOf(flags: Pick<TrainFlags, 'task'> & Partial<TrainFlags>): Task {
  const task = tasks[flags.task];
  const foreign = [...new Set(Object.values(tasks).flatMap(({ options }) => options))].filter(
    (name) => !task.options.includes(name),
  );
  const name = foreign.find((option) => flags[option] !== undefined && flags[option] !== false);
  if (name === undefined) return task;
  const takers = Object.entries(tasks).flatMap(([taker, { options }]) => (options.includes(name) ? [taker] : []));
  throw new UsageError(
    `${dashed(name)}: only used with --task ${takers.join(' or ')}, got --task ${flags.task}; remove it`,
  );
}
