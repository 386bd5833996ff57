import { type Entity, UNNAMED } from './entity';

interface Tag {
  readonly prefix: string;
  readonly type: string;
}

/**
 * The entities that conlleval finds: an entity also begins where the type changes, and with `I` or `E` after `O`.
 *
 * Knows the prefixes B, I, E, S and O; another one carries on while the type stays the same. Equals seqeval's `get_entities`.
 */
export function lenientEntities(tags: readonly string[]): Entity[] {
  const entities: Entity[] = [];
  let previous = outside;
  let start = 0;
  for (let i = 0; i <= tags.length; i++) {
    const tag = i < tags.length ? parseTag(tags[i]) : outside;
    if (endsBetween(previous, tag)) entities.push({ type: previous.type, start, end: i });
    if (startsBetween(previous, tag)) start = i;
    previous = tag;
  }
  return entities;
}

const outside: Tag = { prefix: 'O', type: UNNAMED };

function parseTag(tag: string): Tag {
  if (tag === '') throw new RangeError('entities: expected a tag such as O or B-PER, got an empty one; write O');
  const rest = tag.slice(1);
  return { prefix: tag[0], type: rest.slice(rest.indexOf('-') + 1) || UNNAMED };
}

function endsBetween(first: Tag, second: Tag): boolean {
  if ('ES'.includes(first.prefix)) return true;
  if ('BI'.includes(first.prefix) && 'BSO'.includes(second.prefix)) return true;
  return isInside(first) && first.type !== second.type;
}

function startsBetween(first: Tag, second: Tag): boolean {
  if ('BS'.includes(second.prefix)) return true;
  if ('ESO'.includes(first.prefix) && 'EI'.includes(second.prefix)) return true;
  return isInside(second) && first.type !== second.type;
}

/** A dot is conlleval's other sign for no entity. */
const isInside = ({ prefix }: Tag): boolean => prefix !== 'O' && prefix !== '.';
