import { type EntityMode, isTagOf, type TagScheme } from '@attune/metrics';

/** How tags are read as entities. */
export interface TagReading {
  /** The scheme, or `none` for labels without entities. */
  readonly scheme: TagScheme | 'none';
  /** `strict` follows the scheme's rules; in `default` mode an `I-x` after `O` begins an entity too. */
  readonly mode: EntityMode;
}

/** Schemes by their prefixes, those with fewer first, and the mode of reading a model's tags. */
const readings: readonly TagReading[] = [
  { scheme: 'IOB2', mode: 'default' },
  // IOE1 and IOE2 have the same labels: the rules of conlleval read both.
  { scheme: 'IOE2', mode: 'default' },
  { scheme: 'IOBES', mode: 'strict' },
  { scheme: 'BILOU', mode: 'strict' },
];

/**
 * How to read a tagger's labels by their prefixes, where nothing else is known: IOBES and BILOU by their rules; labels of B and I
 * leniently, as in transformers' pipeline, where an `I-x` after `O` begins an entity too; labels without prefixes and an `O` as IO.
 *
 * @example
 * schemeOfLabels(['O', 'B-PER', 'I-PER']); // { scheme: 'IOB2', mode: 'default' }
 * schemeOfLabels(['O', 'PER', 'LOC']); // { scheme: 'IO', mode: 'strict' }
 * schemeOfLabels(['NOUN', 'VERB']); // { scheme: 'none', mode: 'strict' }
 */
export function schemeOfLabels(labels: readonly string[]): TagReading {
  const reading = readings.find(({ scheme }) => labels.every((label) => isTagOf(scheme as TagScheme, label)));
  if (reading) return reading;
  // Labels such as [CLS] among tags: each is a type, and the tags stay tags.
  if (labels.some((label) => /^[BI]-./s.test(label))) return readings[0];
  return { scheme: labels.includes('O') ? 'IO' : 'none', mode: 'strict' };
}
