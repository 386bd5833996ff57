/** One column of BIO tags over the words of a sentence. */
export interface TagLayer {
  /** One tag per word, BIO. */
  readonly tags: readonly string[];
  /** Type of entities whose tags have no type, such as a bare `B`. */
  readonly name?: string;
}

/** The result of `mergeTagLayers`. */
export interface MergedTags {
  /** One tag per word, BIO. */
  readonly tags: readonly string[];
  /** Per layer, the number of entities dropped because they share a word with an entity of an earlier layer. */
  readonly dropped: readonly number[];
}

/**
 * Merges columns of BIO tags whose entities may overlap into one column, so that one tagger learns all.
 *
 * Of overlapping entities, the one in the earlier layer is kept; the other is dropped and counted. A bare `B` or
 * `I` becomes `B-name` or `I-name`; an `I` after another type, or after `O`, starts an entity.
 * @throws RangeError for layers of different lengths, a tag that is not BIO, or a tag without a type in a layer without a name.
 * @example
 * mergeTagLayers([{ tags: ['B', 'I', 'O'], name: 'skill' }, { tags: ['O', 'B', 'B'], name: 'knowledge' }])
 * // { tags: ['B-skill', 'I-skill', 'B-knowledge'], dropped: [0, 1] }
 */
export function mergeTagLayers(layers: readonly TagLayer[]): MergedTags {
  const length = layers[0]?.tags.length ?? 0;
  const tags = new Array<string>(length).fill('O');
  const dropped = layers.map((layer, i) => {
    if (layer.tags.length !== length)
      throw new RangeError(
        `mergeTagLayers: layer ${i} expected ${length} tags, as in layer 0, got ${layer.tags.length}; give one tag per word`,
      );
    let left = 0;
    for (const entity of entitiesOfLayer(layer, i)) if (!place(entity, tags)) left++;
    return left;
  });
  return { tags, dropped };
}

interface LayerEntity {
  readonly start: number;
  readonly end: number;
  readonly type: string;
}

function entitiesOfLayer({ tags, name }: TagLayer, layer: number): LayerEntity[] {
  const entities: LayerEntity[] = [];
  tags.forEach((tag, i) => {
    if (tag === 'O') return;
    const type = typeOf(tag, name, layer);
    const before = entities.at(-1);
    const continues = tag[0] === 'I' && before?.end === i && before.type === type;
    if (continues) entities[entities.length - 1] = { ...before, end: i + 1 };
    else entities.push({ start: i, end: i + 1, type });
  });
  return entities;
}

function typeOf(tag: string, name: string | undefined, layer: number): string {
  const where = `mergeTagLayers: layer ${layer} expected`;
  const bio = /^[BI](?:-(.+))?$/su.exec(tag);
  if (!bio) throw new RangeError(`${where} BIO tags, got ${JSON.stringify(tag)}; convert other schemes first`);
  const type = bio[1] ?? name;
  if (type !== undefined) return type;
  throw new RangeError(`${where} a name for tags without a type, got ${JSON.stringify(tag)}; pass name`);
}

/** Writes the tags of an entity unless one of its words already has a tag. */
function place({ start, end, type }: LayerEntity, tags: string[]): boolean {
  if (tags.slice(start, end).some((tag) => tag !== 'O')) return false;
  for (let i = start; i < end; i++) tags[i] = `${i === start ? 'B' : 'I'}-${type}`;
  return true;
}
