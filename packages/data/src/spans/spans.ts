// Labeled spans of a text, and the tags of its tokens.
import { AttuneError, checkOptions, oneOf, type TableOf } from '@attune/internal';

/** A range `[start, end)` of a text in UTF-16 units, as in `text.slice`. */
export interface TextRange {
  /** Index of the first UTF-16 unit. */
  readonly start: number;
  /** Index after the last UTF-16 unit. */
  readonly end: number;
}

/** A labeled part of a text, such as a skill in a job posting. */
export interface EntitySpan extends TextRange {
  /** The kind of entity, such as `SKILL`. */
  readonly label: string;
}

/**
 * Tagging scheme. `BIO`: the first token of an entity is `B-label`, the others are `I-label`. `BILOU`: in addition, the last token is
 * `L-label` and a single token `U-label`. Tokens outside entities are `O` in both.
 */
export type SpanScheme = 'BIO' | 'BILOU';

/** Throws RangeError unless ranges are sorted, not empty, and do not overlap. */
function checkRanges(where: string, name: string, ranges: readonly TextRange[]): void {
  ranges.forEach(({ start, end }, i) => {
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end <= start)
      throw new RangeError(`${where}: ${name}[${i}] expected integers 0 ≤ start < end, got ${start} and ${end}`);
    if (i > 0 && start < ranges[i - 1].end)
      throw new RangeError(
        `${where}: ${name}[${i}] expected a start ≥ ${ranges[i - 1].end}, the end of the previous range, got ${start}; sort the ranges and remove overlaps`,
      );
  });
}

/**
 * Splits a text into words: runs of letters, digits and marks, and every other visible character separately.
 *
 * @example wordRanges('C++, née') // C, +, +, `,` and née: [{ start: 0, end: 1 }, …, { start: 5, end: 8 }]
 */
export function wordRanges(text: string): TextRange[] {
  const words = text.matchAll(/[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu);
  return Array.from(words, ({ 0: word, index }) => ({ start: index, end: index + word.length }));
}

/**
 * For each word, whether it follows the previous word without a space, as a comma does.
 *
 * @example joinedWords(wordRanges('C++, née')) // [false, true, true, true, false]
 */
export function joinedWords(ranges: readonly TextRange[]): boolean[] {
  return ranges.map(({ start }, i) => i > 0 && start === ranges[i - 1].end);
}

/** Options of `tagsOfSpans`. */
export interface TagsOfSpansOptions {
  /** Tagging scheme; default `BIO`. */
  readonly scheme?: SpanScheme;
  /** Treatment of a span that begins or ends within a token: `error` (default), or `expand` to the whole token. */
  readonly misaligned?: 'error' | 'expand';
  /** Name of the text in errors; default `tagsOfSpans`. */
  readonly where?: string;
}

const spansTable = {
  scheme: oneOf(['BIO', 'BILOU']),
  misaligned: oneOf(['error', 'expand']),
  where: 'string',
} satisfies TableOf<TagsOfSpansOptions>;

/**
 * Converts spans of a text to one tag per token.
 *
 * Tokens must be sorted and not overlap; spans may be in any order.
 * @throws AttuneError `DATA_SPAN` for spans that overlap, contain no token, or (without `misaligned: 'expand'`) cut a token;
 * ARGUMENT_INVALID for an unknown option; RangeError for tokens that overlap.
 * @example
 * const text = 'Knows Java well';
 * tagsOfSpans(wordRanges(text), [{ start: 6, end: 10, label: 'SKILL' }]); // ['O', 'B-SKILL', 'O']
 */
export function tagsOfSpans(
  tokens: readonly TextRange[],
  spans: readonly EntitySpan[],
  options: TagsOfSpansOptions = {},
): string[] {
  checkOptions('tagsOfSpans', options, spansTable);
  const { scheme = 'BIO', misaligned = 'error', where = 'tagsOfSpans' } = options;
  checkRanges(where, 'tokens', tokens);
  const tags = new Array<string>(tokens.length).fill('O');
  for (const span of spans) {
    const { first, count } = tokensIn(tokens, span);
    if (count === 0) throw badSpan(where, span, 'at least one token, got none', 'move it or remove it');
    if (misaligned === 'error')
      checkAligned(where, span, { start: tokens[first].start, end: tokens[first + count - 1].end });
    for (let i = 0; i < count; i++) {
      if (tags[first + i] !== 'O')
        throw badSpan(
          where,
          span,
          'separate tokens, got one of another span',
          'remove one of the two, or give tokens and tags if both are in one word',
        );
      tags[first + i] = `${prefixOf(scheme, i, count)}-${span.label}`;
    }
  }
  return tags;
}

/** The tokens that a span overlaps. */
function tokensIn(tokens: readonly TextRange[], { start, end }: TextRange): { first: number; count: number } {
  const first = tokens.findIndex((token) => token.end > start);
  if (first < 0) return { first: 0, count: 0 };
  const next = tokens.findIndex((token, i) => i >= first && token.start >= end);
  return { first, count: (next < 0 ? tokens.length : next) - first };
}

function checkAligned(where: string, span: EntitySpan, { start, end }: TextRange): void {
  if (span.start === start && span.end === end) return;
  throw badSpan(
    where,
    span,
    `token boundaries, such as ${start} to ${end}`,
    'correct it, or pass misaligned: "expand"',
  );
}

function badSpan(where: string, { start, end, label }: EntitySpan, expected: string, advice: string): AttuneError {
  return new AttuneError(
    'DATA_SPAN',
    `${where}: the span ${start} to ${end} (${JSON.stringify(label)}) expected ${expected}; ${advice}`,
  );
}

function prefixOf(scheme: SpanScheme, i: number, count: number): string {
  if (scheme === 'BILOU' && i === count - 1) return count === 1 ? 'U' : 'L';
  return i === 0 ? 'B' : 'I';
}

/**
 * Converts one tag per token, BIO or BILOU, to the labeled spans of a text.
 *
 * Tolerates invalid sequences of a model: an entity also starts with `I` or `L` after `O` or after another label, and ends
 * where the next one begins.
 * @throws RangeError if the number of tags differs from the number of tokens, or for a tag other than `O`, `B-…`, `I-…`, `L-…`,
 * `U-…`.
 * @example
 * spansOfTags(wordRanges('Knows Java well'), ['O', 'B-SKILL', 'O']); // [{ start: 6, end: 10, label: 'SKILL' }]
 */
export function spansOfTags(tokens: readonly TextRange[], tags: readonly string[]): EntitySpan[] {
  checkRanges('spansOfTags', 'tokens', tokens);
  if (tags.length !== tokens.length)
    throw new RangeError(`spansOfTags: expected ${tokens.length} tags, one per token, got ${tags.length}`);
  const spans: EntitySpan[] = [];
  let open: EntitySpan | undefined;
  tags.forEach((tag, i) => {
    const { prefix, label } = parseTag(tag);
    const continues = open?.label === label && 'IL'.includes(prefix);
    if (open && !continues) spans.push(open);
    if (!continues) open = prefix === 'O' ? undefined : { ...tokens[i], label };
    else if (open) open = { ...open, end: tokens[i].end };
    if (open && 'LU'.includes(prefix)) {
      spans.push(open);
      open = undefined;
    }
  });
  return open ? [...spans, open] : spans;
}

function parseTag(tag: string): { prefix: string; label: string } {
  if (tag === 'O') return { prefix: 'O', label: '' };
  if (/^[BILU]-./u.test(tag)) return { prefix: tag[0], label: tag.slice(2) };
  throw new RangeError(
    `spansOfTags: expected a tag O, B-…, I-…, L-… or U-…, got ${JSON.stringify(tag)}; convert other schemes first`,
  );
}
