import type { Matcher } from '../pattern/matcher';
import { isWhitespace } from '../unicode/categories';
import { unitReplacer } from '../unicode/code-points';
import { isCombiningMark } from '../unicode/normalization';
import {
  type AlignedText,
  AlignedTextBuilder,
  alignByCounting,
  alignedWithItself,
  type Change,
  compose,
  mapCharacters,
  prepended,
} from './aligned-text';

/** Rewrites a text (lower-cases it, strips accents, …) and keeps the alignment of the result with the original. */
export interface Normalizer {
  /** `text` has no lone surrogates. */
  normalize(text: string): AlignedText;
  /** The text of `normalize`, where it can be had faster without the alignment. */
  readonly plain?: ((text: string) => string) | undefined;
  /** Number of UTF-16 units put before a text that is not empty, for normalizers that move nothing else. */
  readonly prefixLength?: number | undefined;
}

/** Leaves the text as it is: `"normalizer": null`. */
export const identityNormalizer: Normalizer = { normalize: alignedWithItself, plain: (text) => text, prefixLength: 0 };

/** Applies normalizers one after the other. */
export function normalizerSequence(normalizers: readonly Normalizer[]): Normalizer {
  if (normalizers.length === 0) return identityNormalizer;
  const [first, ...others] = normalizers;
  return {
    normalize: (text) => others.reduce((done, each) => compose(done, each.normalize(done.text)), first.normalize(text)),
    plain: (text) => normalizers.reduce((done, each) => each.plain?.(done) ?? each.normalize(done).text, text),
    prefixLength: sumOf(normalizers.map(({ prefixLength }) => prefixLength)),
  };
}

function sumOf(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce((sum, value) => (sum === undefined || value === undefined ? undefined : sum + value), 0);
}

/** Lower-cases letter by letter; there is no final-sigma rule. */
export const lowercase: Normalizer = {
  normalize: (text) => mapCharacters(text, (character) => character.toLowerCase()),
};

/** Drops combining marks. It does not decompose, so it is used after NFD or NFKD. */
export const stripAccents: Normalizer = {
  normalize: (text) =>
    mapCharacters(text, (character) => (isCombiningMark(character.codePointAt(0) as number) ? '' : character)),
};

/** Drops whitespace at the start, at the end, or both. */
export function strip({ left, right }: { left: boolean; right: boolean }): Normalizer {
  return {
    normalize(text) {
      const characters = [...text];
      let first = 0;
      let end = characters.length;
      while (left && first < end && isSpace(characters[first])) first++;
      while (right && end > first && isSpace(characters[end - 1])) end--;
      const kept: Change[] = characters.slice(first, end).map((character) => ({ character, change: 0 }));
      return alignByCounting(text, kept, first);
    },
  };
}

function isSpace(character: string): boolean {
  return isWhitespace(character.codePointAt(0) as number);
}

/** Puts `prefix` before a text that is not empty, at the place of its first character. */
export function prepend(prefix: string): Normalizer {
  return {
    normalize: (text) => prepended(alignedWithItself(text), prefix),
    plain: (text) => (text === '' ? '' : prefix + text),
    prefixLength: prefix.length,
  };
}

/**
 * Replaces every match by `content`, at the place of the last character of the match. `literal` is the text that
 * `matcher` looks for, if it looks for one.
 */
export function replace(matcher: Matcher, content: string, literal?: string): Normalizer {
  const isUnit = literal !== undefined && isOneUnit(literal) && isOneUnit(content);
  return {
    normalize(text) {
      const source = alignedWithItself(text);
      const builder = new AlignedTextBuilder();
      let position = 0;
      const keep = (end: number) => {
        for (; position < end; position++) {
          builder.append(text[position], source.starts[position], source.ends[position]);
        }
      };
      matcher(text, (start, end) => {
        keep(start);
        builder.append(content, end === 0 ? 0 : source.starts[end - 1], end === 0 ? 0 : source.ends[end - 1]);
        position = end;
      });
      keep(text.length);
      return builder.finish();
    },
    plain:
      literal === undefined
        ? undefined
        : isUnit
          ? unitReplacer(literal, content)
          : (text) => text.split(literal).join(content),
    prefixLength: isUnit ? 0 : undefined,
  };
}

function isOneUnit(text: string): boolean {
  return /^[^\ud800-\udfff]$/.test(text);
}
