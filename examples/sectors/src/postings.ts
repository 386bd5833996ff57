import { column, equalTextGroups, generatePostings, split, takeRows } from '@attune/data';
import { readTable } from '@attune/data/node';
import type { DataParts, LabeledTexts } from '@attune/train';

/** How many labels of the generated postings are wrong: people who label make mistakes. Nobody can be right of these. */
export const labelNoise = 0.05;

/** 5,000 generated postings with one of 21 sectors each, or two columns of your own file. */
export async function readPostings(data?: string, text = 'text', label = 'sector'): Promise<LabeledTexts> {
  if (data !== undefined) return readLabeled({ data, text, label });
  const postings = generatePostings({ count: 5000, seed: 42, labelNoise });
  return { texts: postings.map((posting) => posting.text), labels: postings.map(({ sector }) => sector) };
}

interface LabeledFile {
  readonly data: string;
  readonly text: string;
  readonly label: string;
}

/** Two columns of a file, with a label in each row. */
export async function readLabeled({ data, text, label }: LabeledFile): Promise<LabeledTexts> {
  const table = await readTable(data);
  const labels = column(table, label);
  const empty = labels.findIndex((own) => own.trim() === '');
  if (empty >= 0)
    throw new Error(
      `${data} line ${table.rows[empty].line}: expected a label in "${label}"; fill it in, or remove the row`,
    );
  return { texts: column(table, text), labels };
}

/**
 * The parts of one run. Every run is tested on the same fifth of the texts, and learns from `share` of the others.
 *
 * The original recipe looks at that fifth after every epoch, and so keeps the epoch that suits it; the better one sets an
 * eighth of what it learns from aside for that.
 */
export function partsOf(postings: LabeledTexts, share: number, recipe: 'original' | 'better'): DataParts {
  const [others, test] = divide(postings, [0.8, 0.2]);
  const [own] = share < 1 ? divide(others, [share, 1 - share]) : [others];
  if (recipe === 'original') return { train: own, validation: test };
  const [train, validation] = divide(own, [0.875, 0.125]);
  return { train, validation, test };
}

/** Sector by sector; equal texts stay together. */
function divide({ texts, labels }: LabeledTexts, fractions: readonly number[]): LabeledTexts[] {
  const { parts } = split({ labels, groups: equalTextGroups(texts), fractions, seed: 42 });
  return parts.map((rows) => takeRows({ texts, labels }, rows));
}
