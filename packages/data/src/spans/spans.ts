// Labeled spans of a text, and the tags of its tokens.
import { AttuneError, checkOptions, oneOf, type TableOf } from '@attune/internal';

/** A range `[start, end)` of a text in UTF-16 units, as for `text.slice`. */
export interface TextRange {
  /** Index of the first UTF-16 unit. */
  readonly start: number;
  /** Index after the last UTF-16 unit. */
  readonly end: number;
}

/** A labeled piece of a text, such as a skill in a job advertisement. */
export interface EntitySpan extends TextRange {
  /** The kind of entity, such as `SKILL`. */
  readonly label: string;
}

/**
 * Notation of entities with one tag per token. `BIO`: the first token is `B-label`, the others `I-label`. `BILOU`: the last is
 * `L-label` too, and a single one `U-label`. A token of no entity is `O` in both.
 */
export type SpanScheme = 'BIO' | 'BILOU';

/** Throws RangeError unless ranges are in order, not empty, and do not overlap. */
function checkRanges(where: string, name: string, ranges: readonly TextRange[]): void {
  ranges.forEach(({ start, end }, i) => {
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end <= start)
      throw new RangeError(`${where}: ${name}[${i}] expected integers 0 ≤ start < end, got ${start} and ${end}`);
    if (i > 0 && start < ranges[i - 1].end)
      throw new RangeError(
        `${where}: ${name}[${i}] expected a start ≥ ${ranges[i - 1].end}, the end of the one before, got ${start}; sort them, and let none overlap`,
      );
  });
}

/**
 * Ranges of the words of a text: runs of letters, digits and marks, and every other visible character by itself.
 *
 * @example wordRanges('C++, née') // C, +, +, `,` and née: [{ start: 0, end: 1 }, …, { start: 5, end: 8 }]
 */
export function wordRanges(text: string): TextRange[] {
  const words = text.matchAll(/[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu);
  return Array.from(words, ({ 0: word, index }) => ({ start: index, end: index + word.length }));
}

/**
 * Which words follow the one before them without a space between, as a comma does.
 *
 * @example joinedWords(wordRanges('C++, née')) // [false, true, true, true, false]
 */
export function joinedWords(ranges: readonly TextRange[]): boolean[] {
  return ranges.map(({ start }, i) => i > 0 && start === ranges[i - 1].end);
}

/** Options of `tagsOfSpans`. */
export interface TagsOfSpansOptions {
  /** How tags say where a span begins and ends; default `BIO`. */
  readonly scheme?: SpanScheme;
  /** Treatment of a span that begins or ends within a token: `error` (default), or `expand` to the whole token. */
  readonly misaligned?: 'error' | 'expand';
  /** How errors name the text; default `tagsOfSpans`. */
  readonly where?: string;
}

const spansTable = {
  scheme: oneOf(['BIO', 'BILOU']),
  misaligned: oneOf(['error', 'expand']),
  where: 'string',
} satisfies TableOf<TagsOfSpansOptions>;

/**
 * One tag per token, from spans of a text.
 *
 * Tokens are in order and do not overlap; spans may be in any order.
 * @throws AttuneError `DATA_SPAN` for spans that overlap, hold no token, or (without `misaligned: 'expand'`) cut one;
 * ARGUMENT_INVALID for what is not an option; RangeError for tokens that overlap.
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
    if (count === 0) throw badSpan(where, span, 'at least one token, got none', 'move or drop it');
    if (misaligned === 'error')
      checkAligned(where, span, { start: tokens[first].start, end: tokens[first + count - 1].end });
    for (let i = 0; i < count; i++) {
      if (tags[first + i] !== 'O')
        throw badSpan(where, span, 'tokens of its own, got one of another span', 'keep one of the two');
      tags[first + i] = `${prefixOf(scheme, i, count)}-${span.label}`;
    }
  }
  return tags;
}

/** The tokens that a span touches. */
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
    `the ends of tokens, which are ${start} to ${end}`,
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
 * The labeled spans of a text, from one tag per token, BIO or BILOU.
 *
 * Tolerates the errors of a model: an entity also begins with `I` or `L` after `O` or after another label, and ends
 * where the next one begins.
 * @throws RangeError for another number of tags than tokens, and for a tag that is none of `O`, `B-…`, `I-…`, `L-…`,
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
