// How a model's tags and a file's true tags are read, so that the one can be measured on the other.
import { cleanLabel } from '@attune/data';
import { entitiesOf, isTagOf, tagsOfEntities } from '@attune/metrics';
import type { TaggedWords, TagReading } from '@attune/train';
import { checkTags, requireKnownTags, type Tagger } from '@attune/train/node';
import { counted } from '../program/terminal';

/** As asked where no run says how the model's labels are read, and they are tags of that scheme; else as the tagger reads them. */
export function readingAs(
  asked: TagReading['scheme'] | undefined,
  { labels, scheme, mode }: Pick<Tagger, 'labels' | 'scheme' | 'mode'>,
  trained: TagReading['scheme'] | undefined,
): TagReading {
  if (asked === 'none') return { scheme: asked, mode: 'strict' };
  const isRuns = trained !== undefined && trained !== 'none' && trained === scheme;
  if (asked === undefined || isRuns || !labels.every((label) => isTagOf(asked, label))) return { scheme, mode };
  return { scheme: asked, mode: 'strict' };
}

/** Sentences with the tags of a model: as they stand where it has these, else without white space around them. */
export function withTagsOf(labels: readonly string[], sentences: readonly TaggedWords[]): TaggedWords[] {
  const known = new Set(labels);
  const spellings = new Map(labels.map((label) => [cleanLabel(label), label]));
  const tagOf = (tag: string) => {
    const own = cleanLabel(tag);
    return known.has(tag) ? tag : known.has(own) ? own : (spellings.get(own) ?? own);
  };
  return sentences.map((sentence) => ({ ...sentence, tags: sentence.tags.map(tagOf) }));
}

interface TrueTagsOptions {
  readonly where: string;
  readonly labels: readonly string[];
  readonly reading: TagReading;
  /** The scheme that was asked for: the file's, and if it can be the model's. */
  readonly asked?: TagReading['scheme'];
  readonly labelList?: readonly string[];
  readonly onNote: (note: string) => void;
}

/** Sentences with tags in the scheme by which they are read, checked; tags that the model lacks, but of types that it knows, are noted. */
export function trueTags(
  read: readonly TaggedWords[],
  { where, labels, reading: { scheme, mode }, asked = scheme, labelList, onNote }: TrueTagsOptions,
): readonly TaggedWords[] {
  if (asked !== scheme || mode === 'strict') checkTags(read, { scheme: asked, where, onNote });
  const sentences = asked === scheme ? read : converted(read, asked, scheme);
  const lacking = requireKnownTags(sentences, labels, { where, whose: "the model's", scheme, labelList });
  for (const [tag, words] of lacking)
    onNote(`${counted(words, 'word')} of the tag ${tag}, which the model lacks: never predicted, and not in the loss`);
  return sentences;
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
