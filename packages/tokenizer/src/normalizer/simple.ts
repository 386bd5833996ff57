import type { Matcher } from '../pattern/matcher';
import { isWhitespace } from '../unicode/categories';
import { isCombiningMark } from '../unicode/combining-marks';
import { unitReplacer } from '../unicode/replace-unit';
import { type AlignedText, AlignedTextBuilder } from './aligned-text';
import { compose } from './compose';
import { identityNormalizer } from './identity';
import type { Normalizer } from './normalizer';
import { type Change, transform } from './transform';

/** Lower-cases letter by letter; there is no final-sigma rule. */
export const lowercase: Normalizer = {
  normalize: (text) => eachCharacter(text, (character) => character.toLowerCase()),
};

/** Drops combining marks; it decomposes nothing, so that it goes behind NFD or NFKD. */
export const stripAccents: Normalizer = {
  normalize: (text) =>
    eachCharacter(text, (character) => (isCombiningMark(character.codePointAt(0) as number) ? '' : character)),
};

function eachCharacter(text: string, change: (character: string) => string): AlignedText {
  const builder = new AlignedTextBuilder();
  let position = 0;
  for (const character of text) {
    builder.append(change(character), position, position + character.length);
    position += character.length;
  }
  return builder.finish();
}

/** Drops whitespace at the beginning, at the end, or both. */
export function strip({ left, right }: { left: boolean; right: boolean }): Normalizer {
  return {
    normalize(text) {
      const characters = [...text];
      let first = 0;
      let end = characters.length;
      while (left && first < end && isSpace(characters[first])) first++;
      while (right && end > first && isSpace(characters[end - 1])) end--;
      const kept: Change[] = characters.slice(first, end).map((character) => ({ character, change: 0 }));
      return transform(text, kept, first);
    },
  };
}

function isSpace(character: string): boolean {
  return isWhitespace(character.codePointAt(0) as number);
}

/** Sets `prefix` before a text that is not empty; it shares the place of the first character. */
export function prepend(prefix: string): Normalizer {
  return {
    normalize: (text) => prepended(identityNormalizer().normalize(text), prefix),
    plain: (text) => (text === '' ? '' : prefix + text),
    prefixLength: prefix.length,
  };
}

/** The same, of a text with alignment; one without is left without. */
export function prepended(source: AlignedText, prefix: string): AlignedText {
  if (source.text === '') return source;
  const text = prefix + source.text;
  if (source.starts.length === 0) return { text, starts: [], ends: [] };
  const places = <Values extends ArrayLike<number>>(values: Values) => [
    ...Array<number>(prefix.length).fill(values[0]),
    ...Array.from(values),
  ];
  return { text, starts: places(source.starts), ends: places(source.ends) };
}

/** Sets `content` for every match; it shares the place of the match's last character. */
export function replace(matcher: Matcher, content: string, literal?: string): Normalizer {
  const isUnit = literal !== undefined && isOneUnit(literal) && isOneUnit(content);
  return {
    normalize(text) {
      const source = identityNormalizer().normalize(text);
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

/** One after the other. */
export function normalizerSequence(normalizers: readonly Normalizer[]): Normalizer {
  if (normalizers.length === 0) return identityNormalizer();
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
