import type { Program } from '../../program';
import type { HostTensor, HostTensors } from '../../tensor';
import { runAllOnHost } from '../host-kernels';
import type { Workspace } from '../workspace';
import type { PlacedProgram } from './lower';

/** Hands on what a placed program is fed, by the names of its placeholders; the arrays are borrowed until `use` returns. */
export type Feeds = <T>(inputs: HostTensors, workspace: Workspace, use: (fed: Record<string, HostTensor>) => T) => T;

/** How inputs become feeds: some of them the host computes first. */
export function feedsOf(
  { values, inputs: names }: Program,
  { before, feeds }: Pick<PlacedProgram, 'before' | 'feeds'>,
): Feeds {
  const made = before.flatMap(({ outputs }) => outputs).map((value) => [value, values[value]] as const);
  return (inputs, workspace, use) => {
    const { tensors, giveBack } = workspace.borrow(made);
    const known = new Map(tensors);
    for (const [name, value] of Object.entries(names)) known.set(value, inputs[name]);
    runAllOnHost(before, values, known);
    const result = use(Object.fromEntries(Array.from(feeds, ([name, value]) => [name, known.get(value)!])));
    giveBack();
    return result;
  };
}
