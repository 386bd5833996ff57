import type { AddedToken } from '../encode/added-tokens';
import type { Padding } from '../encode/options';
import type { Truncation } from '../encode/truncation';
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

/**
 * Contents of a Hugging Face `tokenizer.json`.
 *
 * The stages are data as the file has it; `tokenizerFromJson` checks them and names what it does not support.
 *
 * @example
 * const json: TokenizerJson = tokenizer.toJson();
 * const tokens = Object.keys(json.model.vocab);
 */
export interface TokenizerJson {
  version?: string;
  truncation?: TruncationJson | null;
  padding?: PaddingJson | null;
  added_tokens?: AddedTokenJson[];
  normalizer?: { type: string } | null;
  pre_tokenizer?: { type: string } | null;
  post_processor?: { type: string } | null;
  decoder?: { type: string } | null;
  model: ModelJson;
}

export interface TruncationJson {
  direction?: 'Right' | 'Left';
  max_length: number;
  strategy: 'LongestFirst' | 'OnlyFirst' | 'OnlySecond';
  stride: number;
}

export interface PaddingJson {
  strategy: 'BatchLongest' | { Fixed: number };
  direction: 'Right' | 'Left';
  pad_to_multiple_of: number | null;
  pad_id: number;
  pad_type_id: number;
  pad_token: string;
}

export interface AddedTokenJson {
  id: number;
  content: string;
  single_word: boolean;
  lstrip: boolean;
  rstrip: boolean;
  normalized: boolean;
  special: boolean;
}

export interface ModelJson {
  type?: string;
  unk_token?: string | null;
  continuing_subword_prefix?: string | null;
  max_input_chars_per_word?: number;
  /** Ids of the tokens; for Unigram the tokens in the order of their ids, with their scores. */
  vocab: Record<string, number> | readonly (readonly [token: string, score: number])[];
  /** Place of the unknown token of Unigram. */
  unk_id?: number | null;
  byte_fallback?: boolean;
  /** Merges of BPE, in order: pairs, or strings with a space between the parts. */
  merges?: readonly (string | readonly [string, string])[];
}

/** Reads `truncation`. */
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

/** Reads `padding`. */
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

/** Reads `added_tokens`, whose ids must not contradict the vocabulary. */
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
