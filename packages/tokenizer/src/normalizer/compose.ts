import type { AlignedText } from './aligned-text';

/** What `inner` made of the text of `outer`, aligned with what `outer` came from. */
export function compose(outer: AlignedText, inner: AlignedText): AlignedText {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let i = 0; i < inner.text.length; i++) {
    const empty = inner.ends[i] <= inner.starts[i];
    starts.push(empty ? 0 : outer.starts[inner.starts[i]]);
    ends.push(empty ? 0 : outer.ends[inner.ends[i] - 1]);
  }
  return { text: inner.text, starts, ends };
}
