import { anyValue, junkNames, junkNumbers } from './junk';
import { type Entry, type HeaderMutation, ofEntry, widths } from './layout';
import type { Random } from './random';

const dtypes = [...Object.keys(widths), 'F33', 'f32', 'toString', '__proto__', 'F4', ''];

/** Puts a value into a list, at one of its places. */
function put(list: unknown, value: unknown, random: Random): void {
  if (Array.isArray(list) && list.length > 0) list[random.below(list.length)] = value;
}

/** Adds to one of a list's numbers, or to all of them. */
function shift(list: unknown, by: number, places: readonly number[]): void {
  if (Array.isArray(list)) for (const i of places) if (typeof list[i] === 'number') list[i] += by;
}

const step = (random: Random) => random.pick([-1000, -8, -4, -1, 1, 4, 8, 1000]);

/** Changes after which a header says what cannot be, as a rule, in JSON or nearly. */
export const harshMutations: Readonly<Record<string, HeaderMutation>> = {
  'junk around': (layout, random) => {
    layout.before = random.pick(['\ufeff', '\0', '//', '[']);
    layout.after = random.pick(['', '\0', '}', ',', '{}', 'x']);
  },
  metadata: (layout, random) => {
    layout.metadata = random.pick([anyValue(random), { format: anyValue(random) }]);
  },
  dtype: ofEntry((entry, random) => {
    entry.dtype = random.pick(dtypes);
  }),
  'one more dimension': ofEntry((entry, random) => {
    if (Array.isArray(entry.shape))
      entry.shape = random.pick([
        [1, ...entry.shape],
        [...entry.shape, 0],
        [0, 2 ** 60, 2 ** 60],
      ]);
  }),
  'number in shape': ofEntry(({ shape }, random) => put(shape, random.pick(junkNumbers), random)),
  'number in offsets': ofEntry(({ data_offsets }, random) => put(data_offsets, random.pick(junkNumbers), random)),
  overlap: ofEntry(({ data_offsets }, random) => shift(data_offsets, step(random), [0, 1])),
  resize: ofEntry(({ data_offsets }, random) => shift(data_offsets, step(random), [random.below(2)])),
  'reverse offsets': ofEntry(({ data_offsets }) => {
    if (Array.isArray(data_offsets)) data_offsets.reverse();
  }),
  'huge and consistent': ofEntry((entry, random) => {
    const count = random.pick([2 ** 20, 2 ** 29, 2 ** 31, 2 ** 40, 2 ** 50]);
    entry.shape = [count];
    entry.data_offsets = [0, count * (widths[String(entry.dtype)] ?? 4)];
  }),
  'junk in an entry': ofEntry((entry, random) => {
    entry[random.pick(['dtype', 'shape', 'data_offsets'] as const)] = anyValue(random);
  }),
  'junk for an entry': (layout, random) => {
    layout.entries.push([random.pick(junkNames), anyValue(random) as Entry]);
  },
  'a member twice': (layout, random) => {
    if (layout.entries.length > 0) layout.entries.push(structuredClone(random.pick(layout.entries)));
  },
  'a member gone': (layout, random) => {
    layout.entries.splice(random.below(layout.entries.length + 1), 1);
  },
  'hole at the front': (layout) => {
    layout.data = Buffer.concat([new Uint8Array(8), layout.data]);
  },
};
