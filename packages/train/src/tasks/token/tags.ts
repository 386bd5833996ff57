import { AttuneError } from '@attune/internal';
import type { TagScheme } from '@attune/metrics';
import { argMaxRows } from '../logits';

/** How tags are chosen from their logits. */
export const decodings = ['argmax', 'constrained'] as const;
/** A value of `decoding`. */
export type Decoding = (typeof decodings)[number];

/** Options of `tagDecoder`. */
export interface TagDecoderOptions {
  /** The scheme of the labels, or `none`; default `IOB2`. */
  readonly scheme?: TagScheme | 'none';
  /**
   * `argmax` (default) takes each word's likeliest tag, `constrained` the likeliest tags of the whole sentence that the
   * scheme allows, without an `I-x` where no `x` began.
   */
  readonly decoding?: Decoding;
}

/** The tags of a sentence, by their ids, from its logits [words · labels]. */
export type TagDecoder = (logits: Float32Array) => Int32Array;

/**
 * Chooses the tags of a sentence: each word's likeliest, or the likeliest path that the scheme allows.
 *
 * @throws AttuneError ARGUMENT_INVALID for constrained decoding of a scheme that has no such constraints
 * @example
 * const decode = tagDecoder(['O', 'B-X', 'I-X'], { decoding: 'constrained' });
 * decode(Float32Array.of(2, 1, 0, 0, 0, 2)); // Int32Array [ 1, 2 ]: B-X I-X, not O I-X
 */
export function tagDecoder(
  labels: readonly string[],
  { scheme = 'IOB2', decoding = 'argmax' }: TagDecoderOptions = {},
): TagDecoder {
  const likeliest: TagDecoder = (logits) => argMaxRows(logits, labels.length);
  if (decoding === 'argmax') return likeliest;
  const transitions = tagTransitions(labels, scheme);
  return (logits) => viterbi(logits, transitions) ?? likeliest(logits);
}

/**
 * The allowed path with the largest sum of logits, which also has the largest product of probabilities: the normalization
 * is the same for all tags of a word. Undefined where no path is allowed.
 *
 * @see Viterbi: Error bounds for convolutional codes (1967)
 */
function viterbi(logits: Float32Array, { starts, follows, ends }: TagTransitions): Int32Array | undefined {
  const width = starts.length;
  const words = logits.length / width;
  const before = new Int32Array(logits.length); // [words, labels]
  let scores = starts.map((allowed, to) => (allowed ? logits[to] : Number.NEGATIVE_INFINITY));
  for (let word = 1; word < words; word++) {
    const last = scores;
    scores = starts.map((_, to) => {
      const from = bestOf(last, (tag) => follows[tag][to]);
      before[word * width + to] = from;
      return from < 0 ? Number.NEGATIVE_INFINITY : last[from] + logits[word * width + to];
    });
  }
  const path = new Int32Array(words);
  let tag = words === 0 ? 0 : bestOf(scores, (last) => ends[last]);
  for (let word = words - 1; word >= 0; word--) {
    if (tag < 0) return undefined;
    path[word] = tag;
    tag = before[word * width + tag];
  }
  return path;
}

/** The index of the largest score; −1 where none is above −∞. */
function bestOf(scores: readonly number[], counts: (index: number) => boolean): number {
  let best = -1;
  for (let i = 0; i < scores.length; i++)
    if (counts(i) && scores[i] > (best < 0 ? Number.NEGATIVE_INFINITY : scores[best])) best = i;
  return best;
}

/** The allowed transitions between tags, by their ids. */
interface TagTransitions {
  readonly starts: readonly boolean[];
  /** `follows[a][b]`: b may directly follow a. */
  readonly follows: readonly (readonly boolean[])[];
  readonly ends: readonly boolean[];
}

/** The prefixes of tags within an entity (`goesOn`) and of its last tag, where the scheme marks it. */
const marks: Partial<Readonly<Record<TagScheme, { readonly goesOn: string; readonly last: string }>>> = {
  IOB2: { goesOn: 'I', last: '' },
  IOBES: { goesOn: 'IE', last: 'ES' },
  BILOU: { goesOn: 'IL', last: 'LU' },
};

/** The schemes whose rules decide for any two tags whether the second may follow the first. */
const constrainedSchemes = Object.keys(marks) as readonly TagScheme[];

/**
 * The transitions that a scheme allows between labels: in IOB2 an `I-x` only after a `B-x` or an `I-x`; where ends are
 * marked, an entity has to reach its own before anything else begins.
 *
 * @throws AttuneError ARGUMENT_INVALID for a scheme without forbidden transitions, or whose entities need a look ahead
 */
function tagTransitions(labels: readonly string[], scheme: TagScheme | 'none'): TagTransitions {
  const mark = scheme === 'none' ? undefined : marks[scheme];
  if (!mark)
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `decoding: expected argmax for the scheme ${scheme}, got constrained, which needs ${constrainedSchemes.join(', ')}; remove it, or name another scheme`,
    );
  const { goesOn, last } = mark;
  const continues = labels.map((label) => goesOn.includes(label[0]));
  /** The type of an entity that is open after the tag: it may continue, and must where ends are marked. */
  const isOpen = labels.map((label) => label[0] !== 'O' && !last.includes(label[0]));
  const mustGoOn = isOpen.map((open) => open && last !== '');
  const typeOf = (id: number) => labels[id].slice(1);
  const follows = labels.map((_, from) =>
    labels.map((__, to) => (continues[to] ? isOpen[from] && typeOf(from) === typeOf(to) : !mustGoOn[from])),
  );
  return { starts: continues.map((on) => !on), follows, ends: mustGoOn.map((must) => !must) };
}
