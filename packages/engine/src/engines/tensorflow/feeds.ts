import type { Program, ValueId } from '../../program';
import { mapRecord } from '../../record/record';
import { emptyTensor, type HostTensor, type HostTensors } from '../../tensor';
import { runOnHost } from '../host-kernels';
import type { PlacedProgram } from './lower';

/** What a placed program is fed, by the names of its placeholders. */
export type Feeds = (inputs: HostTensors) => Record<string, HostTensor>;

/** How inputs become feeds: what the host computes first goes into arrays that are made once. */
export function feedsOf(
  { values, inputs: names }: Program,
  { before, feeds }: Pick<PlacedProgram, 'before' | 'feeds'>,
): Feeds {
  const made = before.flatMap(({ outputs }) => outputs);
  const scratch = new Map<ValueId, HostTensor>(made.map((value) => [value, emptyTensor(values[value])]));
  return (inputs) => {
    const known = new Map(scratch);
    for (const [name, value] of Object.entries(names)) known.set(value, inputs[name]);
    for (const node of before) {
      const given = mapRecord(node.inputs, (value) => known.get(value)!);
      runOnHost(
        node,
        values,
        given,
        node.outputs.map((value) => known.get(value)!),
      );
    }
    return Object.fromEntries(Array.from(feeds, ([name, value]) => [name, known.get(value)!]));
  };
}
