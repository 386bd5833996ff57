/** One piece of a word: its id, and where in the word it ends (it begins where the piece before it ends). */
export interface Piece {
  id: number;
  end: number;
}

/** Turns a word into pieces of the vocabulary. The pieces cover the word; there is at least one. */
export interface Model {
  readonly unkId: number;
  readonly vocabulary: ReadonlyMap<string, number>;
  tokenize(word: string): readonly Piece[];
}
