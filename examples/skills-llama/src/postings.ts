import {
  generatePostings,
  nearDuplicateGroups,
  spansOfTags,
  split,
  tagsOfSpans,
  takeRows,
  textTemplate,
  wordRanges,
} from '@attune/data';
import { type AnnotatedText, readAnnotated, readConll } from '@attune/data/node';
import type { TaggedWords } from '@attune/train';

interface PostingsOptions {
  readonly data?: string;
  /** Which column of a CoNLL file has the tags, from 0; the last unless given. */
  readonly label?: number;
  readonly count: number;
  readonly seed: number;
}

/** Postings with the places of their skills: made up, or of your own file, JSON lines with spans or CoNLL. */
export async function readPostings({ data, label: tagColumn, count, seed }: PostingsOptions) {
  if (data?.endsWith('.conll')) return (await readConll(data, { tagColumn })).map(annotated).slice(0, count);
  if (data) return (await readAnnotated(data, { text: 'text', spans: 'spans' })).slice(0, count);
  const postings = generatePostings({ count, seed, wordsPerPosting: [80, 120] });
  return postings.map(({ text, skills }) => ({ text, spans: skills.map((own) => ({ ...own, label: own.type })) }));
}

/** A sentence of tagged words as a text and its spans; a tag without a type, B or I, is a skill's. */
function annotated({ words, tags }: { words: readonly string[]; tags: readonly string[] }): AnnotatedText {
  const text = words.join(' ');
  let start = 0;
  const ranges = words.map((word) => {
    const range = { start, end: start + word.length };
    start = range.end + 1;
    return range;
  });
  const typed = tags.map((tag) => (tag === 'B' || tag === 'I' ? `${tag}-SKILL` : tag));
  return { text, spans: spansOfTags(ranges, typed) };
}

/** 70/15/15 by posting, near copies together. */
export function splitPostings(postings: readonly AnnotatedText[], seed: number) {
  const groups = nearDuplicateGroups(postings.map(({ text }) => text));
  const { parts } = split({ groups, fractions: [0.7, 0.15, 0.15], seed });
  const [train, validation, test] = parts.map((rows) => takeRows({ postings }, rows).postings);
  return { train, validation, test };
}

/** The skills of a posting, each once, in the order of the text. */
export const skillsOf = ({ text, spans }: AnnotatedText) => [
  ...new Set(spans.map(({ start, end }) => text.slice(start, end))),
];

/** What the model reads, and what it learns to write after it: a JSON list. */
export function prompted(postings: readonly AnnotatedText[], template: string) {
  const textOf = textTemplate(template, { where: 'postings', columns: ['job_description'] });
  return postings.map((posting) => ({
    prompt: textOf({ fields: { job_description: posting.text } }),
    completion: ` ${JSON.stringify(skillsOf(posting))}`,
  }));
}

/** The same postings for a token classifier: words and tags. */
export function tagged(postings: readonly AnnotatedText[]): TaggedWords[] {
  return postings.map(({ text, spans }, posting) => {
    const ranges = wordRanges(text);
    const tags = tagsOfSpans(ranges, spans, { misaligned: 'expand', where: `posting ${posting}` });
    return { tags, words: ranges.map((range) => text.slice(range.start, range.end)) };
  });
}
