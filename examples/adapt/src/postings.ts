import { column, copiesIn, generatePostings, nearDuplicateGroups, seededRandom, shuffle, split } from '@attune/data';
import { readTable } from '@attune/data/node';
import type { TextParts } from '@attune/train/node';

export interface PostingsOptions {
  /** A file; default: generated postings. */
  readonly data?: string;
  readonly text: string;
  /** Most postings, drawn at random. */
  readonly count: number;
  readonly seed: number;
  /** Files of texts that some model is tested on later: near copies of them are left out. */
  readonly leaveOut: readonly string[];
  readonly onNote: (note: string) => void;
}

/** Postings share so much of their words before they count as copies; a repost with another first line does. */
const near = 0.6;

/** Postings to adapt to: 90 % to learn from, 5 % to choose by, 5 % to report on, near copies kept together. */
export async function readPostings(options: PostingsOptions): Promise<TextParts> {
  const { data, text, count, seed, leaveOut, onNote } = options;
  const all = data ? column(await readTable(data), text) : generatePostings({ count, seed }).map((each) => each.text);
  const drawn = shuffle([...all], seededRandom(seed)).slice(0, leaveOut.length > 0 ? 2 * count : count);
  const texts = (await withoutCopies(drawn, options)).slice(0, count);
  const groups = nearDuplicateGroups(texts, { jaccard: near });
  const { parts } = split({ groups, fractions: [0.9, 0.05, 0.05], seed });
  const [train, validation, test] = parts.map((rows) => Array.from(rows, (row) => texts[row]));
  onNote(`${train.length} postings to learn from, ${validation.length} to choose by, ${test.length} to report on`);
  return { train, validation, test };
}

/** The texts without near copies in the files: a model adapted to those would have seen its test texts. */
export async function withoutCopies(
  texts: readonly string[],
  { leaveOut, text, onNote }: Pick<PostingsOptions, 'leaveOut' | 'text' | 'onNote'>,
): Promise<string[]> {
  const tested = (await Promise.all(leaveOut.map((path) => readTable(path)))).flatMap((table) => column(table, text));
  const copies = copiesIn(texts, tested, { threshold: near });
  if (copies.size > 0)
    onNote(`${copies.size} of ${texts.length} postings left out: near copies of ${leaveOut.join(', ')}`);
  return texts.filter((_, i) => !copies.has(i));
}
