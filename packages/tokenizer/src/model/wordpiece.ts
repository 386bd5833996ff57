import type { Model, Piece } from './model';

/** Settings of a WordPiece model, as `tokenizer.json` has them. */
export interface WordPieceOptions {
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly unkId: number;
  /** Prefix of pieces that do not begin a word; `##` for BERT. */
  readonly continuingSubwordPrefix: string;
  /** Most code points of a word; longer words are unknown. 100 for BERT. */
  readonly maxInputCharsPerWord: number;
}

/**
 * WordPiece: takes the longest piece of the vocabulary that the word begins with, then the longest that the rest begins
 * with (looked up with the prefix `##`), and so on. A word with a rest that no piece begins is unknown as a whole.
 *
 * Source: Wu et al. 2016, "Google's Neural Machine Translation System"; `models/wordpiece` of Hugging Face tokenizers.
 */
export function wordPiece(options: WordPieceOptions): Model {
  const { vocabulary, unkId, maxInputCharsPerWord } = options;
  const continuing = continuingPieces(vocabulary, options.continuingSubwordPrefix);
  const longestFirst = longestKeys(vocabulary);
  const longestContinuing = longestKeys(continuing);
  const isUsed = usedUnits(vocabulary);

  function tokenize(word: string): Piece[] {
    const unknown = [{ id: unkId, end: word.length }];
    if (isLongerThan(word, maxInputCharsPerWord)) return unknown;
    const pieces: Piece[] = [];
    for (let start = 0; start < word.length; ) {
      const piece =
        start === 0
          ? longestPiece(word, start, vocabulary, longestFirst)
          : longestPiece(word, start, continuing, longestContinuing);
      if (piece === undefined) return unknown;
      pieces.push(piece);
      start = piece.end;
    }
    return pieces;
  }
  function isUnknown(units: Uint16Array, length: number): boolean {
    for (let i = 0; i < length; i++) if (isUsed[units[i]] === 0) return true;
    return false;
  }
  return { unkId, vocabulary, tokenize, pieces: tokenize, isUnknown, maxInputCharsPerWord };
}

/** 1 for each UTF-16 unit that occurs in a token. */
function usedUnits(vocabulary: ReadonlyMap<string, number>): Uint8Array {
  const isUsed = new Uint8Array(1 << 16);
  for (const token of vocabulary.keys()) for (let i = 0; i < token.length; i++) isUsed[token.charCodeAt(i)] = 1;
  return isUsed;
}

function longestPiece(
  word: string,
  start: number,
  pieces: ReadonlyMap<string, number>,
  longest: Int32Array,
): Piece | undefined {
  for (let end = Math.min(word.length, start + longest[word.charCodeAt(start)]); end > start; end--) {
    const id = pieces.get(word.slice(start, end));
    if (id !== undefined) return { id, end };
  }
  return undefined;
}

/** The pieces that continue a word, without their prefix, so that a look-up need not add it. */
function continuingPieces(vocabulary: ReadonlyMap<string, number>, prefix: string): Map<string, number> {
  const pieces = new Map<string, number>();
  for (const [token, id] of vocabulary) {
    if (token.startsWith(prefix)) pieces.set(token.slice(prefix.length), id);
  }
  return pieces;
}

/** Length of the longest key that begins with each UTF-16 unit; 0 if none does. */
function longestKeys(pieces: ReadonlyMap<string, number>): Int32Array {
  const longest = new Int32Array(1 << 16);
  for (const token of pieces.keys()) {
    const unit = token.charCodeAt(0);
    if (token.length > longest[unit]) longest[unit] = token.length;
  }
  return longest;
}

function isLongerThan(word: string, codePoints: number): boolean {
  if (word.length <= codePoints) return false;
  let count = 0;
  for (const _ of word) count++;
  return count > codePoints;
}
