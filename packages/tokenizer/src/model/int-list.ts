/** A growing list of integers, such as ids or offsets, in one typed array. */
export class IntList {
  /** Storage, of which the first `length` entries are in use. It is another array after the list has grown. */
  values: Int32Array;
  length = 0;

  constructor(capacity: number) {
    this.values = new Int32Array(Math.max(16, capacity));
  }

  /** Makes room for `count` more entries. */
  reserve(count: number): void {
    if (this.length + count <= this.values.length) return;
    const larger = new Int32Array(Math.max(2 * this.values.length, this.length + count));
    larger.set(this.values.subarray(0, this.length));
    this.values = larger;
  }

  push(value: number): void {
    this.reserve(1);
    this.values[this.length++] = value;
  }

  pushPair(first: number, second: number): void {
    this.reserve(2);
    this.values[this.length++] = first;
    this.values[this.length++] = second;
  }

  append(values: ArrayLike<number>): void {
    this.reserve(values.length);
    this.values.set(values, this.length);
    this.length += values.length;
  }

  /** Keeps, of the entries from `from` on, only those at `[start, stop)`, and moves them down to `from`. */
  keep(from: number, start: number, stop: number): void {
    this.values.copyWithin(from, from + start, from + stop);
    this.length = from + stop - start;
  }

  /** Copies the entries that are in use. */
  toArray(): Int32Array {
    return this.values.slice(0, this.length);
  }
}
