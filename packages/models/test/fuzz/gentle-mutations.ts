import { isObject } from '../../src/checkpoint/describe';
import { anyValue, junkNames } from './junk';
import { type Entry, type HeaderMutation, type Layout, ofEntry, widths } from './layout';
import type { Random } from './random';

function swapOffsets(layout: Layout, random: Random): void {
  if (layout.entries.length < 2) return;
  const [a, b] = [random.pick(layout.entries)[1], random.pick(layout.entries)[1]];
  if (!isObject(a) || !isObject(b)) return;
  [a.data_offsets, b.data_offsets] = [b.data_offsets, a.data_offsets];
}

/** Takes the last bytes and every tensor in them away: a smaller file, valid where it was. */
function shorten(layout: Layout, random: Random): void {
  const start = (entry: Entry) => Number(Array.isArray(entry?.data_offsets) ? entry.data_offsets[0] : Number.NaN);
  const cut = layout.entries.length > 0 ? start(random.pick(layout.entries)[1]) : 0;
  if (!(cut >= 0)) return;
  layout.entries = layout.entries.filter(([, entry]) => start(entry) < cut);
  layout.data = layout.data.slice(0, cut);
}

/** One tensor more after the others, of any dtype. */
function lengthen(layout: Layout, random: Random): void {
  const [dtype, width] = random.pick(Object.entries(widths));
  const count = random.below(4);
  const start = layout.data.length;
  const name = random.pick([...junkNames, 'extra']);
  layout.entries.push([name, { dtype, shape: [count], data_offsets: [start, start + count * width] }]);
  layout.data = Buffer.concat([layout.data, new Uint8Array(count * width).fill(7)]);
}

function shuffle(layout: Layout, random: Random): void {
  for (let i = layout.entries.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [layout.entries[i], layout.entries[j]] = [layout.entries[j], layout.entries[i]];
  }
}

function rename({ entries }: Layout, random: Random): void {
  if (entries.length === 0) return;
  const member = random.pick(entries);
  const aliases = [`bert.${member[0]}`, member[0].replace(/^bert\./, ''), ofTensorFlow(member[0])];
  member[0] = random.pick([random.pick(junkNames), ...aliases]);
}

const ofTensorFlow = (name: string) =>
  name.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta');

/** Changes after which a valid file is still valid, as a rule, and says something else. */
export const gentleMutations: Readonly<Record<string, HeaderMutation>> = {
  shuffle,
  rename,
  shorten,
  lengthen,
  'swap offsets': swapOffsets,
  'spaces around': (layout, random) => {
    layout.before = random.pick(['', '\n\t', ' '.repeat(9)]);
    layout.after = random.pick(['', ' '.repeat(50), '\n']);
  },
  metadata: (layout, random) => {
    const sound = [undefined, {}, { a: 'b' }, { a: 'x'.repeat(20_000) }, { ['__proto__']: 'x', format: 'tf' }];
    layout.metadata = random.pick(sound);
  },
  'dtype of the same width': ofEntry((entry, random) => {
    const width = widths[String(entry.dtype)];
    entry.dtype = random.pick(Object.keys(widths).filter((dtype) => widths[dtype] === width)) ?? entry.dtype;
  }),
  'shape of the same size': ofEntry((entry, random) => {
    if (!Array.isArray(entry.shape)) return;
    const reversed = entry.shape.toReversed();
    entry.shape = random.pick([
      reversed,
      [1, ...entry.shape],
      [...entry.shape, 1],
      entry.shape.filter((size) => size !== 1),
    ]);
  }),
  'junk beside an entry': ofEntry((entry, random) => {
    Object.assign(entry, { [random.pick(junkNames)]: anyValue(random) });
  }),
};
