import { checkOptions, oneOf } from '@attune/internal';
import type { Entity } from './entities';
import { rulesOf, type TagScheme, tagSchemes, unnamed } from './schemes';

/** An entity and the adjacent entities of its type, on which some schemes depend. */
interface Neighborhood {
  readonly entity: Entity;
  readonly touchesLast: boolean;
  readonly touchesNext: boolean;
}

/** The prefix of the tag at an index, by scheme; IO writes no prefix. */
const prefixOf: Readonly<Record<TagScheme, (i: number, around: Neighborhood) => string>> = {
  IOB1: (i, { entity, touchesLast }) => (i === entity.start && touchesLast ? 'B' : 'I'),
  IOB2: (i, { entity }) => (i === entity.start ? 'B' : 'I'),
  IOE1: (i, { entity, touchesNext }) => (i === entity.end - 1 && touchesNext ? 'E' : 'I'),
  IOE2: (i, { entity }) => (i === entity.end - 1 ? 'E' : 'I'),
  IOBES: (i, { entity }) => boundary(i, entity, 'BES'),
  BILOU: (i, { entity }) => boundary(i, entity, 'BLU'),
  IO: () => '',
};

function boundary(i: number, { start, end }: Entity, [first, last, only]: string): string {
  if (end - start === 1) return only;
  if (i === start) return first;
  return i === end - 1 ? last : 'I';
}

const tagsTable = { length: 'index!', scheme: /* @__PURE__ */ oneOf(tagSchemes) } as const;

/**
 * Converts entities to the tags of a scheme; the inverse of `entitiesOf`.
 *
 * @param entities entities in order, without overlaps
 * @throws AttuneError ARGUMENT_INVALID for an unknown option or scheme, and a length that is not an integer ≥ 0; RangeError without a scheme
 * @example tagsOfEntities([{ type: 'PER', start: 0, end: 2 }], { length: 3, scheme: 'BILOU' }) // ['B-PER', 'L-PER', 'O']
 */
export function tagsOfEntities(
  entities: readonly Entity[],
  options: {
    /** Number of tokens of the sentence. */
    readonly length: number;
    /** Tagging scheme of the result. */
    readonly scheme: TagScheme;
  },
): string[] {
  checkOptions('tagsOfEntities', options, tagsTable);
  const { length, scheme } = options;
  rulesOf(scheme);
  const tags = new Array<string>(length).fill('O');
  entities.forEach((entity, i) => {
    const [last, next] = [entities[i - 1], entities[i + 1]];
    const around = {
      entity,
      touchesLast: last?.end === entity.start && last.type === entity.type,
      touchesNext: next?.start === entity.end && next.type === entity.type,
    };
    for (let at = entity.start; at < entity.end; at++) tags[at] = tagOf(prefixOf[scheme](at, around), entity.type);
  });
  return tags;
}

function tagOf(prefix: string, type: string): string {
  if (prefix === '') return type;
  return type === unnamed ? prefix : `${prefix}-${type}`;
}
