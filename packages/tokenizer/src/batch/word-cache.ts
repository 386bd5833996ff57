import type { IntList } from '../model/int-list';
import type { Piece } from '../model/model';
import type { AlignedText } from '../normalizer/aligned-text';

const firstSlots = 1 << 12;
const maxSlots = 1 << 19;
const firstEntries = 1 << 15;
const maxEntries = 1 << 22;
const maxPieces = 0x7fff;

/** Longest word that is remembered, in UTF-16 units. */
export const longestWord = 256;

/** Hash of a word, unit by unit: `hash = Math.imul(hash ^ unit, hashFactor)`, from `hashSeed` on. */
export const hashSeed = 0x811c9dc5 | 0;
export const hashFactor = 16777619;

/**
 * Remembers the pieces of words: an open-addressing hash table over typed arrays, so that a look-up allocates nothing.
 * All data of a word lies together, because in long texts look-ups wait for memory.
 *
 * It doubles as it fills, up to 2¹⁸ words or 2²² entries of four bytes, which is 18 MB; then it starts over. That costs
 * little, because the words that make up most of a text are back soon.
 */
export class WordCache {
  /** Place in `entries` of the word of each slot; 0 in an empty slot. */
  private slots = new Int32Array(firstSlots);
  private words = 0;
  /**
   * One word after the other: its hash; its length, with the number of its pieces in the upper half; its units, two per
   * entry; the ids of its pieces; the start of each piece, with its end in the upper half.
   */
  private entries = new Int32Array(firstEntries);
  private units = new Uint16Array(this.entries.buffer);
  private end = 1;

  /**
   * Appends the ids of the word `units[0 … length)` to `list`. Returns the place of the word, or -1 if it is not in the
   * cache.
   */
  appendTo(list: IntList, units: Uint16Array, length: number, hash: number): number {
    const word = this.slots[this.find(units, length, hash)];
    if (word === 0) return -1;
    const { entries } = this;
    const count = entries[word + 1] >> 16;
    const start = idsAt(word, length);
    list.reserve(count);
    const { values } = list;
    for (let i = 0; i < count; i++) values[list.length + i] = entries[start + i];
    list.length += count;
    return word;
  }

  /**
   * Appends the offsets of the pieces of a word that begins at `shift` of its text. Starts are at least `floor`, ends at
   * least `least`.
   */
  appendMoved(list: IntList, word: number, shift: number, { floor, least }: { floor: number; least: number }): void {
    const { entries } = this;
    const count = entries[word + 1] >> 16;
    const spans = idsAt(word, entries[word + 1] & 0xffff) + count;
    list.reserve(2 * count);
    for (let i = spans; i < spans + count; i++) {
      list.values[list.length++] = Math.max(floor, shift + (entries[i] & 0xffff));
      list.values[list.length++] = Math.max(least, shift + (entries[i] >> 16));
    }
  }

  /**
   * Appends the offsets of the pieces of a word whose units have separate places: `2 × start`, plus 1 for two units
   * of the text.
   */
  appendPlaced(list: IntList, word: number, places: Int32Array): void {
    const { entries } = this;
    const count = entries[word + 1] >> 16;
    const spans = idsAt(word, entries[word + 1] & 0xffff) + count;
    list.reserve(2 * count);
    for (let i = spans; i < spans + count; i++) {
      const last = places[(entries[i] >> 16) - 1];
      list.values[list.length++] = places[entries[i] & 0xffff] >> 1;
      list.values[list.length++] = (last >> 1) + 1 + (last & 1);
    }
  }

  /**
   * Appends the offsets of the pieces of a word that begins at `from` of an aligned text, or before `first`, whose place
   * all that is before it has.
   */
  appendAligned(list: IntList, word: number, { starts, ends }: AlignedText, from: number, first: number): void {
    const { entries } = this;
    const count = entries[word + 1] >> 16;
    const spans = idsAt(word, entries[word + 1] & 0xffff) + count;
    list.reserve(2 * count);
    for (let i = spans; i < spans + count; i++) {
      list.values[list.length++] = starts[Math.max(first, from + (entries[i] & 0xffff))];
      list.values[list.length++] = ends[Math.max(first, from + (entries[i] >> 16) - 1)];
    }
  }

  /** Remembers a word that is not in the cache, of at most `longestWord` units. */
  add(units: Uint16Array, length: number, hash: number, pieces: readonly Piece[]): void {
    if (pieces.length > maxPieces) return;
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

  /** Slot of the word, or the empty slot for it. */
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
    if (2 * this.words === maxSlots || needed > maxEntries) {
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

/** Number of entries of a word. */
function entriesOf(units: number, pieces: number): number {
  return idsAt(0, units) + 2 * pieces;
}

/** Place of the first id of a word. */
function idsAt(word: number, units: number): number {
  return word + 2 + ((units + 1) >> 1);
}
