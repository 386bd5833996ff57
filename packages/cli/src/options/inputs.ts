// The files and directories that options name, which must not be overwritten.
import type { RunInput } from '@attune/train/node';
import { flagName, type Options } from '../program/command';

/** Whether the value of an option is a path that is read. */
const isRead = ({ value }: Options[string]) => ['file', 'directory', 'model', 'labels'].includes(value ?? '');

/**
 * The inputs among the flags of a command, by the names that are typed, without `out` and `output`.
 *
 * @example
 * inputsIn({ data: 'jobs.csv', model: 'new', out: 'runs/a' }, trainOptions); // [{ name: '--data', path: 'jobs.csv' }, …]
 */
export function inputsIn(flags: Readonly<Record<string, unknown>>, options: Options): readonly RunInput[] {
  return Object.entries(options).flatMap(([name, option]) => {
    const given = flags[name];
    const path = Array.isArray(given) && given.length === 1 ? given[0] : given;
    if (!isRead(option) || name === 'out' || name === 'output' || typeof path !== 'string') return [];
    return path === '-' || path === 'new' ? [] : [{ name: flagName(name, options), path }];
  });
}
