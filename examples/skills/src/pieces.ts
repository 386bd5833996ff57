import {
  joinedWords,
  nearDuplicateGroups,
  split,
  type TextRange,
  tagsOfSpans,
  windowsOf,
  wordRanges,
} from '@attune/data';
import type { AnnotatedText } from '@attune/data/node';

/** A posting, or a chunk of one: its words, their tags, and where they lie in the posting, in UTF-16 units. */
export interface Piece {
  readonly posting: number;
  readonly words: readonly string[];
  readonly tags: readonly string[];
  /** Which words no space stands before. */
  readonly joined: readonly boolean[];
  readonly ranges: readonly TextRange[];
}

/** Postings, or chunks of `chunkWords` words, as tagged words. A skill that begins or ends within a word takes the whole word. */
export function piecesOf(postings: readonly AnnotatedText[], chunkWords = Number.MAX_SAFE_INTEGER): Piece[] {
  return postings.flatMap(({ text, spans }, posting) => {
    const ranges = wordRanges(text);
    const tags = tagsOfSpans(ranges, spans, { misaligned: 'expand', where: `posting ${posting}` });
    return windowsOf(ranges.length, { size: chunkWords, stride: 0 }).map(({ start, end }) => ({
      posting,
      words: ranges.slice(start, end).map((range) => text.slice(range.start, range.end)),
      tags: beginning(tags.slice(start, end)),
      joined: joinedWords(ranges.slice(start, end)),
      ranges: ranges.slice(start, end),
    }));
  });
}

/** A chunk that starts inside a skill begins with `I-`; that part becomes a separate skill. */
function beginning([first, ...rest]: readonly string[]): string[] {
  return [first.replace(/^I-/, 'B-'), ...rest];
}

/**
 * 70/15/15. By posting, the pieces of one and of near copies of it are in one part. By chunk they are not: the model is then tested on
 * postings of which it has read the rest.
 */
export function splitPieces(
  pieces: readonly Piece[],
  { by, seed, texts }: { by: 'posting' | 'chunk'; seed: number; texts: readonly string[] },
) {
  const alike = by === 'posting' ? nearDuplicateGroups(texts) : undefined;
  const groups = alike && pieces.map(({ posting }) => alike[posting]);
  const { parts } = split({ groups, length: pieces.length, fractions: [0.7, 0.15, 0.15], seed });
  const [train, validation, test] = parts.map((indices) => Array.from(indices, (i) => pieces[i]));
  return { train, validation, test };
}
