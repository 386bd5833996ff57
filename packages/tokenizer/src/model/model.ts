/** One piece of a word: its id, and where in the word it ends (it begins where the piece before it ends). */
export interface Piece {
  id: number;
  end: number;
  /** Where it begins, if elsewhere: pieces that are parts of one character each stand for all of it. */
  start?: number;
}

/** Turns a word into pieces of the vocabulary, which cover the word as far as it is known. */
export interface Model {
  /** `undefined` where the model knows every text, or leaves out what it does not know. */
  readonly unkId: number | undefined;
  readonly vocabulary: ReadonlyMap<string, number>;
  tokenize(word: string): readonly Piece[];
  /** The same for callers that remember words themselves. */
  pieces(word: string): readonly Piece[];
  /** Whether a word, in its first `length` units, has one that no piece has, and so is unknown; for certain only if true. */
  isUnknown?(units: Uint16Array, length: number): boolean;
  /** A character before which words may be cut, where there is one. */
  readonly boundary?: string;
}
