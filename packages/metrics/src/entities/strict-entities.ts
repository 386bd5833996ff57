import { type Entity, UNNAMED } from './entity';
import { isTagOf, type Pattern, schemeRules, type TagScheme } from './schemes';

interface Tag {
  readonly prefix: string;
  readonly type: string;
}

/**
 * The entities that the rules of a scheme allow: what breaks them is no entity.
 *
 * Throws RangeError for a tag whose prefix the scheme does not know. Equals seqeval's `Tokens.entities`.
 */
export function strictEntities(tags: readonly string[], scheme: TagScheme): Entity[] {
  const { starts, continues, ends } = schemeRules[scheme];
  const all = [...tags.map((tag) => parseTag(tag, scheme)), outside];
  const entities: Entity[] = [];
  for (let i = 0; i < all.length; ) {
    if (!matches(starts, all[i - 1] ?? outside, all[i])) {
      i++;
      continue;
    }
    const start = i++;
    while (matches(continues, all[i - 1], all[i])) i++;
    if (matches(ends, all[i - 1], all[i])) entities.push({ type: all[start].type, start, end: i });
  }
  return entities;
}

const outside: Tag = { prefix: 'O', type: UNNAMED };

function parseTag(tag: string, scheme: TagScheme): Tag {
  if (!isTagOf(scheme, tag))
    throw new RangeError(
      `entities: expected a tag of ${scheme} (its first letter one of ${schemeRules[scheme].prefixes}), got ${JSON.stringify(tag)}; name the scheme of these tags, or use the mode "default"`,
    );
  return { prefix: tag[0], type: tag.slice(1).replace(/^-+|-+$/g, '') || UNNAMED };
}

function matches(patterns: readonly Pattern[], first: Tag, second: Tag): boolean {
  return patterns.some(
    ([before, after, types]) =>
      isPrefix(before, first) && isPrefix(after, second) && areTypes(types, first.type === second.type),
  );
}

const isPrefix = (wanted: string, { prefix }: Tag): boolean => wanted === '?' || wanted === prefix;

const areTypes = (wanted: string | undefined, areSame: boolean): boolean =>
  wanted === undefined || (wanted === '=') === areSame;
