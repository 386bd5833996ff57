import { IdList } from '../id-list';

/** The tokens of a batch as they come: ids, and two offsets a token where they are asked for. */
export class TokenList {
  readonly ids: IdList;
  readonly offsets: IdList | undefined;

  constructor(capacity: number, withOffsets: boolean) {
    this.ids = new IdList(capacity);
    this.offsets = withOffsets ? new IdList(2 * capacity) : undefined;
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

  /** Forgets all tokens from `length` on. */
  shorten(length: number): void {
    this.ids.length = length;
    if (this.offsets) this.offsets.length = 2 * length;
  }

  /** Keeps the tokens `[start, stop)` of those from `from` on, moved down to `from`. */
  keep(from: number, start: number, stop: number): void {
    this.ids.keep(from, start, stop);
    this.offsets?.keep(2 * from, 2 * start, 2 * stop);
  }

  /** Copies that are as long as the list. */
  toArrays(): { ids: Int32Array; offsets?: Int32Array } {
    const ids = this.ids.toArray();
    return this.offsets ? { ids, offsets: this.offsets.toArray() } : { ids };
  }
}
