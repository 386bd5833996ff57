import { isObject } from '../../src/checkpoint/describe';
import { safetensorsBytes } from '../safetensors-bytes';
import { type Random, randomBytes } from './random';

/** A tensor of a file that is about to be made. */
export interface Tensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** What a header says of a tensor; after a mutation, anything. */
export interface Entry {
  dtype: unknown;
  shape: unknown;
  data_offsets: unknown;
}

/** A safetensors file taken apart: the header's members in order, one name perhaps twice, and the tensors' bytes. */
export interface Layout {
  metadata: unknown;
  entries: [name: string, entry: Entry][];
  data: Uint8Array;
  /** Text around the header's JSON. */
  before: string;
  after: string;
}

export const widths: Readonly<Record<string, number>> = {
  ...{ BOOL: 1, U8: 1, I8: 1, F8_E5M2: 1, F8_E4M3: 1, I16: 2, U16: 2, F16: 2, BF16: 2 },
  ...{ I32: 4, U32: 4, F32: 4, F64: 8, I64: 8, U64: 8 },
};

/** A valid file of these tensors, end to end, with any bytes for data. */
export function layoutOf(tensors: readonly Tensor[], random: Random): Layout {
  let end = 0;
  const entries = tensors.map(({ name, dtype, shape }): [string, Entry] => {
    const start = end;
    end += shape.reduce((product, dimension) => product * dimension, widths[dtype]);
    return [name, { dtype, shape: [...shape], data_offsets: [start, end] }];
  });
  return { metadata: { format: 'pt' }, entries, data: randomBytes(random, end), before: '', after: '' };
}

/** Text that is put into JSON as it stands, where JSON has no such value. */
export const raw = (text: string) => `@raw:${text}@`;

export function toJson(value: unknown): string {
  return JSON.stringify(value).replace(/"@raw:(.*?)@"/g, '$1');
}

export function toFile({ metadata, entries, data, before, after }: Layout): Uint8Array {
  const members: [string, unknown][] = [...entries];
  if (metadata !== undefined) members.unshift(['__metadata__', metadata]);
  const json = members.map(([name, value]) => `${JSON.stringify(name)}:${toJson(value)}`).join();
  return safetensorsBytes(`${before}{${json}}${after}`, data);
}

/** Changes a layout in place. */
export type HeaderMutation = (layout: Layout, random: Random) => void;

/** A mutation of one tensor's entry; none where the file has none left. */
export function ofEntry(edit: (entry: Entry, random: Random) => void): HeaderMutation {
  return (layout, random) => {
    const sound = layout.entries.map(([, entry]) => entry).filter(isObject);
    if (sound.length > 0) edit(random.pick(sound), random);
  };
}
