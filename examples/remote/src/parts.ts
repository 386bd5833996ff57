import { column, copiesIn, generatePostings, nearDuplicateGroups, split, takeRows } from '@attune/data';
import { readTable } from '@attune/data/node';
import type { DataParts, LabeledTexts } from '@attune/train';
import { arrangementsOf, type Choice } from './arrangements';

export interface PartsOptions {
  /** A file; default: generated postings. */
  readonly data?: string;
  /** A file to report results on; default: a tenth of `data`. */
  readonly testData?: string;
  readonly text: string;
  readonly label: string;
  readonly choice: Choice;
  readonly seed: number;
  readonly onNote: (note: string) => void;
}

/** Postings share so much of their words before they count as copies. */
const near = 0.6;

/** Labeled postings, 80/10/10 by label, or 90/10 with a test file; near copies are in one part. */
export async function readParts(options: PartsOptions): Promise<Required<DataParts>> {
  const { data, testData, choice, seed, onNote } = options;
  const read = async (path: string) => arrangementsOf(await readFile(path, options), choice, onNote);
  const test = testData === undefined ? undefined : await read(testData);
  const all =
    data === undefined ? arrangementsOf(madeUp(), choice, onNote) : withoutCopies(await read(data), test, onNote);
  const groups = nearDuplicateGroups(all.texts, { jaccard: near });
  const fractions = test ? [0.9, 0.1] : [0.8, 0.1, 0.1];
  const { parts, warnings } = split({ labels: all.labels, groups, fractions, seed });
  warnings.forEach(onNote);
  const [train, validation, own] = parts.map((rows) => takeRows(all, rows));
  return { train, validation, test: test ?? own };
}

/** Short ones, so that the sentence that tells is not cut away, and two minutes are enough. */
export const madeUpPostings = (count: number, seed: number) =>
  generatePostings({ count, seed, wordsPerPosting: [80, 120] });

function madeUp(): LabeledTexts {
  const postings = madeUpPostings(3000, 42);
  return { texts: postings.map(({ text }) => text), labels: postings.map(({ arrangement }) => arrangement) };
}

async function readFile(path: string, { text, label }: PartsOptions): Promise<LabeledTexts> {
  const table = await readTable(path);
  return { texts: column(table, text), labels: column(table, label) };
}

/** The texts without a near copy in the test part. */
function withoutCopies(all: LabeledTexts, test: LabeledTexts | undefined, onNote: PartsOptions['onNote']) {
  if (test === undefined) return all;
  const copies = copiesIn(all.texts, test.texts, { threshold: near });
  if (copies.size > 0) onNote(`${copies.size} training texts left out: near copies of test texts`);
  const kept = [...all.texts.keys()].filter((i) => !copies.has(i));
  return takeRows(all, kept);
}
