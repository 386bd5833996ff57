import { didYouMean } from '@attune/data';
import { AttuneError } from '@attune/internal';
import type { TaggedWords } from '../../tasks/token/examples';
import { reportedPart } from '../run/checks';

/** The parts of a data set of tagged sentences. Without a test part, results are reported on the validation part. */
export interface TaggedParts {
  readonly train: readonly TaggedWords[];
  readonly validation?: readonly TaggedWords[];
  readonly test?: readonly TaggedWords[];
}

export interface CheckedParts {
  readonly train: readonly TaggedWords[];
  readonly validation?: readonly TaggedWords[];
  /** The part that results are reported on. */
  readonly reported: readonly TaggedWords[];
  readonly evaluatedOn: 'test' | 'validation';
  /** The training part's tags, `O` first, then by code point. */
  readonly labels: readonly string[];
}

/** Parts ready to be tokenized: checked, sentences without a word dropped, tags numbered by the training part. */
export function checkedParts({ train, validation, test }: TaggedParts, onNote: (note: string) => void): CheckedParts {
  const { reported, evaluatedOn } = reportedPart({ validation, test });
  const kept = train.filter(({ words }) => words.length > 0);
  if (kept.length < train.length) onNote(`${train.length - kept.length} empty training sentences dropped`);
  const labels = tagLabels(kept);
  for (const [name, part] of Object.entries({ validation, test })) if (part) checkPart(name, part, labels);
  return { train: kept, validation, reported, evaluatedOn, labels };
}

function tagLabels(train: readonly TaggedWords[]): string[] {
  const tags = new Set(train.flatMap((sentence) => sentence.tags));
  if (tags.size === 0)
    throw new AttuneError('DATA_EMPTY', 'train: expected sentences of tagged words, got none; check the data');
  if (tags.size === 1)
    throw new AttuneError(
      'DATA_ONE_CLASS',
      `train: expected at least two tags, all words are ${JSON.stringify([...tags][0])}; check the column of tags`,
    );
  const others = [...tags].filter((tag) => tag !== 'O').sort(byCodePoint);
  return tags.has('O') ? ['O', ...others] : others;
}

function checkPart(part: string, sentences: readonly TaggedWords[], labels: readonly string[]): void {
  if (!sentences.some(({ words }) => words.length > 0))
    throw new AttuneError('DATA_EMPTY', `${part} data: expected sentences of tagged words, got none; check the data`);
  requireKnownTags(sentences, labels, { where: `${part} data`, whose: "the training part's" });
}

/**
 * Throws AttuneError DATA_LABEL_UNKNOWN, with the place, for the first tag that is not among the known ones.
 *
 * @example
 * requireKnownTags(sentences, tagger.labels, { where: 'test.conll', whose: "the model's" });
 */
export function requireKnownTags(
  sentences: readonly TaggedWords[],
  labels: readonly string[],
  { where, whose }: { readonly where: string; readonly whose: string },
): void {
  const known = new Set(labels);
  sentences.forEach(({ tags, line }, i) => {
    const at = tags.findIndex((tag) => !known.has(tag));
    if (at < 0) return;
    const place = line === undefined ? `sentence ${i} (counted from 0)` : `line ${line + at}`;
    const some = `${labels.slice(0, 8).join(', ')}${labels.length > 8 ? ', …' : ''}`;
    const advice = didYouMean(tags[at], labels) || '; correct the tag, or leave the sentence out';
    throw new AttuneError(
      'DATA_LABEL_UNKNOWN',
      `${where}, ${place}: expected one of ${whose} ${labels.length} tags (${some}), got ${JSON.stringify(tags[at])}${advice}`,
    );
  });
}

/** The order of labels everywhere: as Python's, by code point, where JavaScript compares UTF-16 units. */
function byCodePoint(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  const at = left.findIndex((character, i) => character !== right[i]);
  if (at < 0) return left.length - right.length;
  return at < right.length ? left[at].codePointAt(0)! - right[at].codePointAt(0)! : 1;
}
