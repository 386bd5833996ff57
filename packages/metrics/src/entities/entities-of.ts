import type { Entity } from './entity';
import { lenientEntities } from './lenient-entities';
import type { TagScheme } from './schemes';
import { strictEntities } from './strict-entities';

/** How tags are taken for entities. */
export interface EntityOptions {
  /** What the tags follow; IOB2 unless given. The mode `default` makes no use of it. */
  readonly scheme?: TagScheme;
  /**
   * `strict`, unless given: only what the scheme's rules allow is an entity. `default`: what conlleval finds, which also takes
   * an `I` after an `O`, or of another type, for a beginning, and does not know BILOU's `L` and `U`.
   */
  readonly mode?: EntityMode;
}

export type EntityMode = 'strict' | 'default';

/**
 * The entities of one sentence's tags, in order.
 *
 * Throws RangeError for a tag that the scheme does not know. Equals seqeval's, in both its modes.
 * @example entitiesOf(['B-PER', 'I-PER', 'O']) // [{ type: 'PER', start: 0, end: 2 }]
 */
export function entitiesOf(
  tags: readonly string[],
  { scheme = 'IOB2', mode = 'strict' }: EntityOptions = {},
): Entity[] {
  return mode === 'strict' ? strictEntities(tags, scheme) : lenientEntities(tags);
}
