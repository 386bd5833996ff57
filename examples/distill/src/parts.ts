import { equalTextGroups, generatePostings, split, takeRows } from '@attune/data';
import type { DataParts, LabeledTexts } from '@attune/train';
import { readLabeled } from '../../sectors/src/postings';

/** Where labeled texts are: a file and its columns; without a file 2,500 generated postings of 21 sectors. */
export interface Source {
  readonly data?: string;
  readonly text: string;
  readonly label: string;
}

/** The texts and labels of a file, or generated ones, of which one label of twenty is wrong. */
export async function readPostings({ data, text, label }: Source): Promise<LabeledTexts> {
  if (data !== undefined) return readLabeled({ data, text, label });
  const postings = generatePostings({ count: 2500, seed: 42, labelNoise: 0.05 });
  return { texts: postings.map((posting) => posting.text), labels: postings.map(({ sector }) => sector) };
}

/** Training data of a teacher and of its student. */
export interface Lessons {
  /** All labels. */
  readonly teacher: DataParts;
  /** The labels of a share of the training texts. */
  readonly student: DataParts;
  /** The other training texts, without their labels. */
  readonly unlabeled: { readonly texts: readonly string[] };
}

/**
 * Training, validation and test texts, sector by sector, equal texts together, and of the training texts those whose labels the student has.
 * Teacher and student are chosen on the same validation texts, and tested on texts that neither has seen.
 */
export function lessonsOf(postings: LabeledTexts, labeled: number): Lessons {
  const [train, validation, test] = divide(postings, [0.8, 0.1, 0.1]);
  const [own, others] = labeled < 1 ? divide(train, [labeled, 1 - labeled]) : [train, { texts: [] }];
  return {
    teacher: { train, validation, test },
    student: { train: own, validation, test },
    unlabeled: { texts: others.texts },
  };
}

function divide({ texts, labels }: LabeledTexts, fractions: readonly number[]): LabeledTexts[] {
  const { parts } = split({ labels, groups: equalTextGroups(texts), fractions, seed: 42 });
  return parts.map((rows) => takeRows({ texts, labels }, rows));
}
