import type { Model, Piece } from '../model/model';
import type { AlignedText } from '../normalizer/aligned-text';
import type { MetaspaceOptions } from '../pre-tokenizer/spaces';
import { unitsOf } from '../unicode/code-points';
import type { TokenList } from './token-list';
import { hashFactor, hashSeed, longestWord, WordCache } from './word-cache';

/**
 * A text that words are cut from. Where it is not aligned, a unit `i` stands for the unit `shift + i` of the original;
 * starts are at least `floor` then, and ends at least `least`.
 */
export interface WordSource extends AlignedText {
  readonly shift: number;
  readonly floor: number;
  readonly least: number;
}

const space = 32;

/** Reads the words of a text and appends their tokens to a list, those of words seen before out of a cache. */
export class WordReader {
  /** Whether all tokens stand for whole characters, as far as offsets were asked for. */
  isPlaced = true;
  private readonly cache = new WordCache();
  /** The word being read, as far as it fits. */
  private readonly word = new Uint16Array(longestWord);
  private readonly boundary: number;
  /** Replacement of a space at the start of a word; empty if words keep the space. */
  private mark = '';

  constructor(private readonly model: Model) {
    this.boundary = model.boundary ? model.boundary.charCodeAt(0) : -1;
  }

  /** Cuts the part `[start, end)` before every boundary that follows another character. */
  read(source: WordSource, start: number, end: number, list: TokenList): void {
    const { boundary, word } = this;
    const { text } = source;
    this.mark = '';
    let from = start;
    let previous = boundary;
    let hash = hashSeed;
    for (let i = start; i < end; i++) {
      const unit = text.charCodeAt(i);
      if (unit === boundary && previous !== boundary) {
        this.endWord(source, from, i, 0, hash, list);
        from = i;
        hash = hashSeed;
      }
      if (i - from < longestWord) word[i - from] = unit;
      hash = Math.imul(hash ^ unit, hashFactor);
      previous = unit;
    }
    if (from < end) this.endWord(source, from, end, 0, hash, list);
  }

  /** Cuts the part `[start, end)` as a `Metaspace` that splits: before each space, which its replacement stands for. */
  readSpaced(source: WordSource, start: number, end: number, options: MetaspaceOptions, list: TokenList): void {
    const { word } = this;
    const { text } = source;
    this.mark = options.replacement;
    const mark = this.mark.charCodeAt(0);
    let from = start;
    let hash = hashSeed;
    let length = 0;
    let prefix = 0;
    if (isPrefixed(source, start, options)) {
      prefix = 1;
      word[length++] = mark;
      hash = Math.imul(hash ^ mark, hashFactor);
    }
    for (let i = start; i < end; i++) {
      let unit = text.charCodeAt(i);
      if (unit === space || unit === mark) {
        unit = mark;
        if (i > start) {
          this.endWord(source, from, i, prefix, hash, list);
          from = i;
          hash = hashSeed;
          length = 0;
          prefix = 0;
        }
      }
      if (length < longestWord) word[length] = unit;
      length++;
      hash = Math.imul(hash ^ unit, hashFactor);
    }
    if (from < end) this.endWord(source, from, end, prefix, hash, list);
  }

  /** Appends the tokens of the word that was read: the part `[start, end)` of a text behind `prefix` marks. */
  private endWord(source: WordSource, start: number, end: number, prefix: number, hash: number, list: TokenList): void {
    const { word, cache } = this;
    const { offsets } = list;
    const length = prefix + end - start;
    const found = length > longestWord ? -1 : cache.appendTo(list.ids, word, length, hash);
    if (found < 0) this.addNewWord(source, start, end, prefix, hash, list);
    else if (offsets === undefined) return;
    else if (source.starts.length > 0) cache.appendAligned(offsets, found, source, start - prefix, start);
    else cache.appendMoved(offsets, found, source.shift + start - prefix, limitsOf(source, start, prefix));
  }

  private addNewWord(
    source: WordSource,
    start: number,
    end: number,
    prefix: number,
    hash: number,
    list: TokenList,
  ): void {
    const text = this.textOf(source, start, end, prefix);
    const pieces = this.model.pieces(text);
    const isWhole = isRegular(pieces, text);
    if (!isWhole) this.isPlaced = false;
    else if (text.length <= longestWord) this.cache.add(this.word, text.length, hash, pieces);
    const { floor, least } = limitsOf(source, start, prefix);
    const { starts, ends } = source;
    const first = start - prefix;
    const moved = source.shift + first;
    let reached = 0;
    for (const { id, start: from = reached, end: to } of pieces) {
      if (starts.length === 0) list.push(id, Math.max(floor, moved + from), Math.max(least, moved + to));
      else list.push(id, starts[Math.max(start, first + from)], ends[Math.max(start, first + to - 1)]);
      reached = to;
    }
  }

  /** The word that was read. A space that it begins with was read as the mark. */
  private textOf({ text }: WordSource, start: number, end: number, prefix: number): string {
    const { mark } = this;
    if (prefix === 0 && (mark === '' || text.charCodeAt(start) !== space)) return text.slice(start, end);
    return mark + text.slice(start + 1 - prefix, end);
  }
}

function isPrefixed({ text, starts, shift, floor }: WordSource, start: number, options: MetaspaceOptions): boolean {
  const { replacement, prepend } = options;
  if (text[start] === ' ' || text[start] === replacement) return false;
  if (prepend !== 'first') return prepend === 'always';
  return starts.length > 0 ? starts[start] === 0 : Math.max(floor, shift + start) === 0;
}

/** Least start and end of the tokens of a word. A prefix has the place of the character behind it. */
function limitsOf(source: WordSource, start: number, prefix: number): { floor: number; least: number } {
  if (prefix === 0) return source;
  const { text, shift, floor, least } = source;
  const first = shift + start;
  return { floor: Math.max(floor, first), least: Math.max(least, first + unitsOf(text.codePointAt(start) as number)) };
}

/** Whether pieces begin and end between characters, which they do not if characters of the word were left out. */
function isRegular(pieces: readonly Piece[], text: string): boolean {
  let reached = 0;
  for (const { start = reached, end } of pieces) {
    if (start >= end || end > text.length || cutsCharacter(text, start) || cutsCharacter(text, end)) return false;
    reached = end;
  }
  return true;
}

function cutsCharacter(text: string, position: number): boolean {
  const unit = text.charCodeAt(position);
  return unit >= 0xdc00 && unit <= 0xdfff && position > 0;
}
