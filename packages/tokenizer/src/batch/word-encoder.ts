import { betweenMatches, type Pipeline } from '../encode/sequence';
import type { Piece } from '../model/model';
import { type AlignedText, shifted, unaligned } from '../normalizer/aligned-text';
import { unitsOf, wellFormed } from '../unicode/code-points';
import type { BatchEncoder, BatchStages } from './encode-batch';
import type { TokenList } from './token-list';
import { hashFactor, hashSeed, longestWord, WordCache } from './word-cache';

/** Makes the batch encoder for any stages. */
export function wordBatchEncoder(stages: BatchStages): BatchEncoder {
  return new WordBatchEncoder(stages);
}

/**
 * Encodes to typed arrays, with one look-up per word in a cache. Ids and offsets are those of `encodeSequence`.
 *
 * Offsets are counted from the start of each word where the stages move nothing but a prefix; elsewhere the text is
 * aligned with the original, which takes half as long again (measured).
 */
class WordBatchEncoder implements BatchEncoder {
  private readonly cache = new WordCache();
  private readonly word = new Uint16Array(longestWord);
  private readonly boundary: number;
  /** How far a text that is not aligned is shifted against the original text. */
  private shift = 0;
  /** End of the first character of the text, where the place of a prefix ends too. */
  private firstEnd = 0;
  private isPlaced = true;

  /** Whether the text has to be aligned, for its ids and for its offsets. */
  private readonly aligns: { readonly ids: boolean; readonly offsets: boolean };
  private readonly pipeline: Pipeline;

  constructor({ pipeline, needsPlaces, movesText }: BatchStages) {
    this.pipeline = pipeline;
    this.boundary = pipeline.model.boundary ? pipeline.model.boundary.charCodeAt(0) : -1;
    const isMoved = movesText || pipeline.normalizer.prefixLength === undefined;
    this.aligns = { ids: needsPlaces, offsets: needsPlaces || isMoved };
  }

  /** Returns `false` if offsets are computed and the text has added tokens or characters that are left out. */
  encode(text: string, list: TokenList): boolean {
    const { addedTokens } = this.pipeline;
    this.isPlaced = true;
    const source = wellFormed(text);
    betweenMatches(source, addedTokens.original(source), {
      onMatch: ({ id }) => this.addAdded(id, list),
      onRest: (start, end) => this.addRest(source.slice(start, end), start, list),
    });
    return this.isPlaced || list.offsets === undefined;
  }

  /** Texts with added tokens are not placed: `encodeSequence` knows whether spaces are part of them. */
  private addAdded(id: number, list: TokenList): void {
    this.isPlaced = false;
    list.ids.push(id);
  }

  /** Adds `rest`, which lies at `start` in the original. */
  private addRest(rest: string, start: number, list: TokenList): void {
    if (list.offsets !== undefined && !this.isPlaced) return;
    const { addedTokens, preTokenizer } = this.pipeline;
    const normalized = this.normalize(rest, start, list);
    betweenMatches(normalized.text, addedTokens.normalized(normalized.text), {
      onMatch: ({ id }) => this.addAdded(id, list),
      onRest: (from, to) =>
        preTokenizer(normalized, from, to, (words, first, end) => this.add(words, first, end, list)),
    });
  }

  /** Normalizes a part of the text, aligned if places are asked for that cannot be counted. */
  private normalize(rest: string, start: number, list: TokenList): AlignedText {
    const { normalizer } = this.pipeline;
    this.shift = -(normalizer.prefixLength ?? 0);
    this.firstEnd = unitsOf(rest.codePointAt(0) as number);
    const aligns = list.offsets === undefined ? this.aligns.ids : this.aligns.offsets;
    if (!aligns) return unaligned(normalizer.plain?.(rest) ?? normalizer.normalize(rest).text);
    return shifted(normalizer.normalize(rest), start);
  }

  /** Cuts before every boundary that follows another character, and reads each word in the same pass. */
  private add(words: AlignedText, start: number, end: number, list: TokenList): void {
    const { boundary, word } = this;
    const { text } = words;
    let from = start;
    let previous = boundary;
    let hash = hashSeed;
    for (let i = start; i < end; i++) {
      const unit = text.charCodeAt(i);
      if (unit === boundary && previous !== boundary) {
        this.endWord(words, from, i, hash, list);
        from = i;
        hash = hashSeed;
      }
      if (i - from < longestWord) word[i - from] = unit;
      hash = Math.imul(hash ^ unit, hashFactor);
      previous = unit;
    }
    if (from < end) this.endWord(words, from, end, hash, list);
  }

  /** Appends the tokens of the word that was read. */
  private endWord(words: AlignedText, start: number, end: number, hash: number, list: TokenList): void {
    const { word, cache } = this;
    const length = end - start;
    if (length > longestWord) {
      this.addLongWord(words, start, end, list);
      return;
    }
    const found = cache.appendTo(list.ids, word, length, hash);
    if (found < 0) this.addNewWord(words, start, end, hash, list);
    else if (list.offsets === undefined) return;
    else if (words.starts.length > 0) cache.appendAligned(list.offsets, found, words, start);
    else cache.appendMoved(list.offsets, found, start + this.shift, { least: this.firstEnd });
  }

  private addNewWord(words: AlignedText, start: number, end: number, hash: number, list: TokenList): void {
    const text = words.text.slice(start, end);
    const pieces = this.pipeline.model.pieces(text);
    if (isRegular(pieces, text)) this.cache.add(this.word, text.length, hash, pieces);
    else this.isPlaced = false;
    this.append(pieces, words, start, list);
  }

  private addLongWord(words: AlignedText, start: number, end: number, list: TokenList): void {
    const text = words.text.slice(start, end);
    const pieces = this.pipeline.model.pieces(text);
    if (list.offsets !== undefined && !isRegular(pieces, text)) this.isPlaced = false;
    this.append(pieces, words, start, list);
  }

  private append(pieces: readonly Piece[], { starts, ends }: AlignedText, start: number, list: TokenList): void {
    const isAligned = starts.length > 0;
    const shift = start + this.shift;
    let reached = 0;
    for (const { id, start: from = reached, end } of pieces) {
      if (isAligned) list.push(id, starts[start + from], ends[start + end - 1]);
      else list.push(id, Math.max(0, shift + from), Math.max(this.firstEnd, shift + end));
      reached = end;
    }
  }
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
