import { generatePostings, nearDuplicateGroups, postingSectors, split, takeRows } from '@attune/data';
import type { DataParts, LabeledTexts, TaggedWords } from '@attune/train';
import { arrangementsOf } from '../../remote/src/arrangements';
import { piecesOf } from '../../skills/src/pieces';

/** What three models learn of the same postings. A posting is in the same part of each, so that none is shown one that another has learned. */
export interface PostingParts {
  /** A posting and the name of its employer's sector. */
  readonly sectors: Required<DataParts>;
  /** A posting and where its work is done. */
  readonly remote: Required<DataParts>;
  /** The words of a posting, and which of them are skills that it asks for. */
  readonly skills: Readonly<Record<'train' | 'validation' | 'test', readonly TaggedWords[]>>;
}

/** Made-up postings, 80/10/10; near copies are in one part. */
export function postingParts({ count, seed }: { readonly count: number; readonly seed: number }): PostingParts {
  // Short ones, so that the sentences that tell are not cut away, and minutes are enough.
  const postings = generatePostings({ count, seed, wordsPerPosting: [80, 120] });
  const texts = postings.map(({ text }) => text);
  const { parts } = split({ groups: nearDuplicateGroups(texts), length: count, fractions: [0.8, 0.1, 0.1], seed });
  const sectors = { texts, labels: postings.map(({ sector }) => postingSectors.get(sector) as string) };
  const remote = arrangementsOf({ texts, labels: postings.map(({ arrangement }) => arrangement) }, 'three', () => {});
  const skills = piecesOf(
    postings.map((own) => ({
      text: own.text,
      spans: own.skills.map(({ type: label, ...span }) => ({ ...span, label })),
    })),
  );
  const byPart = <Part>(take: (rows: Parameters<typeof takeRows>[1]) => Part) => {
    const [train, validation, test] = parts.map(take);
    return { train, validation, test };
  };
  const labeled = (all: LabeledTexts) => byPart((rows) => takeRows(all, rows));
  return {
    sectors: labeled(sectors),
    remote: labeled(remote),
    skills: byPart((rows) => Array.from(rows, (row) => skills[row])),
  };
}
