/** A growing list of ids (or offsets) in one typed array. */
export class IdList {
  ids: Int32Array;
  length = 0;

  constructor(capacity: number) {
    this.ids = new Int32Array(Math.max(16, capacity));
  }

  /** Makes room for `count` more. */
  reserve(count: number): void {
    if (this.length + count <= this.ids.length) return;
    const larger = new Int32Array(Math.max(2 * this.ids.length, this.length + count));
    larger.set(this.ids.subarray(0, this.length));
    this.ids = larger;
  }

  push(id: number): void {
    this.reserve(1);
    this.ids[this.length++] = id;
  }

  pushPair(first: number, second: number): void {
    this.reserve(2);
    this.ids[this.length++] = first;
    this.ids[this.length++] = second;
  }

  append(ids: ArrayLike<number>): void {
    this.reserve(ids.length);
    this.ids.set(ids, this.length);
    this.length += ids.length;
  }

  /** Keeps the entries `[start, stop)` of what lies from `start₀` on, moved down to `start₀`. */
  keep(from: number, start: number, stop: number): void {
    this.ids.copyWithin(from, from + start, from + stop);
    this.length = from + stop - start;
  }

  /** A copy that is as long as the list. */
  toArray(): Int32Array {
    return this.ids.slice(0, this.length);
  }
}
