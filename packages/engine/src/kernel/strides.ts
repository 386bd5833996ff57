/** One axis or several, negative ones counted from the end. */
export type Axes = number | readonly number[] | null;

/** `axis` as non-negative, sorted axes; every axis if it is undefined. */
export function axesOf(axis: Axes | undefined, rank: number): number[] {
  const axes = [axis ?? Array.from({ length: rank }, (_, i) => i)].flat();
  return axes.map((a) => (a < 0 ? a + rank : a)).sort((a, b) => a - b);
}

/** NumPy's broadcast of two shapes. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new RangeError(`broadcast: shapes [${a}] and [${b}] are not compatible`);
    return x === 1 ? y : x;
  });
}

/** Row-major strides. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1] * shape[i + 1];
  return strides;
}

/** Strides that read `shape` as if broadcast to `target`: 0 along repeated dimensions. */
export function broadcastStrides(shape: readonly number[], target: readonly number[]): number[] {
  const strides = stridesOf(shape);
  return target.map((_, i) => {
    const own = i - target.length + shape.length;
    return own < 0 || shape[own] === 1 ? 0 : strides[own];
  });
}

/** Calls `visit(flat, offset)` for every element of `shape` in order, `offset` following `strides`. */
export function walk(
  shape: readonly number[],
  strides: readonly number[],
  visit: (flat: number, offset: number) => void,
): void {
  const size = shape.reduce((a, b) => a * b, 1);
  const index = new Array<number>(shape.length).fill(0);
  let offset = 0;
  for (let flat = 0; flat < size; flat++) {
    visit(flat, offset);
    for (let d = shape.length - 1; d >= 0; d--) {
      offset += strides[d];
      if (++index[d] < shape[d]) break;
      offset -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
}
