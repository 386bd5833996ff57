// Entities of tagged sentences, in seqeval's two modes.
import { checkOptions, oneOf, type TableOf } from '@attune/internal';
import {
  outside,
  type Pattern,
  parseTag,
  rulesOf,
  type Tag,
  type TagScheme,
  tagSchemes,
  tagsOf,
  unnamed,
} from './schemes';

/** A run of tokens of one type: `tags[start]` to `tags[end - 1]`. */
export interface Entity {
  /** Type of entity, the part of a tag after its prefix: `PER` in `B-PER`. */
  readonly type: string;
  /** Index of its first token. */
  readonly start: number;
  /** Index after its last token. */
  readonly end: number;
}

/** seqeval's modes; see `EntityOptions`. */
export type EntityMode = 'strict' | 'default';

/** Options of reading tags as entities. */
export interface EntityOptions {
  /** Scheme of the tags; default IOB2. The mode `default` reads all schemes except IO in the same way. */
  readonly scheme?: TagScheme;
  /**
   * `strict` (default): only sequences that the scheme allows are entities. `default`: conlleval's rules, where an `I` after an
   * `O` or after another type also starts an entity, and BILOU's `L` and `U` are unknown.
   */
  readonly mode?: EntityMode;
}

/** Kinds of `EntityOptions`. */
export const entityTable = {
  scheme: /* @__PURE__ */ oneOf(tagSchemes),
  mode: /* @__PURE__ */ oneOf(['strict', 'default']),
} satisfies TableOf<EntityOptions>;

/**
 * Extracts the entities of the tags of one sentence, in order.
 *
 * Equals seqeval's `get_entities`, and its `Tokens.entities` in strict mode, for seqeval's schemes.
 * @throws RangeError for a tag outside the scheme, AttuneError ARGUMENT_INVALID for an unknown option, scheme or mode.
 * @example entitiesOf(['B-PER', 'I-PER', 'O']) // [{ type: 'PER', start: 0, end: 2 }]
 */
export function entitiesOf(tags: readonly string[], options: EntityOptions = {}): Entity[] {
  checkOptions('entitiesOf', options, entityTable);
  return readEntities(tags, options);
}

/** The entities of tags; the options are checked. */
export function readEntities(tags: readonly string[], { scheme = 'IOB2', mode = 'strict' }: EntityOptions): Entity[] {
  return mode === 'strict' || scheme === 'IO' ? strictEntities(tags, scheme) : lenientEntities(tags);
}

/** The entities that a scheme allows; other tags belong to no entity. */
function strictEntities(tags: readonly string[], scheme: TagScheme): Entity[] {
  const { starts, continues, ends } = rulesOf(scheme);
  const all = [...tags.map((tag) => strictTag(tag, scheme)), outside];
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

function strictTag(tag: string, scheme: TagScheme): Tag {
  const parsed = parseTag(scheme, tag);
  if (parsed) return parsed;
  throw new RangeError(
    `entities: expected a tag of ${scheme} (${tagsOf(scheme)}), got ${JSON.stringify(tag)}; name the scheme of these tags, or use the mode "default"`,
  );
}

function matches(patterns: readonly Pattern[], first: Tag, second: Tag): boolean {
  return patterns.some(
    ([before, after, types]) =>
      isPrefix(before, first) && isPrefix(after, second) && areTypes(types, first.type === second.type),
  );
}

const isPrefix = (expected: string, { prefix }: Tag): boolean => expected === '?' || expected === prefix;

const areTypes = (expected: string | undefined, areSame: boolean): boolean =>
  expected === undefined || (expected === '=') === areSame;

/**
 * conlleval's entities: an entity also starts where the type changes, and with `I` or `E` after `O`.
 *
 * The prefixes are B, I, E, S and O; any other prefix continues an entity while the type stays the same.
 */
function lenientEntities(tags: readonly string[]): Entity[] {
  const entities: Entity[] = [];
  let previous = outside;
  let start = 0;
  for (let i = 0; i <= tags.length; i++) {
    const tag = i < tags.length ? lenientTag(tags[i]) : outside;
    if (endsBetween(previous, tag)) entities.push({ type: previous.type, start, end: i });
    if (startsBetween(previous, tag)) start = i;
    previous = tag;
  }
  return entities;
}

/**
 * A letter alone or followed by `-` is a prefix; any other tag is a type that continues, as in transformers' pipeline, and is not split.
 */
function lenientTag(tag: string): Tag {
  if (tag === '') throw new RangeError('entities: expected a tag such as O or B-PER, got an empty one; use O');
  if (tag === 'O' || tag === '.') return { ...outside, prefix: tag };
  if (/^[BIESLU]$/.test(tag)) return { prefix: tag, type: unnamed };
  return /^[A-NP-Z]-./s.test(tag) ? { prefix: tag[0], type: tag.slice(2) } : { prefix: 'I', type: tag };
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

/** A dot is conlleval's alternative to O. */
const isInside = ({ prefix }: Tag): boolean => prefix !== 'O' && prefix !== '.';
