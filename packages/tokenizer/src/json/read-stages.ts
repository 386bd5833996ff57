import type { AddedToken } from '../added-tokens';
import type { Padding } from '../padding';
import type { Truncation } from '../truncation';
import {
  asArray,
  asCount,
  asObject,
  booleanField,
  choiceField,
  countField,
  invalid,
  type JsonObject,
  stringField,
} from './fields';

export function readTruncation(value: unknown): Truncation | undefined {
  if (value === undefined || value === null) return undefined;
  const object = asObject(value, 'truncation');
  return {
    maxLength: countField(object, 'max_length'),
    stride: countField(object, 'stride', 0),
    strategy: choiceField(object, 'strategy', {
      LongestFirst: 'longest_first',
      OnlyFirst: 'only_first',
      OnlySecond: 'only_second',
    } as const),
    direction: readDirection(object),
  };
}

export function readPadding(value: unknown): Padding | undefined {
  if (value === undefined || value === null) return undefined;
  const object = asObject(value, 'padding');
  return {
    length: readPaddedLength(object.fields.strategy),
    padToMultipleOf: countField(object, 'pad_to_multiple_of', 0),
    direction: readDirection(object),
    padId: countField(object, 'pad_id', 0),
    padTypeId: countField(object, 'pad_type_id', 0),
  };
}

function readDirection(object: JsonObject): 'right' | 'left' {
  if (object.fields.direction === undefined) return 'right';
  return choiceField(object, 'direction', { Right: 'right', Left: 'left' } as const);
}

function readPaddedLength(strategy: unknown): number | 'longest' {
  if (strategy === 'BatchLongest') return 'longest';
  if (typeof strategy !== 'object') throw invalid('padding.strategy', '"BatchLongest" or {"Fixed": length}', strategy);
  return countField(asObject(strategy, 'padding.strategy'), 'Fixed');
}

/** The added tokens, whose ids must not contradict the vocabulary. */
export function readAddedTokens(value: unknown, vocabulary: ReadonlyMap<string, number>): AddedToken[] {
  const taken = new Map([...vocabulary].map(([token, id]) => [id, token]));
  return asArray(value ?? [], 'added_tokens').map((entry, i) => {
    const token = readAddedToken(asObject(entry, `added_tokens[${i}]`));
    const known = vocabulary.get(token.content);
    const holder = taken.get(token.id) ?? token.content;
    if (token.content === '') throw invalid(`added_tokens[${i}].content`, 'some text', token.content);
    if ((known !== undefined && known !== token.id) || holder !== token.content) {
      const expected = known === undefined ? `an id other than that of "${holder}"` : `${known}, its id in model.vocab`;
      throw invalid(`added_tokens[${i}].id`, expected, token.id);
    }
    taken.set(token.id, token.content);
    return token;
  });
}

function readAddedToken(object: JsonObject): AddedToken {
  const special = booleanField(object, 'special', false);
  return {
    id: asCount(object.fields.id, `${object.path}.id`),
    content: stringField(object, 'content'),
    special,
    singleWord: booleanField(object, 'single_word', false),
    lstrip: booleanField(object, 'lstrip', false),
    rstrip: booleanField(object, 'rstrip', false),
    normalized: booleanField(object, 'normalized', !special),
  };
}
