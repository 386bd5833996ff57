/** One piece of a word: its id and where it ends in the word. It begins where the piece before it ends. */
export interface Piece {
  readonly id: number;
  readonly end: number;
  /** Where it begins, if elsewhere: pieces that are parts of one character each stand for the whole character. */
  readonly start?: number;
}

/** Turns a word into pieces of the vocabulary, which cover the word as far as it is known. */
export interface Model {
  /** `undefined` for models that know every text or leave out what they do not know. */
  readonly unkId: number | undefined;
  readonly vocabulary: ReadonlyMap<string, number>;
  /** Tokens by id, for models of which two ids may have one token. */
  readonly tokens?: readonly string[];
  tokenize(word: string): readonly Piece[];
  /** `tokenize` without a cache, for callers that remember words themselves. */
  pieces(word: string): readonly Piece[];
  /**
   * Whether one of the first `length` units of a word is in no piece, so that the word is unknown. `false` leaves it
   * open.
   */
  isUnknown?(units: Uint16Array, length: number): boolean;
  /** Character before which words may be cut. */
  readonly boundary?: string;
  /** Most code points of a word; longer words are unknown. */
  readonly maxInputCharsPerWord?: number;
}
