import { type EntityMode, isTagOf, type TagScheme } from '@attune/metrics';

/** How tags are read as entities. */
export interface TagReading {
  /** `none` where each label stands for itself. */
  readonly scheme: TagScheme | 'none';
  /** `strict` by the scheme's rules, or `default`, leniently, where an `I-x` after `O` begins an entity too. */
  readonly mode: EntityMode;
}

/** Schemes by their prefixes, those of fewer first, and how a model's tags are read by them. */
const readings: readonly TagReading[] = [
  { scheme: 'IOB2', mode: 'default' },
  // IOE1 and IOE2 have the same labels: the rules of conlleval read both.
  { scheme: 'IOE2', mode: 'default' },
  { scheme: 'IOBES', mode: 'strict' },
  { scheme: 'BILOU', mode: 'strict' },
];

/**
 * How a tagger's labels are read of which nothing else is known, by their prefixes: IOBES and BILOU by their rules; labels of B and I
 * leniently, as by transformers' pipeline, where an `I-x` after `O` begins an entity too; labels without prefixes beside an `O` as IO.
 *
 * @example
 * schemeOfLabels(['O', 'B-PER', 'I-PER']); // { scheme: 'IOB2', mode: 'default' }
 * schemeOfLabels(['O', 'PER', 'LOC']); // { scheme: 'IO', mode: 'strict' }
 * schemeOfLabels(['NOUN', 'VERB']); // { scheme: 'none', mode: 'strict' }
 */
export function schemeOfLabels(labels: readonly string[]): TagReading {
  const reading = readings.find(({ scheme }) => labels.every((label) => isTagOf(scheme as TagScheme, label)));
  if (reading) return reading;
  // Labels such as [CLS] beside tags: each is a type, and the tags stay tags.
  if (labels.some((label) => /^[BI]-./s.test(label))) return readings[0];
  return { scheme: labels.includes('O') ? 'IO' : 'none', mode: 'strict' };
}
