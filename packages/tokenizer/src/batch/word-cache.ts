import type { Piece } from '../model/model';
import { IdList } from './id-list';

const FIRST_SLOTS = 1 << 12;
const MOST_SLOTS = 1 << 18;
const MOST_UNITS = 1 << 21;
const MOST_PIECES = 1 << 20;

/** Words of more UTF-16 units are not remembered. */
export const LONGEST_WORD = 256;

/**
 * Remembers the pieces of words: an open-addressing hash table over typed arrays, so that neither a look-up nor a hit
 * allocates anything.
 *
 * It doubles as it fills, up to 2¹⁷ words, 2²¹ UTF-16 units or 2²⁰ pieces, which is 15 MB; then it starts over. That costs
 * little, since the words that make up most of a text are back soon.
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
  /** Where in its word piece `i` begins and ends: `spans[2 * i]` and the entry behind it. */
  private spans = new Uint16Array(4 * FIRST_SLOTS);

  /** Appends the ids of the word `units[0 … length)` to `list`; its number, or -1 where it is not known. */
  appendTo(list: IdList, units: Uint16Array, length: number, hash: number): number {
    const word = this.slots[this.find(units, length, hash)] - 1;
    if (word < 0) return -1;
    const end = this.idStarts[word + 1];
    const start = this.idStarts[word];
    list.reserve(end - start);
    for (let i = start; i < end; i++) list.ids[list.length++] = this.ids.ids[i];
    return word;
  }

  /** Appends where the pieces of word `word` begin and end, in units of the text that the word begins at `shift` in. */
  appendMoved(list: IdList, word: number, shift: number, { least }: { least: number }): void {
    const { spans } = this;
    const end = 2 * this.idStarts[word + 1];
    const start = 2 * this.idStarts[word];
    list.reserve(end - start);
    for (let i = start; i < end; i += 2) {
      list.ids[list.length++] = Math.max(0, shift + spans[i]);
      list.ids[list.length++] = Math.max(least, shift + spans[i + 1]);
    }
  }

  /** The same of a word whose units are at places of their own: `2 × start`, plus 1 if two units of the text stand there. */
  appendPlaced(list: IdList, word: number, places: Int32Array): void {
    const { spans } = this;
    const end = 2 * this.idStarts[word + 1];
    const start = 2 * this.idStarts[word];
    list.reserve(end - start);
    for (let i = start; i < end; i += 2) {
      const last = places[spans[i + 1] - 1];
      list.ids[list.length++] = places[spans[i]] >> 1;
      list.ids[list.length++] = (last >> 1) + 1 + (last & 1);
    }
  }

  /** Remembers a word that is not known yet, of no more than `LONGEST_WORD` units. */
  add(units: Uint16Array, length: number, hash: number, pieces: readonly Piece[]): void {
    this.makeRoom(length, pieces.length);
    const word = this.words++;
    this.slots[this.find(units, length, hash)] = word + 1;
    this.hashes[word] = hash;
    const start = this.unitStarts[word];
    for (let i = 0; i < length; i++) this.units[start + i] = units[i];
    this.unitStarts[word + 1] = start + length;
    this.addPieces(pieces);
    this.idStarts[word + 1] = this.ids.length;
  }

  private addPieces(pieces: readonly Piece[]): void {
    let reached = 0;
    for (const piece of pieces) {
      this.spans[2 * this.ids.length] = piece.start ?? reached;
      this.spans[2 * this.ids.length + 1] = piece.end;
      this.ids.push(piece.id);
      reached = piece.end;
    }
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

  private makeRoom(units: number, pieces: number): void {
    const unitsNeeded = this.unitStarts[this.words] + units;
    const piecesNeeded = this.ids.length + pieces;
    const full = this.words === this.hashes.length && this.slots.length === MOST_SLOTS;
    if (full || unitsNeeded > MOST_UNITS || piecesNeeded > MOST_PIECES) {
      this.startOver();
      return;
    }
    if (unitsNeeded > this.units.length) this.units = doubled(this.units);
    if (2 * piecesNeeded > this.spans.length) this.spans = doubled(this.spans);
    if (this.words === this.hashes.length) this.growTable();
  }

  private startOver(): void {
    this.slots.fill(0);
    this.words = 0;
    this.ids.length = 0;
  }

  private growTable(): void {
    this.hashes = doubled(this.hashes);
    this.unitStarts = doubled(this.unitStarts);
    this.idStarts = doubled(this.idStarts);
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

function doubled<Values extends Int32Array | Uint16Array>(values: Values): Values {
  const larger = new (values.constructor as new (length: number) => Values)(2 * values.length);
  larger.set(values);
  return larger;
}
