import { IntList } from '../model/int-list';

/** Tokens of a batch: ids and, if they are computed, two offsets per token. */
export class TokenList {
  readonly ids: IntList;
  readonly offsets: IntList | undefined;

  constructor(capacity: number, withOffsets: boolean) {
    this.ids = new IntList(capacity);
    this.offsets = withOffsets ? new IntList(2 * capacity) : undefined;
  }

  get length(): number {
    return this.ids.length;
  }

  /** Appends tokens that stand for no text. */
  appendAdded(ids: ArrayLike<number>): void {
    this.ids.append(ids);
    this.offsets?.append(new Int32Array(2 * ids.length));
  }

  /** Appends tokens with `offsets`, two entries each. */
  append(ids: ArrayLike<number>, offsets: ArrayLike<number>): void {
    this.ids.append(ids);
    this.offsets?.append(offsets);
  }

  push(id: number, start: number, end: number): void {
    this.ids.push(id);
    this.offsets?.pushPair(start, end);
  }

  /** Drops all tokens from `length` on. */
  shorten(length: number): void {
    this.ids.length = length;
    if (this.offsets) this.offsets.length = 2 * length;
  }

  /** Keeps, of the tokens from `from` on, only those at `[start, stop)`, and moves them down to `from`. */
  keep(from: number, start: number, stop: number): void {
    this.ids.keep(from, start, stop);
    this.offsets?.keep(2 * from, 2 * start, 2 * stop);
  }

  /** Copies the tokens. */
  toArrays(): { ids: Int32Array; offsets?: Int32Array } {
    const ids = this.ids.toArray();
    return this.offsets ? { ids, offsets: this.offsets.toArray() } : { ids };
  }
}
