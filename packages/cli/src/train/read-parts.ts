import { counted } from '../terminal/counted';
import { describeSizes } from './describe-sizes';
import { countRepeated } from './repeated-texts';
import type { TaskInput } from './task';

interface Parts<Example> {
  readonly train: readonly Example[];
  readonly validation?: readonly Example[];
  readonly test?: readonly Example[];
}

/** What a task's examples are: how they are read, and shared out where no file is the validation part. */
export interface ReadPartsOptions<Example, Shared extends Parts<Example>> {
  read(path: string): Promise<readonly Example[]>;
  share(examples: readonly Example[], how: { readonly fractions: readonly number[]; readonly seed: number }): Shared;
  /** What two examples must not share across parts. */
  textOf(example: Example): string;
  /** What an example is called, and what is kept in one part, for the user. */
  readonly unit: 'text' | 'sentence';
  readonly together: string;
}

/** The parts that the command line names or asks for. What they share, and how large they are, is said. */
export async function readParts<Example, Shared extends Parts<Example>>(
  { flags, plan, seed, onNote }: Omit<TaskInput, 'io' | 'withoutTest'>,
  { read, share, textOf, unit, together }: ReadPartsOptions<Example, Shared>,
): Promise<Parts<Example> & Partial<Omit<Shared, keyof Parts<Example>>>> {
  const examples = await read(flags.data);
  const readPart = async (name: string, path: string | undefined) => {
    if (path === undefined) return undefined;
    const own = await read(path);
    const repeated = countRepeated(examples.map(textOf), own.map(textOf));
    if (repeated > 0)
      onNote(
        `${repeated} of ${counted(own.length, `${name} ${unit}`)} are in ${flags.data} too: the figures will flatter`,
      );
    return own;
  };
  const test = await readPart('test', plan.testData);
  const parts =
    plan.kind === 'files'
      ? { train: examples, validation: await readPart('validation', plan.evalData), test }
      : { test, ...share(examples, { ...plan, seed }) };
  const how = plan.kind === 'files' ? '' : `: split ${plan.percents}, ${together} kept together, seed ${seed}`;
  onNote(`${describeSizes(parts)} ${unit}s${how}`);
  return parts as Parts<Example> & Partial<Omit<Shared, keyof Parts<Example>>>;
}

/** Says so where results will be of the validation part. */
export function noteNoTest({ test }: { readonly test?: unknown }, onNote: (note: string) => void): void {
  if (!test) onNote('results are reported on the validation part: there is no test part');
}

/** The parts, less the one that is to stay unseen. */
export const seenParts = <Own extends { readonly test?: unknown }>(parts: Own, withoutTest: boolean): Own =>
  withoutTest ? { ...parts, test: undefined } : parts;
