import { checkRanges, type EntitySpan, type TextRange } from './spans';

/**
 * The labelled spans of a text, from one tag a token, BIO or BILOU.
 *
 * Forgives what a model may get wrong: an entity also begins with `I` or `L` after `O` or after another label, and ends
 * where the next one begins. Throws RangeError for another number of tags than tokens, and for a tag that is none of
 * `O`, `B-…`, `I-…`, `L-…`, `U-…`.
 * @example
 * spansOfTags(wordRanges('Knows Java well'), ['O', 'B-SKILL', 'O']); // [{ start: 6, end: 10, label: 'SKILL' }]
 */
export function spansOfTags(tokens: readonly TextRange[], tags: readonly string[]): EntitySpan[] {
  checkRanges('spansOfTags', 'tokens', tokens);
  if (tags.length !== tokens.length)
    throw new RangeError(`spansOfTags: expected ${tokens.length} tags, one a token, got ${tags.length}`);
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
