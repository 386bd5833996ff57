import { compareCodePoints, didYouMean } from '@attune/internal';

/** Mapping between labels and ids; `config.json` stores it as `id2label`. */
export interface LabelEncoder {
  /** Labels by id. */
  readonly labels: readonly string[];
  /** The id of a label; throws RangeError, with the nearest label, for an unknown label. */
  encode(label: string): number;
  /** The label of an id; throws RangeError for an id outside [0, labels.length). */
  decode(id: number): string;
}

/**
 * An encoder for the distinct labels of a data set, in code point order.
 *
 * The order depends only on the set of labels, not on the rows' order, the locale or the machine. Digits are
 * characters like any other ('10' before '9').
 * @throws RangeError if there are no labels.
 * @example labelEncoder(['b', 'a', 'b']).encode('b') // 1
 */
export function labelEncoder(labels: Iterable<string>): LabelEncoder {
  return labelEncoderFrom([...new Set(labels)].sort(compareCodePoints));
}

/**
 * An encoder with the ids of an ordered list, such as the labels of a checkpoint.
 *
 * @throws RangeError if the list is empty or contains a label twice.
 * @example labelEncoderFrom(['yes', 'no']).encode('no') // 1
 */
export function labelEncoderFrom(ordered: readonly string[]): LabelEncoder {
  const labels = Object.freeze([...ordered]);
  const ids = new Map(labels.map((label, id) => [label, id]));
  if (labels.length === 0)
    throw new RangeError('labelEncoder: expected at least one label, got none; check the label column');
  if (ids.size !== labels.length) {
    const repeated = labels.find((label, id) => ids.get(label) !== id);
    throw new RangeError(`labelEncoder: expected distinct labels, got ${JSON.stringify(repeated)} twice; remove one`);
  }
  return { labels, encode: (label) => encode(ids, label), decode: (id) => decode(labels, id) };
}

/** White space, and characters without width: joiners, direction marks, byte order marks, soft hyphens. */
const blank = String.raw`[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+`;
const outerBlanks = new RegExp(`^${blank}|${blank}$`, 'g');

/**
 * Normalizes a label, tag or group for comparison: Unicode NFC, trimmed of white space and characters without width.
 *
 * @example cleanLabel('farm\u00a0') // 'farm'
 */
export function cleanLabel(text: string): string {
  return text.normalize('NFC').replace(outerBlanks, '');
}

/** Key for labels that differ only in case, spaces, or forms of the same characters. */
export function foldedLabel(text: string): string {
  return text.normalize('NFKC').replace(new RegExp(blank, 'g'), '').toLowerCase();
}

function encode(ids: ReadonlyMap<string, number>, label: string): number {
  const id = ids.get(label);
  if (id !== undefined) return id;
  const known = [...ids.keys()];
  const shown = known.slice(0, 8).join(', ') + (known.length > 8 ? ', …' : '');
  throw new RangeError(
    `encode: expected one of the ${known.length} labels (${shown}), got ${JSON.stringify(label)}${didYouMean(label, known)}`,
  );
}

function decode(labels: readonly string[], id: number): string {
  if (!Number.isInteger(id) || id < 0 || id >= labels.length) {
    throw new RangeError(`decode: expected an integer id from 0 to ${labels.length - 1}, got ${id}`);
  }
  return labels[id];
}
