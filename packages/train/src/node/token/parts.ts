import { didYouMean } from '@attune/data';
import { AttuneError } from '@attune/internal';
import { type EntityMode, isTagOf, type TagScheme, typeOfTag } from '@attune/metrics';
import { checkTags } from '../../tasks/token/check-tags';
import { lineOfWord, type TaggedWords } from '../../tasks/token/examples';
import { reportedPart, requireLabelList } from '../run/checks';

/** The parts of a data set of tagged sentences. Without a test part, results are reported on the validation part. */
export interface TaggedParts {
  /** Sentences to learn from; those without a word are dropped. */
  readonly train: readonly TaggedWords[];
  /** Sentences for choosing the best evaluation. */
  readonly validation?: readonly TaggedWords[];
  /** Sentences on which results are reported; default the validation part. */
  readonly test?: readonly TaggedWords[];
  /** Whether `checkTags` has checked the tags already; default false. */
  readonly areChecked?: boolean;
}

export interface CheckedParts {
  readonly train: readonly TaggedWords[];
  readonly validation?: readonly TaggedWords[];
  /** The part on which results are reported. */
  readonly reported: readonly TaggedWords[];
  readonly evaluatedOn: 'test' | 'validation';
  /** The label list, or the training part's tags with other parts' tags of the same types, `O` first, then by code point. */
  readonly labels: readonly string[];
}

export interface CheckedPartsOptions {
  readonly scheme: TagScheme | 'none';
  readonly mode: EntityMode;
  readonly labelList?: readonly string[];
  readonly onNote: (note: string) => void;
}

/** Checked parts, ready for tokenization: without sentences without a word, and with tags numbered by the training part. */
export function checkedParts(
  { train, validation, test, areChecked = false }: TaggedParts,
  { scheme, mode, labelList, onNote }: CheckedPartsOptions,
): CheckedParts {
  const { reported, evaluatedOn } = reportedPart({ validation, test });
  const kept = train.filter(({ words }) => words.length > 0);
  if (kept.length < train.length) onNote(`${train.length - kept.length} empty training sentences dropped`);
  const learned = tagLabels(kept);
  const others = Object.entries({ validation, test }).flatMap(([name, part]) => (part ? [{ name, part }] : []));
  const all = [{ name: 'training', part: kept }, ...others];
  if (!areChecked && mode === 'strict')
    for (const { name, part } of all) checkTags(part, { scheme, where: `${name} data`, onNote });
  for (const { name, part } of others) requireWords(part, name);
  if (labelList) requireLabelList(labelList);
  const labels = labelList ?? completed(learned, others, { scheme, onNote });
  for (const { name, part } of all) {
    const whose = labelList === undefined ? "the training part's" : "the label list's";
    requireKnownTags(part, labels, { where: `${name} data`, whose });
  }
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
  return inOrder(tags);
}

/** `O` first, then by code point. */
function inOrder(tags: ReadonlySet<string>): string[] {
  const others = [...tags].filter((tag) => tag !== 'O').sort(byCodePoint);
  return tags.has('O') ? ['O', ...others] : others;
}

/** The training part's tags, and other parts' tags of the same types, such as `I-MISC` for its `B-MISC`. */
function completed(
  learned: readonly string[],
  others: readonly { readonly part: readonly TaggedWords[] }[],
  { scheme, onNote }: Pick<CheckedPartsOptions, 'scheme' | 'onNote'>,
): string[] {
  const isNew = relatedTo(learned, scheme);
  const added = new Set(others.flatMap(({ part }) => part.flatMap(({ tags }) => tags.filter(isNew))));
  if (added.size > 0)
    onNote(
      `labels ${inOrder(added).join(', ')} added: only other parts have them, but the training part has their types`,
    );
  return added.size > 0 ? inOrder(new Set([...learned, ...added])) : [...learned];
}

/** Whether a tag is not among the labels, but has the type of one. */
function relatedTo(labels: readonly string[], scheme: TagScheme | 'none'): (tag: string) => boolean {
  if (scheme === 'none') return () => false;
  const known = new Set(labels);
  const types = new Set(labels.map((label) => typeOfTag(scheme, label)));
  return (tag) => !known.has(tag) && isTagOf(scheme, tag) && types.has(typeOfTag(scheme, tag)) && tag !== 'O';
}

function requireWords(part: readonly TaggedWords[], name: string): void {
  if (!part.some(({ words }) => words.length > 0))
    throw new AttuneError('DATA_EMPTY', `${name} data: expected sentences of tagged words, got none; check the data`);
}

export interface KnownTagsOptions {
  /** The file or part of the sentences, for errors. */
  readonly where: string;
  /** The owner of the labels, for errors. */
  readonly whose: string;
  /** With a scheme, an unknown tag is accepted where a label has its type; default `none`. */
  readonly scheme?: TagScheme | 'none';
  /** More accepted tags; default none. */
  readonly labelList?: readonly string[];
}

/**
 * Throws AttuneError DATA_LABEL_UNKNOWN, with the place, for the first unknown tag.
 *
 * @returns the number of words per accepted tag that is not a label
 * @example
 * requireKnownTags(sentences, tagger.labels, { where: 'test.conll', whose: "the model's" });
 */
export function requireKnownTags(
  sentences: readonly TaggedWords[],
  labels: readonly string[],
  { where, whose, scheme = 'none', labelList = [] }: KnownTagsOptions,
): ReadonlyMap<string, number> {
  const known = new Set(labels);
  const listed = new Set(labelList);
  const isRelated = relatedTo(labels, scheme);
  const taken = new Map<string, number>();
  sentences.forEach((sentence, i) => {
    sentence.tags.forEach((tag, at) => {
      if (known.has(tag)) return;
      if (!isRelated(tag) && !listed.has(tag)) throw unknownTag(sentence, { at, i, labels, where, whose });
      taken.set(tag, (taken.get(tag) ?? 0) + 1);
    });
  });
  return taken;
}

interface UnknownTag extends Pick<KnownTagsOptions, 'where' | 'whose'> {
  readonly at: number;
  readonly i: number;
  readonly labels: readonly string[];
}

function unknownTag(sentence: TaggedWords, { at, i, labels, where, whose }: UnknownTag): AttuneError {
  const tag = sentence.tags[at];
  const line = lineOfWord(sentence, at);
  const place = line === undefined ? `sentence ${i} (counted from 0)` : `line ${line}`;
  const some = `${labels.slice(0, 8).join(', ')}${labels.length > 8 ? ', …' : ''}`;
  const advice = didYouMean(tag, labels) || '; correct the tag, or remove the sentence';
  return new AttuneError(
    'DATA_LABEL_UNKNOWN',
    `${where}, ${place}: expected one of ${whose} ${labels.length} tags (${some}), got ${JSON.stringify(tag)}${advice}; where the tag is right, name all labels: --label-list`,
  );
}

/** The order of labels everywhere: as Python's, by code point, where JavaScript compares UTF-16 units. */
function byCodePoint(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  const at = left.findIndex((character, i) => character !== right[i]);
  if (at < 0) return left.length - right.length;
  return at < right.length ? left[at].codePointAt(0)! - right[at].codePointAt(0)! : 1;
}
