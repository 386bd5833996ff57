import { betweenMatches, type Pipeline } from '../encode/sequence';
import type { Piece } from '../model/model';
import type { AlignedText } from '../normalizer/aligned-text';
import { unitsOf, wellFormed } from '../unicode/code-points';
import type { BatchEncoder, BatchStages } from './encode-batch';
import type { TokenList } from './token-list';
import { hashFactor, hashSeed, longestWord, WordCache } from './word-cache';

/** Makes the batch encoder for any stages, or returns `undefined` if words depend on their place in the text. */
export function wordBatchEncoder({ pipeline, needsPlaces }: BatchStages): BatchEncoder | undefined {
  return needsPlaces ? undefined : new WordBatchEncoder(pipeline);
}

/**
 * Encodes to typed arrays, with one look-up per word in a cache. Ids and offsets are those of `encodeSequence`.
 */
class WordBatchEncoder implements BatchEncoder {
  private readonly cache = new WordCache();
  private readonly word = new Uint16Array(longestWord);
  private readonly boundary: number;
  /** The text that the words are cut from, and how far it is shifted against the original text. */
  private normalized: AlignedText = { text: '', starts: [], ends: [] };
  private shift = 0;
  /** End of the first character of the text, where the place of a prefix ends too. */
  private firstEnd = 0;
  private isPlaced = true;

  constructor(private readonly pipeline: Pipeline) {
    this.boundary = pipeline.model.boundary ? pipeline.model.boundary.charCodeAt(0) : -1;
  }

  /** Returns `false` if offsets are computed and need alignment. */
  encode(text: string, list: TokenList): boolean {
    const { addedTokens } = this.pipeline;
    this.isPlaced = list.offsets === undefined || this.pipeline.normalizer.prefixLength !== undefined;
    if (!this.isPlaced) return false;
    const source = wellFormed(text);
    betweenMatches(source, addedTokens.original(source), {
      onMatch: ({ id }) => this.addAdded(id, list),
      onRest: (start, end) => this.addRest(source.slice(start, end), list),
    });
    return this.isPlaced || list.offsets === undefined;
  }

  /** Texts with added tokens are not placed: `encodeSequence` knows whether spaces are part of them. */
  private addAdded(id: number, list: TokenList): void {
    this.isPlaced = false;
    list.ids.push(id);
  }

  private addRest(rest: string, list: TokenList): void {
    const { addedTokens, normalizer, preTokenizer } = this.pipeline;
    const text = normalizer.plain?.(rest) ?? normalizer.normalize(rest).text;
    const normalized = { text, starts: [], ends: [] };
    this.normalized = normalized;
    this.shift = -(normalizer.prefixLength ?? 0);
    this.firstEnd = unitsOf(rest.codePointAt(0) as number);
    betweenMatches(text, addedTokens.normalized(text), {
      onMatch: ({ id }) => this.addAdded(id, list),
      onRest: (from, to) =>
        preTokenizer(normalized, from, to, (words, start, end) => this.add(words, start, end, list)),
    });
  }

  /** Cuts before every boundary that follows another character, and reads each word in the same pass. */
  private add(words: AlignedText, start: number, end: number, list: TokenList): void {
    if (words !== this.normalized) this.isPlaced = false;
    const { boundary, word } = this;
    const { text } = words;
    let from = start;
    let previous = boundary;
    let hash = hashSeed;
    for (let i = start; i < end; i++) {
      const unit = text.charCodeAt(i);
      if (unit === boundary && previous !== boundary) {
        this.endWord(text, from, i, hash, list);
        from = i;
        hash = hashSeed;
      }
      if (i - from < longestWord) word[i - from] = unit;
      hash = Math.imul(hash ^ unit, hashFactor);
      previous = unit;
    }
    if (from < end) this.endWord(text, from, end, hash, list);
  }

  /** Appends the tokens of the word that was read. */
  private endWord(text: string, start: number, end: number, hash: number, list: TokenList): void {
    const { word, cache } = this;
    const length = end - start;
    if (length > longestWord) {
      this.addLongWord(text.slice(start, end), start, list);
      return;
    }
    const found = cache.appendTo(list.ids, word, length, hash);
    if (found < 0) this.addNewWord(text.slice(start, end), start, hash, list);
    else if (list.offsets !== undefined) {
      cache.appendMoved(list.offsets, found, start + this.shift, { least: this.firstEnd });
    }
  }

  private addNewWord(text: string, start: number, hash: number, list: TokenList): void {
    const pieces = this.pipeline.model.pieces(text);
    if (isRegular(pieces, text)) this.cache.add(this.word, text.length, hash, pieces);
    else this.isPlaced = false;
    this.append(pieces, start, list);
  }

  private addLongWord(text: string, start: number, list: TokenList): void {
    const pieces = this.pipeline.model.pieces(text);
    if (list.offsets !== undefined && !isRegular(pieces, text)) this.isPlaced = false;
    this.append(pieces, start, list);
  }

  private append(pieces: readonly Piece[], start: number, list: TokenList): void {
    const shift = start + this.shift;
    let reached = 0;
    for (const { id, start: from = reached, end } of pieces) {
      list.push(id, Math.max(0, shift + from), Math.max(this.firstEnd, shift + end));
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
