import type { Piece } from './model-file';

/**
 * Merges of a BPE model, reconstructed from the scores of its pieces: every way to join two pieces to a
 * third, highest score first.
 *
 * Reference: `generate_merges` of transformers (`convert_slow_tokenizer.py`). Lengths are counted in code points.
 */
export function mergesOf(
  pieces: readonly Pick<Piece, 'text' | 'score'>[],
  vocabulary: ReadonlyMap<string, number>,
): [string, string][] {
  const scores = new Map(pieces.map(({ text, score }) => [text, score]));
  const merges: Merge[] = [];
  for (const [text, score] of scores) {
    const parts: Merge[] = [];
    const characters = [...text];
    let cut = 0;
    for (const [i, character] of characters.slice(0, -1).entries()) {
      cut += character.length;
      const leftId = vocabulary.get(text.slice(0, cut));
      const rightId = vocabulary.get(text.slice(cut));
      if (leftId === undefined || rightId === undefined) continue;
      const lengths = [i + 1, characters.length - i - 1] as const;
      parts.push({ pair: [text.slice(0, cut), text.slice(cut)], ids: [leftId, rightId], score, lengths });
    }
    merges.push(...parts.sort((a, b) => a.ids[0] - b.ids[0] || a.ids[1] - b.ids[1]));
  }
  const longestFirst = (a: Merge, b: Merge) => b.lengths[0] - a.lengths[0] || b.lengths[1] - a.lengths[1];
  return merges.sort((a, b) => b.score - a.score || longestFirst(a, b)).map(({ pair }) => pair);
}

interface Merge {
  readonly pair: [string, string];
  readonly ids: readonly [number, number];
  readonly score: number;
  readonly lengths: readonly [number, number];
}
