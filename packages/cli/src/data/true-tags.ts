// Decides how the tags of a model and the true tags of a file are read, so that they can be compared.

import { cleanLabel } from '@attune/data';
import { counted } from '@attune/internal';
import { entitiesOf, isTagOf, type TagScheme, tagSchemes, tagsOfEntities, typeOfTag } from '@attune/metrics';
import type { TaggedWords, TagReading } from '@attune/train';
import { checkTags, requireKnownTags, schemeOfLabels, type Tagger } from '@attune/train/node';

/** Reads tags by the asked scheme if no run records one and the model's labels fit it; otherwise as the tagger does. */
export function readingAs(
  asked: TagReading['scheme'] | undefined,
  { labels, scheme, mode }: Pick<Tagger, 'labels' | 'scheme' | 'mode'>,
  trained: TagReading['scheme'] | undefined,
): TagReading {
  if (asked === 'none') return { scheme: asked, mode: 'strict' };
  const isRuns = trained !== undefined && trained !== 'none' && trained === scheme;
  if (asked === undefined || isRuns) return { scheme, mode };
  const notation = notationOf(labels);
  const isOwn = asked === notation || notation === 'none';
  if (isOwn && labels.every((label) => isTagOf(asked, label))) return { scheme: asked, mode: 'strict' };
  return schemeOfLabels(labels);
}

/**
 * The notation of a model's labels: with IOB2 every type has a `B-` label, with IOB1 only types with adjacent entities; likewise IOE2 and
 * IOE1.
 */
function notationOf(labels: readonly string[]): TagReading['scheme'] {
  const { scheme } = schemeOfLabels(labels);
  const hasAll = (prefix: string) => {
    const types = new Set(labels.map((label) => typeOfTag(scheme as TagScheme, label)));
    const edges = labels.filter((label) => label.startsWith(prefix));
    const withEdge = new Set(edges.map((label) => typeOfTag(scheme as TagScheme, label)));
    return [...types].every((type) => type === undefined || withEdge.has(type));
  };
  if (scheme === 'IOB2') return hasAll('B') ? scheme : 'IOB1';
  if (scheme === 'IOE2') return hasAll('E') ? scheme : 'IOE1';
  return scheme;
}

/** Matches the tags of sentences with those of a model: exactly, or without surrounding white space. */
export function withTagsOf(labels: readonly string[], sentences: readonly TaggedWords[]): TaggedWords[] {
  const known = new Set(labels);
  const spellings = new Map(labels.map((label) => [cleanLabel(label), label]));
  const tagOf = (tag: string) => {
    const own = cleanLabel(tag);
    return known.has(tag) ? tag : known.has(own) ? own : (spellings.get(own) ?? own);
  };
  return sentences.map((sentence) => ({ ...sentence, tags: sentence.tags.map(tagOf) }));
}

/** Maps the tags of sentences to a model's numbered labels (`LABEL_0`, …) by their names in `--label-list`; undefined for other models. */
export function numberedTags(
  sentences: readonly TaggedWords[],
  labels: readonly string[],
  { labelList, onNote }: Pick<TrueTagsOptions, 'labelList' | 'onNote'>,
): TaggedWords[] | undefined {
  if (labelList?.length !== labels.length || !labels.every((label, i) => label === `LABEL_${i}`)) return undefined;
  if (labelList.some((name) => labels.includes(name))) return undefined;
  const ids = new Map(labelList.map((name, i) => [name, labels[i]]));
  onNote(
    `the model's labels have no names: ${labels.map((label, i) => `${label} is ${labelList[i]}`).join(', ')}, by --label-list`,
  );
  return sentences.map((sentence) => ({
    ...sentence,
    tags: sentence.tags.map((tag) => ids.get(tag) ?? ids.get(cleanLabel(tag)) ?? tag),
  }));
}

interface TrueTagsOptions {
  readonly where: string;
  readonly labels: readonly string[];
  readonly reading: TagReading;
  /** The requested scheme: of the file and, if its labels fit, of the model. */
  readonly asked?: TagReading['scheme'];
  readonly labelList?: readonly string[];
  readonly onNote: (note: string) => void;
}

/** Checks the tags of sentences and converts them to the scheme of the model; notes tags that the model lacks but whose type it knows. */
export function trueTags(read: readonly TaggedWords[], options: TrueTagsOptions): readonly TaggedWords[] {
  const { where, labels, reading, asked, labelList, onNote } = options;
  const { scheme, mode } = reading;
  const isLenient = mode === 'default' && scheme !== 'none';
  const own = isLenient && asked !== undefined ? notationOf(labels) : scheme;
  const from = asked ?? scheme;
  if (!isLenient || from !== own || isOfAnotherScheme(read, options)) checkTags(read, { scheme: from, where, onNote });
  const sentences = from === own ? read : converted(read, from, own);
  const lacking = requireKnownTags(sentences, labels, { where, whose: "the model's", scheme, labelList });
  for (const [tag, words] of lacking)
    onNote(
      `${counted(words, 'word')} with the tag ${tag}, which the model lacks: never predicted, and not part of the loss`,
    );
  return sentences;
}

/** Whether unknown tags belong to a scheme other than the one of the model's labels. */
function isOfAnotherScheme(
  read: readonly TaggedWords[],
  { labels, reading: { scheme }, labelList = [] }: TrueTagsOptions,
): boolean {
  if (scheme === 'none' || !labels.every((label) => isTagOf(scheme, label))) return false;
  const known = new Set([...labels, ...labelList]);
  const tags = [...new Set(read.flatMap((sentence) => sentence.tags))];
  if (!tags.some((tag) => !known.has(tag) && !isTagOf(scheme, tag))) return false;
  const isOf = (other: TagScheme) =>
    other === 'IO' ? tags.every((tag) => tag === 'O' || !known.has(tag)) : tags.every((tag) => isTagOf(other, tag));
  return tagSchemes.some(isOf);
}

function converted(
  sentences: readonly TaggedWords[],
  from: TagReading['scheme'],
  to: TagReading['scheme'],
): readonly TaggedWords[] {
  if (from === 'none' || to === 'none') return sentences;
  return sentences.map(({ tags, ...sentence }) => {
    const entities = entitiesOf(tags, { scheme: from });
    return { ...sentence, tags: tagsOfEntities(entities, { length: tags.length, scheme: to }) };
  });
}
