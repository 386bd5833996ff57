import type { Matcher } from '../pattern/matcher';
import { isWhitespace } from '../unicode/categories';
import { unitReplacer } from '../unicode/code-points';
import { isCombiningMark } from '../unicode/normalization';
import {
  type AlignedText,
  AlignedTextBuilder,
  alignedWithItself,
  compose,
  type Normalized,
  part,
  prepended,
} from './aligned-text';

/** Rewrites a text (lower-cases it, strips accents, …) and keeps the alignment of the result with the original. */
export interface Normalizer {
  /** `text` has no lone surrogates. */
  normalize(text: string): Normalized;
  /** The text of `normalize`, where it can be had faster without the alignment. */
  readonly plain?: ((text: string) => string) | undefined;
  /** Number of UTF-16 units put before a text that is not empty, for normalizers that move nothing else. */
  readonly prefixLength?: number | undefined;
}

/** Leaves the text as it is: `"normalizer": null`. */
export const identityNormalizer: Normalizer = {
  normalize: (text) => ({ text }),
  plain: (text) => text,
  prefixLength: 0,
};

/** Applies normalizers one after the other. */
export function normalizerSequence(normalizers: readonly Normalizer[]): Normalizer {
  if (normalizers.length === 0) return identityNormalizer;
  return {
    normalize: (text) =>
      normalizers.reduce<Normalized>((done, each) => compose(done, each.normalize(done.text)), { text }),
    plain: (text) => normalizers.reduce((done, each) => each.plain?.(done) ?? each.normalize(done).text, text),
    prefixLength: sumOf(normalizers.map(({ prefixLength }) => prefixLength)),
  };
}

function sumOf(values: readonly (number | undefined)[]): number | undefined {
  return values.reduce((sum, value) => (sum === undefined || value === undefined ? undefined : sum + value), 0);
}

/** Lower-cases letter by letter; there is no final-sigma rule. */
export const lowercase: Normalizer = {
  normalize(text) {
    const lower = lowercased(text);
    if (lower.length === text.length) return { text: lower };
    return mapCharacters(text, (character) => character.toLowerCase());
  },
  plain: lowercased,
};

function lowercased(text: string): string {
  const lower = text.toLowerCase();
  return text.includes('Σ') ? Array.from(text, (character) => character.toLowerCase()).join('') : lower;
}

/** Drops combining marks. It does not decompose, so it is used after NFD or NFKD. */
export const stripAccents: Normalizer = {
  normalize: (text) =>
    hasMark(text) ? mapCharacters(text, (character) => (isMark(character) ? '' : character)) : { text },
  plain: (text) =>
    hasMark(text) ? Array.from(text, (character) => (isMark(character) ? '' : character)).join('') : text,
};

function isMark(character: string): boolean {
  return isCombiningMark(character.codePointAt(0) as number);
}

const firstMark = 0x300;

function hasMark(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) >= firstMark && isCombiningMark(text.codePointAt(i) as number)) return true;
  }
  return false;
}

/** Replaces each character; the replacement stands for the whole character. */
function mapCharacters(text: string, replace: (character: string) => string): AlignedText {
  const builder = new AlignedTextBuilder(text.length);
  let position = 0;
  for (const character of text) {
    builder.append(replace(character), position, position + character.length);
    position += character.length;
  }
  return builder.finish();
}

/** Drops whitespace at the start, at the end, or both. */
export function strip({ left, right }: { left: boolean; right: boolean }): Normalizer {
  const startOf = (text: string) => {
    let start = 0;
    while (left && start < text.length && isWhitespace(text.charCodeAt(start))) start++;
    return start;
  };
  const endOf = (text: string, start: number) => {
    let end = text.length;
    while (right && end > start && isWhitespace(text.charCodeAt(end - 1))) end--;
    return end;
  };
  return {
    normalize(text) {
      const start = startOf(text);
      const end = endOf(text, start);
      return end - start === text.length ? { text } : part(alignedWithItself(text), start, end);
    },
    plain(text) {
      const start = startOf(text);
      return text.slice(start, endOf(text, start));
    },
  };
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
  const plain = replacer(matcher, content, isUnit ? literal : undefined);
  return {
    normalize(text) {
      if (isUnit) return { text: plain(text) };
      let source: AlignedText | undefined;
      const builder = new AlignedTextBuilder(text.length);
      let position = 0;
      matcher(text, (start, end) => {
        source ??= alignedWithItself(text);
        builder.appendPart(source, position, start);
        builder.append(content, end === 0 ? 0 : source.starts[end - 1], end === 0 ? 0 : source.ends[end - 1]);
        position = end;
      });
      if (source === undefined) return { text };
      builder.appendPart(source, position, text.length);
      return builder.finish();
    },
    plain,
    prefixLength: isUnit ? 0 : undefined,
  };
}

/** Makes a function that replaces without alignment. `unit` is the text to look for, if it and `content` are one unit. */
function replacer(matcher: Matcher, content: string, unit?: string): (text: string) => string {
  if (unit !== undefined) return unitReplacer(unit, content);
  return (text) => {
    let result = '';
    let position = 0;
    matcher(text, (start, end) => {
      result += text.slice(position, start) + content;
      position = end;
    });
    return position === 0 && result === '' ? text : result + text.slice(position);
  };
}

function isOneUnit(text: string): boolean {
  return /^[^\ud800-\udfff]$/.test(text);
}
