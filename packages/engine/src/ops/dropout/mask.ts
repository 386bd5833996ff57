import { fold } from '../../random';
import { instantiate } from '../../wasm';
import { dropoutWasm } from './mask-wasm';

/** Rows of a mask. Row r has `counts[r]` random entries from `starts[r]` on, and zeros elsewhere. */
export interface MaskRows {
  /** Entries per row. */
  readonly width: number;
  readonly keys: Int32Array;
  readonly starts: Int32Array;
  readonly counts: Int32Array;
}

/** Inverse of the unit of rates: each entry has 16 random bits. */
const resolution = 2 ** 16;

/** `rate` as a bound on 16-bit numbers; an entry with a smaller number is dropped. */
export const threshold = (rate: number) => Math.min(Math.round(rate * resolution), resolution - 1);

/** The meaning of `FillMask`, in plain loops. Entries 2j and 2j+1 use the halves of fold(key, j). */
export function fillMaskPlainly({ width, keys, starts, counts }: MaskRows, rate: number, out: Float64Array): void {
  const [limit, keep] = [threshold(rate), 1 / (1 - rate)];
  out.fill(0);
  for (let r = 0; r < keys.length; r++)
    for (let i = 0; i < counts[r]; i++) {
      const bits = (fold(keys[r], i >> 1) >>> (16 * (i & 1))) & 0xffff;
      out[r * width + starts[r] + i] = bits < limit ? 0 : keep;
    }
}

/** Entries per word of a packed mask. */
export const bitsPerWord = 32;

/** The meaning of `FillBits`, in plain loops: bit k of word w says whether entry 32w + k is kept. */
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
/** Floats per chunk, which stays in the processor's cache until it is copied out. */
const chunkFloats = 16_384;
/** Floats that may be written past the last row, by the kernel or to fill a word. */
const slack = 32;

/**
 * Writes a mask of zeros and 1/(1 − rate) with SIMD (wasm/dropout.ts): under half a nanosecond per entry (measured); hashing one
 * by one in JavaScript takes seven.
 */
export type FillMask = (rows: MaskRows, rate: number, out: Float32Array) => void;

/** Writes a bit per entry of a mask, set if the entry is kept: entry 32w + k is bit k of word w. */
export type FillBits = (rows: MaskRows, rate: number, out: Int32Array) => void;

interface MaskFillers {
  readonly mask: FillMask;
  readonly bits: FillBits;
}

const made: { fillers?: MaskFillers } = {};

/** The process's fillers, made at first use. */
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
  /** Number of entries. */
  readonly count: number;
}

/** Places for `rows` rows, in a memory that has room for them. */
function placesFor(memory: WebAssembly.Memory, rows: number, width: number): Places {
  const entries = Math.ceil((3 * rows * 4) / 16) * 16;
  const words = entries + (rows * width + slack) * 4;
  const required = Math.ceil((words + (Math.ceil((rows * width) / bitsPerWord) + 1) * 4) / pageBytes);
  const pages = memory.buffer.byteLength / pageBytes;
  if (required > pages) memory.grow(required - pages);
  return { keys: 0, entries, words };
}
