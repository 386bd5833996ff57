import { type Random, randomBytes } from './random';

export type ByteMutation = (file: Uint8Array, random: Random) => Uint8Array;

const headerEnd = (file: Uint8Array) =>
  file.length < 8
    ? file.length
    : Math.min(file.length, 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true)));

/** A copy with one to four of its bits in [start, end) turned over. */
function flip(file: Uint8Array, [start, end]: readonly [number, number], random: Random): Uint8Array {
  const bytes = file.slice();
  if (start < end)
    for (let left = random.below(4); left >= 0; left--)
      bytes[start + random.below(end - start)] ^= 1 << random.below(8);
  return bytes;
}

const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

const without = (file: Uint8Array, at: number, count: number) => join(file.subarray(0, at), file.subarray(at + count));
const withMore = (file: Uint8Array, at: number, more: Uint8Array) =>
  join(file.subarray(0, at), more, file.subarray(at));

/** Header lengths that lie: nothing, a byte off, the whole file, 4 GB, past 2⁵³, the most. */
function wrongLength(file: Uint8Array, random: Random): Uint8Array {
  const length = BigInt(Math.max(0, headerEnd(file) - 8));
  const near = [-8n, -1n, 1n, 8n].map((step) => length + step).filter((value) => value >= 0n);
  const absurd = [0n, 1n, 2n, 100_000_000n, 100_000_001n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
  const whole = [BigInt(file.length), BigInt(Math.max(8, file.length)) - 8n];
  const bytes = file.slice();
  if (bytes.length >= 8) new DataView(bytes.buffer).setBigUint64(0, random.pick([...near, ...absurd, ...whole]), true);
  return bytes;
}

/** One digit of the header becomes another: JSON still, and something else. */
function otherDigit(file: Uint8Array, random: Random): Uint8Array {
  const bytes = file.slice();
  const digits = [...bytes.keys()].filter((i) => i >= 8 && i < headerEnd(file) && bytes[i] >= 0x30 && bytes[i] <= 0x39);
  if (digits.length > 0) bytes[random.pick(digits)] = 0x30 + random.below(10);
  return bytes;
}

/** What happens to bytes, whatever they mean; the header is where the first eight bytes say. */
export const byteMutations: Readonly<Record<string, ByteMutation>> = {
  'bits of the file': (file, random) => flip(file, [0, file.length], random),
  'bits of the header': (file, random) => flip(file, [8, headerEnd(file)], random),
  'bits of the length': (file, random) => flip(file, [0, Math.min(8, file.length)], random),
  'bits of the data': (file, random) => flip(file, [headerEnd(file), file.length], random),
  'cut anywhere': (file, random) => file.slice(0, random.below(file.length + 1)),
  'cut near an end': (file, random) =>
    file.slice(0, Math.max(0, random.pick([0, 8, headerEnd(file), file.length]) + random.below(17) - 8)),
  'more bytes at the end': (file, random) => withMore(file, file.length, randomBytes(random, 1 + random.below(16))),
  'the file twice': (file) => join(file, file),
  'wrong length': wrongLength,
  'another digit': otherDigit,
  'bytes gone': (file, random) => without(file, random.below(file.length + 1), 1 + random.below(16)),
  'bytes put in': (file, random) =>
    withMore(file, random.below(file.length + 1), randomBytes(random, 1 + random.below(8))),
  zeros: (file, random) => {
    const start = random.below(file.length + 1);
    return file.slice().fill(0, start, start + random.below(64));
  },
  noise: (_, random) => randomBytes(random, random.below(64)),
};
