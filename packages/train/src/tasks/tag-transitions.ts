import { AttuneError } from '@attune/engine';
import type { TagScheme } from '@attune/metrics';

/** Which tags may follow one another, by their ids. */
export interface TagTransitions {
  readonly starts: readonly boolean[];
  /** `follows[a][b]`: b may come right after a. */
  readonly follows: readonly (readonly boolean[])[];
  readonly ends: readonly boolean[];
}

/** The prefixes of tags within an entity (`goesOn`) and of its last, where the scheme marks that one. */
const marks: Partial<Readonly<Record<TagScheme, { readonly goesOn: string; readonly last: string }>>> = {
  IOB2: { goesOn: 'I', last: '' },
  IOBES: { goesOn: 'IE', last: 'ES' },
  BILOU: { goesOn: 'IL', last: 'LU' },
};

/** The schemes whose rules say of every two tags whether the second may follow the first. */
export const constrainedSchemes = Object.keys(marks) as readonly TagScheme[];

/**
 * The transitions that a scheme allows between labels: in IOB2 an `I-x` only after a `B-x` or an `I-x`; where ends are
 * marked, an entity has to reach its own before anything else begins.
 *
 * @throws AttuneError ARGUMENT_INVALID for a scheme that forbids nothing, or whose entities need a look ahead
 */
export function tagTransitions(labels: readonly string[], scheme: TagScheme | 'none'): TagTransitions {
  const mark = scheme === 'none' ? undefined : marks[scheme];
  if (!mark)
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `decoding: expected argmax beside the scheme ${scheme}, got constrained; it needs ${constrainedSchemes.join(', ')}`,
    );
  const { goesOn, last } = mark;
  const continues = labels.map((label) => goesOn.includes(label[0]));
  /** An entity that is open after the tag: it may go on, and where ends are marked it has to. */
  const isOpen = labels.map((label) => label[0] !== 'O' && !last.includes(label[0]));
  const mustGoOn = isOpen.map((open) => open && last !== '');
  const typeOf = (id: number) => labels[id].slice(1);
  const follows = labels.map((_, from) =>
    labels.map((__, to) => (continues[to] ? isOpen[from] && typeOf(from) === typeOf(to) : !mustGoOn[from])),
  );
  return { starts: continues.map((on) => !on), follows, ends: mustGoOn.map((must) => !must) };
}
