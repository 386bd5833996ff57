/** lowbias32, as in ../src/random.ts, on four lanes. */
function mix(x: v128): v128 {
  let h = v128.xor(x, i32x4.shr_u(x, 16));
  h = i32x4.mul(h, i32x4.splat(0x7feb352d));
  h = v128.xor(h, i32x4.shr_u(h, 15));
  h = i32x4.mul(h, i32x4.splat(0x846ca68b));
  return v128.xor(h, i32x4.shr_u(h, 16));
}

/**
 * Writes `rows` rows of `width` floats: row r is zero but for `counts[r]` entries from `starts[r]` on, which are `keep` or, where
 * the entry's 16 random bits are below `limit`, zero. Entries 2j and 2j+1 share a hash of (keys[r], j). Writes up to 32
 * bytes past the end.
 */
export function maskRows(
  out: usize,
  rows: i32,
  width: i32,
  keys: usize,
  starts: usize,
  counts: usize,
  limit: i32,
  keep: f32,
): void {
  const L = i16x8.splat(<i16>limit),
    K = f32x4.splat(keep);
  const golden = 0x9e3779b9;
  const lanes = i32x4(golden, 2 * golden, 3 * golden, 4 * golden),
    next = i32x4.splat(4 * golden);
  const zero = f32x4.splat(0);
  for (let r = 0; r < rows; r++) {
    const start = load<i32>(starts + ((<usize>r) << 2));
    const end = start + load<i32>(counts + ((<usize>r) << 2));
    const row = out + ((<usize>r * <usize>width) << 2);
    for (let i = 0; i < start; i += 4) v128.store(row + ((<usize>i) << 2), zero);
    let counter = i32x4.add(i32x4.splat(load<i32>(keys + ((<usize>r) << 2))), lanes);
    for (let i = start; i < end; i += 8) {
      const dropped = i16x8.lt_u(mix(counter), L);
      counter = i32x4.add(counter, next);
      const to = row + ((<usize>i) << 2);
      v128.store(to, v128.andnot(K, i32x4.extend_low_i16x8_s(dropped)));
      v128.store(to, v128.andnot(K, i32x4.extend_high_i16x8_s(dropped)), 16);
    }
    for (let i = end; i < width; i += 4) v128.store(row + ((<usize>i) << 2), zero);
  }
}

/** Writes `words` words of 32 bits: bit k of word w is whether the float 32w + k is not zero. */
export function packBits(out: usize, floats: usize, words: i32): void {
  const zero = i32x4.splat(0);
  for (let w = 0; w < words; w++) {
    let word = 0;
    for (let k = 0; k < 32; k += 4) {
      word |= i32x4.bitmask(i32x4.ne(v128.load(floats), zero)) << k;
      floats += 16;
    }
    store<i32>(out + ((<usize>w) << 2), word);
  }
}
