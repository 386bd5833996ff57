import { IdList } from './id-list';

const FIRST_SLOTS = 1 << 12;
const MOST_SLOTS = 1 << 18;

/**
 * Remembers the ids of normalized words: an open-addressing hash table over typed arrays, so that neither a look-up nor a
 * hit allocates anything.
 *
 * It doubles as it fills, up to 2¹⁷ words (some 6 MB); then it starts over, which costs little, since the words that make
 * up most of a text are back soon.
 */
export class WordCache {
  /** The number of the word in a slot, plus 1; 0 marks an empty slot. */
  private slots = new Int32Array(FIRST_SLOTS);
  private words = 0;
  private hashes = new Int32Array(FIRST_SLOTS / 2);
  /** Word `w` is `units[unitStarts[w] … unitStarts[w + 1])`, its ids are `ids[idStarts[w] … idStarts[w + 1])`. */
  private unitStarts = new Int32Array(FIRST_SLOTS / 2 + 1);
  private idStarts = new Int32Array(FIRST_SLOTS / 2 + 1);
  private units = new Uint16Array(8 * FIRST_SLOTS);
  private ids = new IdList(2 * FIRST_SLOTS);

  /** Appends the ids of the word `units[0 … length)` to `list`; false where it is not known. */
  appendTo(list: IdList, units: Uint16Array, length: number, hash: number): boolean {
    const word = this.slots[this.find(units, length, hash)] - 1;
    if (word < 0) return false;
    const end = this.idStarts[word + 1];
    const start = this.idStarts[word];
    list.reserve(end - start);
    for (let i = start; i < end; i++) list.ids[list.length++] = this.ids.ids[i];
    return true;
  }

  /** Remembers a word that is not known yet. */
  add(units: Uint16Array, length: number, hash: number, ids: readonly number[]): void {
    if (this.words === this.hashes.length) this.makeRoom();
    const word = this.words++;
    this.slots[this.find(units, length, hash)] = word + 1;
    this.hashes[word] = hash;
    this.storeUnits(units, length, this.unitStarts[word]);
    this.unitStarts[word + 1] = this.unitStarts[word] + length;
    this.ids.append(ids);
    this.idStarts[word + 1] = this.ids.length;
  }

  /** The slot of the word, or the empty one where it belongs. */
  private find(units: Uint16Array, length: number, hash: number): number {
    const mask = this.slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (this.slots[slot] !== 0 && !this.isWord(this.slots[slot] - 1, units, length, hash)) slot = (slot + 1) & mask;
    return slot;
  }

  private isWord(word: number, units: Uint16Array, length: number, hash: number): boolean {
    const start = this.unitStarts[word];
    if (this.hashes[word] !== hash || this.unitStarts[word + 1] - start !== length) return false;
    for (let i = 0; i < length; i++) if (this.units[start + i] !== units[i]) return false;
    return true;
  }

  private storeUnits(units: Uint16Array, length: number, start: number): void {
    if (start + length > this.units.length) {
      const larger = new Uint16Array(2 * (start + length));
      larger.set(this.units);
      this.units = larger;
    }
    this.units.set(units.subarray(0, length), start);
  }

  private makeRoom(): void {
    if (this.slots.length === MOST_SLOTS) {
      this.slots.fill(0);
      this.words = 0;
      this.ids.length = 0;
      return;
    }
    this.hashes = doubled(this.hashes, 2 * this.hashes.length);
    this.unitStarts = doubled(this.unitStarts, this.hashes.length + 1);
    this.idStarts = doubled(this.idStarts, this.hashes.length + 1);
    this.slots = new Int32Array(2 * this.slots.length);
    for (let word = 0; word < this.words; word++) this.placeAgain(word);
  }

  private placeAgain(word: number): void {
    const mask = this.slots.length - 1;
    let slot = (this.hashes[word] ^ (this.hashes[word] >>> 15)) & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = word + 1;
  }
}

function doubled(values: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(values);
  return larger;
}
