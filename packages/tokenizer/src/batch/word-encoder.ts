import type { Piece } from '../model/model';
import type { AlignedText } from '../normalizer/aligned-text';
import { betweenMatches, type Pipeline } from '../sequence';
import { unitsOf, wellFormed } from '../unicode/well-formed';
import type { BatchEncoder } from './batch-encoder';
import type { TokenList } from './token-list';
import { LONGEST_WORD, WordCache } from './word-cache';

const HASH_SEED = 0x811c9dc5 | 0;
const HASH_FACTOR = 16777619;

/**
 * Encodes to typed arrays whatever the stages are, as long as words do not depend on where they are in the text: one look-up
 * a word in a cache of words. Ids and offsets are those of `encodeSequence`.
 */
export class WordEncoder implements Pick<BatchEncoder, 'encode'> {
  private readonly cache = new WordCache();
  private readonly word = new Uint16Array(LONGEST_WORD);
  private readonly boundary: number;
  /** What the words are of, and how far they are from where they are in the text that was given. */
  private normalized: AlignedText = { text: '', starts: [], ends: [] };
  private shift = 0;
  /** Where the first character of the text ends: the place of what is set before it ends there too. */
  private firstEnd = 0;
  private isPlaced = true;

  constructor(private readonly pipeline: Pipeline) {
    this.boundary = pipeline.model.boundary ? pipeline.model.boundary.charCodeAt(0) : -1;
  }

  /** Appends the tokens of a text to `list`. False, and nothing of use appended, where offsets are wanted and need alignment. */
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

  /** Texts with added tokens are not placed: whether spaces are part of them is for others to say. */
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

  /** Cuts before every boundary that follows something else, where there is one, and reads each word in the same pass. */
  private add(words: AlignedText, start: number, end: number, list: TokenList): void {
    if (words !== this.normalized) this.isPlaced = false;
    const { boundary, word } = this;
    const { text } = words;
    let from = start;
    let previous = boundary;
    let hash = HASH_SEED;
    for (let i = start; i < end; i++) {
      const unit = text.charCodeAt(i);
      if (unit === boundary && previous !== boundary) {
        this.endWord(text, from, i, hash, list);
        from = i;
        hash = HASH_SEED;
      }
      if (i - from < LONGEST_WORD) word[i - from] = unit;
      hash = Math.imul(hash ^ unit, HASH_FACTOR);
      previous = unit;
    }
    if (from < end) this.endWord(text, from, end, hash, list);
  }

  /** Appends the tokens of a word that was read. */
  private endWord(text: string, start: number, end: number, hash: number, list: TokenList): void {
    const { word, cache } = this;
    const length = end - start;
    if (length > LONGEST_WORD) {
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

/** Whether pieces begin and end between characters, which they do not where some of a word was left out. */
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
