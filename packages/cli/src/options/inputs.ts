// The files and directories that options name, which must not be overwritten.
import type { RunInput } from '@attune/train/node';
import { flagName, type Options } from '../program/command';

/** Whether the value of an option is a path that is read. */
const isRead = ({ value }: Options[string]) => ['file', 'directory', 'model', 'models', 'labels'].includes(value ?? '');

/**
 * The inputs among the flags of a command, by the names that are typed, without `out` and `output`. A model that is also a teacher is listed
 * as the teacher.
 *
 * @example
 * inputsIn({ data: 'jobs.csv', model: 'new', out: 'runs/a' }, trainOptions); // [{ name: '--data', path: 'jobs.csv' }, …]
 */
export function inputsIn(flags: Readonly<Record<string, unknown>>, options: Options): readonly RunInput[] {
  return Object.entries(options).flatMap(([name, option]) => {
    if (!isRead(option) || name === 'out' || name === 'output') return [];
    const given = [flags[name]].flat();
    const paths = option.value === 'models' || given.length === 1 ? given : [];
    const isTyped = (path: unknown) => name !== 'model' || ![flags.teacher].flat().includes(path); // a student's default
    return paths
      .filter((path): path is string => typeof path === 'string' && path !== '-' && path !== 'new' && isTyped(path))
      .map((path) => ({ name: flagName(name, options), path }));
  });
}
