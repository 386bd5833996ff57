import type { TextRange } from '@attune/data';
import { type EntityMode, entitiesOf, type TagScheme } from '@attune/metrics';

/** A piece of a text that a tagger names. */
export interface TaggedEntity extends TextRange {
  readonly label: string;
  /** The piece itself: `text.slice(start, end)`. */
  readonly text: string;
  /** The mean probability of its words' tags. */
  readonly score: number;
}

/** The words of a text as they were tagged. */
export interface TaggedText {
  readonly text: string;
  /** Where the words lie, in UTF-16 units. */
  readonly ranges: readonly TextRange[];
  readonly tags: readonly string[];
  /** Probability of each tag. */
  readonly scores: readonly number[];
}

export interface TagReading {
  readonly scheme: TagScheme | 'none';
  readonly mode: EntityMode;
}

/**
 * The entities of a tagged text: the same that precision and recall count. Where labels stand for themselves, each word whose tag is
 * not `O` is one.
 */
export function entitiesIn({ text, ranges, tags, scores }: TaggedText, reading: TagReading): TaggedEntity[] {
  return runsOf(tags, reading).map(({ type, start: first, end: last }) => {
    const [start, end] = [ranges[first].start, ranges[last - 1].end];
    const own = scores.slice(first, last);
    return {
      label: type,
      start,
      end,
      text: text.slice(start, end),
      score: own.reduce((a, b) => a + b, 0) / own.length,
    };
  });
}

function runsOf(tags: readonly string[], { scheme, mode }: TagReading) {
  if (scheme !== 'none') return entitiesOf(tags, { scheme, mode });
  return tags.flatMap((type, i) => (type === 'O' ? [] : [{ type, start: i, end: i + 1 }]));
}
