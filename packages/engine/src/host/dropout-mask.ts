import { dropoutWasm } from './dropout-wasm';
import { instantiate } from './instantiate';
import { fold } from './random';

/** Rows of a mask: row r is zero but for `counts[r]` random entries from `starts[r]` on. */
export interface MaskRows {
  /** Entries a row. */
  readonly width: number;
  readonly keys: Int32Array;
  readonly starts: Int32Array;
  readonly counts: Int32Array;
}

/** Entries are dropped at a multiple of this: each has 16 random bits. */
const resolution = 2 ** 16;

/** `rate` as a bound on 16-bit numbers: below it, an entry is dropped. */
const threshold = (rate: number) => Math.min(Math.round(rate * resolution), resolution - 1);

/** What `fillMask` does, in plain loops: its meaning. Entries 2j and 2j+1 have the halves of fold(key, j). */
export function fillMaskPlainly({ width, keys, starts, counts }: MaskRows, rate: number, out: Float64Array): void {
  const [limit, keep] = [threshold(rate), 1 / (1 - rate)];
  out.fill(0);
  for (let r = 0; r < keys.length; r++)
    for (let i = 0; i < counts[r]; i++) {
      const bits = (fold(keys[r], i >> 1) >>> (16 * (i & 1))) & 0xffff;
      out[r * width + starts[r] + i] = bits < limit ? 0 : keep;
    }
}

interface DropoutKernels {
  maskRows(
    out: number,
    rows: number,
    width: number,
    keys: number,
    starts: number,
    counts: number,
    limit: number,
    keep: number,
  ): void;
}

const pageBytes = 65_536;
/** Floats made at a time: they stay in the processor's cache until they are copied out. */
const chunkFloats = 16_384;
/** What the kernel may write past its last row. */
const slack = 16;

/**
 * Writes a mask of zeros and 1/(1 − rate), in SIMD (wasm/dropout.ts): under half a nanosecond an entry (measured), where
 * hashing one by one in JavaScript takes seven.
 */
export type FillMask = (rows: MaskRows, rate: number, out: Float32Array) => void;

/** A filler with working memory of its own. */
export function createFillMask(): FillMask {
  const memory = new WebAssembly.Memory({ initial: 0 });
  const kernels = instantiate<DropoutKernels>(dropoutWasm, memory);
  return ({ width, keys, starts, counts }, rate, out) => {
    const most = Math.max(1, Math.floor(chunkFloats / width));
    const places = placesFor(memory, most, width);
    const entries = new Float32Array(memory.buffer, places.out, most * width);
    const lists = new Int32Array(memory.buffer, places.keys, 3 * most);
    for (let from = 0; from < keys.length; from += most) {
      const rows = Math.min(most, keys.length - from);
      [keys, starts, counts].forEach((list, i) => lists.set(list.subarray(from, from + rows), i * most));
      const [k, s, c] = [0, 1, 2].map((i) => places.keys + i * most * 4);
      kernels.maskRows(places.out, rows, width, k, s, c, threshold(rate), 1 / (1 - rate));
      out.set(rows === most ? entries : entries.subarray(0, rows * width), from * width);
    }
  };
}

/** Byte offsets of the lists and of the output, in a memory that has room for both. */
function placesFor(memory: WebAssembly.Memory, rows: number, width: number): { keys: number; out: number } {
  const out = Math.ceil((3 * rows * 4) / 16) * 16;
  const wanted = Math.ceil((out + (rows * width + slack) * 4) / pageBytes);
  const pages = memory.buffer.byteLength / pageBytes;
  if (wanted > pages) memory.grow(wanted - pages);
  return { keys: 0, out };
}
