import { AttuneError } from '../attune-error';
import { checkRanges, type EntitySpan, type SpanScheme, type TextRange } from './spans';

export interface TagsOfSpansOptions {
  /** Default `BIO`. */
  readonly scheme?: SpanScheme;
  /** What becomes of a span that begins or ends within a token: an error (the default), or it takes the whole token. */
  readonly misaligned?: 'error' | 'expand';
  /** How errors name the text; default `tagsOfSpans`. */
  readonly where?: string;
}

/**
 * One tag a token, from spans of a text.
 *
 * Tokens are in order and apart; spans are too, once sorted. Throws AttuneError `DATA_SPAN` for spans that overlap, hold no token, or
 * (unless `misaligned` says otherwise) cut one; RangeError for tokens that overlap.
 * @example
 * const text = 'Knows Java well';
 * tagsOfSpans(wordRanges(text), [{ start: 6, end: 10, label: 'SKILL' }]); // ['O', 'B-SKILL', 'O']
 */
export function tagsOfSpans(
  tokens: readonly TextRange[],
  spans: readonly EntitySpan[],
  { scheme = 'BIO', misaligned = 'error', where = 'tagsOfSpans' }: TagsOfSpansOptions = {},
): string[] {
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
