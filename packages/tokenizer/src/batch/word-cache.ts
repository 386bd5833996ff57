import type { IdList } from '../id-list';
import type { Piece } from '../model/model';

const FIRST_SLOTS = 1 << 12;
const MOST_SLOTS = 1 << 19;
const FIRST_ENTRIES = 1 << 15;
const MOST_ENTRIES = 1 << 22;
const MOST_PIECES = 0x7fff;

/** Words of more UTF-16 units are not remembered. */
export const LONGEST_WORD = 256;

/**
 * Remembers the pieces of words: an open-addressing hash table over typed arrays, so that neither a look-up nor a hit
 * allocates anything. All there is to a word lies together, since in long texts memory is what a look-up waits for.
 *
 * It doubles as it fills, up to 2¹⁸ words or 2²² entries of four bytes, which is 18 MB; then it starts over. That costs
 * little, since the words that make up most of a text are back soon.
 */
export class WordCache {
  /** Where in `entries` the word of a slot is; 0 marks an empty slot. */
  private slots = new Int32Array(FIRST_SLOTS);
  private words = 0;
  /**
   * One word after the other: its hash; its length, and in the upper half how many pieces it has; its units, two an entry;
   * the ids of its pieces; where each begins, and in the upper half where it ends.
   */
  private entries = new Int32Array(FIRST_ENTRIES);
  private units = new Uint16Array(this.entries.buffer);
  private end = 1;

  /** Appends the ids of the word `units[0 … length)` to `list`; where it is in here, or -1 where it is not known. */
  appendTo(list: IdList, units: Uint16Array, length: number, hash: number): number {
    const word = this.slots[this.find(units, length, hash)];
    if (word === 0) return -1;
    const { entries } = this;
    const count = entries[word + 1] >> 16;
    const start = idsAt(word, length);
    list.reserve(count);
    const { ids } = list;
    for (let i = 0; i < count; i++) ids[list.length + i] = entries[start + i];
    list.length += count;
    return word;
  }

  /** Appends where the pieces of a word begin and end, in units of the text that the word begins at `shift` in. */
  appendMoved(list: IdList, word: number, shift: number, { least }: { least: number }): void {
    const { entries } = this;
    const count = entries[word + 1] >> 16;
    const spans = idsAt(word, entries[word + 1] & 0xffff) + count;
    list.reserve(2 * count);
    for (let i = spans; i < spans + count; i++) {
      list.ids[list.length++] = Math.max(0, shift + (entries[i] & 0xffff));
      list.ids[list.length++] = Math.max(least, shift + (entries[i] >> 16));
    }
  }

  /** The same of a word whose units are at places of their own: `2 × start`, plus 1 if two units of the text stand there. */
  appendPlaced(list: IdList, word: number, places: Int32Array): void {
    const { entries } = this;
    const count = entries[word + 1] >> 16;
    const spans = idsAt(word, entries[word + 1] & 0xffff) + count;
    list.reserve(2 * count);
    for (let i = spans; i < spans + count; i++) {
      const last = places[(entries[i] >> 16) - 1];
      list.ids[list.length++] = places[entries[i] & 0xffff] >> 1;
      list.ids[list.length++] = (last >> 1) + 1 + (last & 1);
    }
  }

  /** Remembers a word that is not known yet, of no more than `LONGEST_WORD` units. */
  add(units: Uint16Array, length: number, hash: number, pieces: readonly Piece[]): void {
    if (pieces.length > MOST_PIECES) return;
    this.makeRoom(entriesOf(length, pieces.length));
    const word = this.end;
    this.slots[this.find(units, length, hash)] = word;
    this.words++;
    this.end += entriesOf(length, pieces.length);
    const { entries } = this;
    entries[word] = hash;
    entries[word + 1] = length | (pieces.length << 16);
    let reached = 0;
    for (let i = 0, at = idsAt(word, length); i < pieces.length; i++, at++) {
      const { id, start = reached, end } = pieces[i];
      entries[at] = id;
      entries[at + pieces.length] = start | (end << 16);
      reached = end;
    }
    for (let i = 0; i < length; i++) this.units[2 * word + 4 + i] = units[i];
  }

  /** The slot of the word, or the empty one where it belongs. */
  private find(units: Uint16Array, length: number, hash: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (slots[slot] !== 0 && !this.isWord(slots[slot], units, length, hash)) slot = (slot + 1) & mask;
    return slot;
  }

  private isWord(word: number, units: Uint16Array, length: number, hash: number): boolean {
    const { entries } = this;
    if (entries[word] !== hash || (entries[word + 1] & 0xffff) !== length) return false;
    for (let i = 0; i < length; i++) if (this.units[2 * word + 4 + i] !== units[i]) return false;
    return true;
  }

  private makeRoom(count: number): void {
    const needed = this.end + count;
    if (2 * this.words === MOST_SLOTS || needed > MOST_ENTRIES) {
      this.slots.fill(0);
      this.words = 0;
      this.end = 1;
      return;
    }
    if (needed > this.entries.length) this.growEntries();
    if (2 * this.words === this.slots.length) this.growSlots();
  }

  private growEntries(): void {
    const larger = new Int32Array(2 * this.entries.length);
    larger.set(this.entries);
    this.entries = larger;
    this.units = new Uint16Array(larger.buffer);
  }

  private growSlots(): void {
    const { entries } = this;
    const slots = new Int32Array(2 * this.slots.length);
    const mask = slots.length - 1;
    for (let word = 1; word < this.end; word += entriesOf(entries[word + 1] & 0xffff, entries[word + 1] >> 16)) {
      let slot = (entries[word] ^ (entries[word] >>> 15)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = word;
    }
    this.slots = slots;
  }
}

/** How many entries a word takes. */
function entriesOf(units: number, pieces: number): number {
  return idsAt(0, units) + 2 * pieces;
}

/** Where the ids of a word begin. */
function idsAt(word: number, units: number): number {
  return word + 2 + ((units + 1) >> 1);
}
