import {
  type EntitySpan,
  field,
  generatePostings,
  joinedWords,
  nearDuplicateGroups,
  type Row,
  spansOfTags,
  split,
  tagsOfSpans,
  takeRows,
  textTemplate,
  wordRanges,
} from '@attune/data';
import { type AnnotatedText, readAnnotated, readConll, readTable } from '@attune/data/node';
import { type PromptedText, parseList, type TaggedWords } from '@attune/train';
import { type ChatTemplate, chatExample } from '@attune/train/node';

interface PostingsOptions {
  /** JSON lines, or CoNLL; default made-up postings. */
  readonly data?: string;
  /** Which column of a CoNLL file has the tags, from 0; default the last. */
  readonly label?: number;
  readonly count: number;
  readonly seed: number;
}

/** A posting, its skills, and where they are in it. */
export interface Posting extends AnnotatedText {
  /** Each once, in the order of the text or of the file. */
  readonly skills: readonly string[];
}

/**
 * Postings with their skills: made up, or of your own file. A line of JSON has `text`, and `spans` (`{ start, end, label }`) or `skills`,
 * a list of texts; a CoNLL file has words and tags.
 */
export async function readPostings({ data, label: tagColumn, count, seed }: PostingsOptions): Promise<Posting[]> {
  if (data === undefined) {
    const made = generatePostings({ count, seed, wordsPerPosting: [80, 120] });
    return made.map(({ text, skills }) =>
      withSkills({ text, spans: skills.map((own) => ({ ...own, label: own.type })) }),
    );
  }
  if (data.endsWith('.conll'))
    return (await readConll(data, { tagColumn })).slice(0, count).map(annotated).map(withSkills);
  const table = await readTable(data);
  if (!table.columns.includes('skills')) return (await readAnnotated(data)).slice(0, count).map(withSkills);
  return table.rows.slice(0, count).map((row) => listed(field(row, 'text'), skillList(row, table.where)));
}

/** The list of a line's `skills`. */
function skillList(row: Row, where: string): string[] {
  const { items, malformed } = parseList(field(row, 'skills'));
  if (malformed)
    throw new Error(
      `${where} line ${row.line}: expected skills to be a JSON list of texts, got ${field(row, 'skills')}; correct the line`,
    );
  return [...items];
}

/** A posting whose skills are listed: each is where it stands first as whole words, the longer of two that overlap. One that is not in the text so has no place. */
function listed(text: string, skills: readonly string[]): Posting {
  const places = skills.flatMap((skill) => {
    const start = wholeWordsAt(text, skill);
    return start === undefined ? [] : [{ start, end: start + skill.length }];
  });
  const inOrder = places.sort((a, b) => a.start - b.start || b.end - a.end);
  const spans: EntitySpan[] = [];
  for (const { start, end } of inOrder)
    if (start >= (spans.at(-1)?.end ?? 0)) spans.push({ start, end, label: 'SKILL' });
  return { text, spans, skills: [...new Set(skills)] };
}

/** Where a skill begins in a text, without cutting a word: `Go` is not in `Goa`. */
function wholeWordsAt(text: string, skill: string): number | undefined {
  const isWord = (character = '') => /[\p{L}\p{M}\p{N}]/u.test(character);
  const cuts = (inner = '', outer = '') => isWord(inner) && isWord(outer);
  for (let at = text.indexOf(skill); skill !== '' && at >= 0; at = text.indexOf(skill, at + 1))
    if (!cuts(skill[0], text[at - 1]) && !cuts(skill.at(-1), text[at + skill.length])) return at;
  return undefined;
}

const withSkills = ({ text, spans }: AnnotatedText): Posting => ({
  ...{ text, spans },
  skills: [...new Set(spans.map(({ start, end }) => text.slice(start, end)))],
});

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

interface Splitting {
  readonly seed: number;
  /** Postings of other files, of which no part is taken from these. */
  readonly validation?: readonly Posting[];
  readonly test?: readonly Posting[];
}

/** 70/15/15 by posting, near copies together; a part that is given is not taken from the postings. */
export function splitPostings(postings: readonly Posting[], { seed, ...given }: Splitting) {
  const { validation, test } = given;
  if (validation && test) return { train: postings, validation, test };
  const groups = nearDuplicateGroups(postings.map(({ text }) => text));
  const fractions = validation || test ? [0.85, 0.15] : [0.7, 0.15, 0.15];
  const { parts } = split({ groups, fractions, seed });
  const [train, first, second = first] = parts.map((rows) => takeRows({ postings }, rows).postings);
  return { train, validation: validation ?? first, test: test ?? second };
}

/**
 * Prompts and completions: the completion is a JSON list, spaced as by Python's `json.dumps`. With a chat template the prompt is a
 * user's message, and the list the assistant's.
 */
export function prompted(postings: readonly Posting[], template: string, chat?: ChatTemplate): PromptedText[] {
  const textOf = textTemplate(template, { where: 'postings', columns: ['job_description'] });
  return postings.map(({ text, skills }) => {
    const prompt = textOf({ fields: { job_description: text } });
    const list = `[${skills.map((skill) => JSON.stringify(skill)).join(', ')}]`;
    if (!chat) return { prompt, completion: ` ${list}` };
    return chatExample(chat, [
      { role: 'user', content: prompt },
      { role: 'assistant', content: list },
    ]);
  });
}

/** The same postings for a token classifier: words and tags. */
export function tagged(postings: readonly Posting[]): TaggedWords[] {
  return postings.map(({ text, spans }, posting) => {
    const ranges = wordRanges(text);
    const tags = tagsOfSpans(ranges, spans, { misaligned: 'expand', where: `posting ${posting}` });
    return { tags, words: ranges.map((range) => text.slice(range.start, range.end)), joined: joinedWords(ranges) };
  });
}
