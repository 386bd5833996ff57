import { byteCharacters } from './byte-characters';
import { mergeSymbols } from './merge-symbols';
import type { Model, Piece } from './model';
import type { PairRanks } from './pair-ranks';
import { byteSpelled, type Spelling, speller } from './spelling';

export interface BpeOptions {
  vocabulary: ReadonlyMap<string, number>;
  pairs: PairRanks;
  unkId: number | undefined;
  /** Whether neighbouring unknown characters are one unknown token. */
  fuseUnk: boolean;
  /** Whether an unknown character becomes its bytes, `<0x00>` to `<0xFF>`, where the vocabulary has them. */
  byteFallback: boolean;
  /** Whether a word that the vocabulary has is taken as it is. */
  ignoreMerges: boolean;
  /** Whether words are spelled in characters that stand for bytes. */
  byteLevel: boolean;
  continuingSubwordPrefix: string;
  endOfWordSuffix: string;
  /** A character before which a word may be cut, because no merge reaches across it; empty where there is none. */
  boundary: string;
}

/** Words that are longer are not remembered. */
const LONGEST_REMEMBERED = 64;
const MOST_REMEMBERED = 1 << 16;

/**
 * Byte pair encoding: a word is spelled character by character, and neighbours are merged in the order that training found.
 *
 * Source: Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword Units"; `models/bpe` of Hugging Face
 * tokenizers.
 */
export function bpe(options: BpeOptions): Model {
  const { vocabulary, unkId, boundary } = options;
  const byteNames = options.byteLevel ? byteCharacters() : undefined;
  const spell = speller(options, byteNames);
  const remembered = new Map<string, readonly Piece[]>();

  function tokenizeOnce(word: string): Piece[] {
    if (options.ignoreMerges) {
      const id = vocabulary.get(byteNames ? byteSpelled(word, byteNames) : word);
      if (id !== undefined) return [{ id, end: word.length }];
    }
    const spelling = spell(word);
    mergeSymbols(spelling, options.pairs);
    return piecesOf(spelling);
  }

  function tokenizePart(word: string): readonly Piece[] {
    const known = remembered.get(word);
    if (known !== undefined) return known;
    const pieces = tokenizeOnce(word);
    if (word.length <= LONGEST_REMEMBERED) {
      if (remembered.size === MOST_REMEMBERED) remembered.clear();
      remembered.set(word, pieces);
    }
    return pieces;
  }

  function tokenize(word: string): readonly Piece[] {
    const cut = boundary === '' ? word.length : nextBoundary(word, 0, boundary);
    if (cut === word.length) return tokenizePart(word);
    const pieces: Piece[] = [];
    for (let start = 0, end = cut; start < word.length; end = nextBoundary(word, end, boundary)) {
      for (const piece of tokenizePart(word.slice(start, end))) pieces.push(moved(piece, start));
      start = end;
    }
    return pieces;
  }
  return { unkId, vocabulary, tokenize, pieces: tokenizeOnce, boundary };
}

function moved(piece: Piece, by: number): Piece {
  const { id, start, end } = piece;
  return start === undefined ? { id, end: end + by } : { id, start: start + by, end: end + by };
}

/** The next place behind `from` where the boundary follows something else. */
function nextBoundary(word: string, from: number, boundary: string): number {
  for (let at = word.indexOf(boundary, from + 1); at >= 0; at = word.indexOf(boundary, at + 1)) {
    if (word[at - 1] !== boundary) return at;
  }
  return word.length;
}

/** Bytes back to the characters they are of. */
function piecesOf({ ids, lengths, starts, ends }: Spelling): Piece[] {
  const pieces: Piece[] = [];
  let position = 0;
  let reached = 0;
  for (let i = 0; i < ids.length; i++) {
    const id = ids.ids[i];
    const start = position < starts.length ? starts.ids[position] : reached;
    position += lengths.ids[i];
    const end = position <= ends.length ? ends.ids[position - 1] : reached;
    pieces.push(start === reached ? { id, end } : { id, start, end });
    reached = end;
  }
  return pieces;
}
