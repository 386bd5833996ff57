import type { Normalizer } from './normalizer';

/** Leaves the text as it is: what `"normalizer": null` means. */
export function identityNormalizer(): Normalizer {
  return { normalize: (text) => ({ text, ...codePointRanges(text) }), plain: (text) => text, prefixLength: 0 };
}

function codePointRanges(text: string): { starts: number[]; ends: number[] } {
  const starts: number[] = [];
  const ends: number[] = [];
  let position = 0;
  for (const character of text) {
    for (let unit = 0; unit < character.length; unit++) {
      starts.push(position);
      ends.push(position + character.length);
    }
    position += character.length;
  }
  return { starts, ends };
}
