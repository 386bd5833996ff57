import { fold } from '../../random';
import { instantiate } from '../../wasm';
import { dropoutWasm } from './mask-wasm';

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
export const threshold = (rate: number) => Math.min(Math.round(rate * resolution), resolution - 1);

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

/** Entries a word of a packed mask has. */
export const bitsPerWord = 32;

/** What `FillBits` does, in plain loops: bit k of word w is whether the mask's entry 32w + k is kept. */
export function packPlainly(mask: ArrayLike<number>, out: Float64Array): void {
  const words = new Int32Array(out.length);
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) words[Math.floor(i / bitsPerWord)] |= 1 << (i % bitsPerWord);
  out.set(words);
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
  packBits(out: number, floats: number, words: number): void;
}

const pageBytes = 65_536;
/** Floats made at a time: they stay in the processor's cache until they are copied out. */
const chunkFloats = 16_384;
/** Floats that may be written past the last row, by the kernel or to fill a word. */
const slack = 32;

/**
 * Writes a mask of zeros and 1/(1 − rate), in SIMD (wasm/dropout.ts): under half a nanosecond an entry (measured), where
 * hashing one by one in JavaScript takes seven.
 */
export type FillMask = (rows: MaskRows, rate: number, out: Float32Array) => void;

/** Writes which entries of a mask are kept, a bit each: bit k of word w is entry 32w + k's. */
export type FillBits = (rows: MaskRows, rate: number, out: Int32Array) => void;

interface MaskFillers {
  readonly mask: FillMask;
  readonly bits: FillBits;
}

const made: { fillers?: MaskFillers } = {};

/** The process's fillers, made when first asked for. */
export function maskFillers(): MaskFillers {
  made.fillers ??= createMaskFillers();
  return made.fillers;
}

function createMaskFillers(): MaskFillers {
  const memory = new WebAssembly.Memory({ initial: 0 });
  const kernels = instantiate<DropoutKernels>(dropoutWasm, memory);

  /** Makes the mask `most` rows at a time; `use` reads a chunk, which begins at the mask's entry `at`. */
  const eachChunk = (
    { width, keys, starts, counts }: MaskRows,
    { rate, most }: { rate: number; most: number },
    use: (chunk: Chunk, at: number) => void,
  ) => {
    const places = placesFor(memory, most, width);
    const lists = new Int32Array(memory.buffer, places.keys, 3 * most);
    for (let from = 0; from < keys.length; from += most) {
      const rows = Math.min(most, keys.length - from);
      [keys, starts, counts].forEach((list, i) => lists.set(list.subarray(from, from + rows), i * most));
      const [k, s, c] = [0, 1, 2].map((i) => places.keys + i * most * 4);
      kernels.maskRows(places.entries, rows, width, k, s, c, threshold(rate), 1 / (1 - rate));
      use({ ...places, count: rows * width }, from * width);
    }
  };
  return {
    mask(rows, rate, out) {
      const most = Math.max(1, Math.floor(chunkFloats / rows.width));
      eachChunk(rows, { rate, most }, ({ entries, count }, at) => {
        out.set(new Float32Array(memory.buffer, entries, count), at);
      });
    },
    bits(rows, rate, out) {
      // Rows of a chunk are whole words, whatever their width.
      const most = bitsPerWord * Math.max(1, Math.floor(chunkFloats / rows.width / bitsPerWord));
      eachChunk(rows, { rate, most }, ({ entries, words, count }, at) => {
        const length = Math.ceil(count / bitsPerWord);
        new Float32Array(memory.buffer, entries, length * bitsPerWord).fill(0, count);
        kernels.packBits(words, entries, length);
        out.set(new Int32Array(memory.buffer, words, length), at / bitsPerWord);
      });
    },
  };
}

/** Byte offsets in the working memory: of the rows' lists, of a chunk's entries, and of their bits. */
interface Places {
  readonly keys: number;
  readonly entries: number;
  readonly words: number;
}

interface Chunk extends Places {
  /** Entries it has. */
  readonly count: number;
}

/** Places for `rows` rows, in a memory that has room for them. */
function placesFor(memory: WebAssembly.Memory, rows: number, width: number): Places {
  const entries = Math.ceil((3 * rows * 4) / 16) * 16;
  const words = entries + (rows * width + slack) * 4;
  const wanted = Math.ceil((words + (Math.ceil((rows * width) / bitsPerWord) + 1) * 4) / pageBytes);
  const pages = memory.buffer.byteLength / pageBytes;
  if (wanted > pages) memory.grow(wanted - pages);
  return { keys: 0, entries, words };
}
