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
  /** Version of the format, `1.0`. */
  version?: string;
  /** Truncation of every encoding; null for none. */
  truncation?: TruncationJson | null;
  /** Padding of every encoding; null for none. */
  padding?: PaddingJson | null;
  /** Tokens that are matched before any other stage. */
  added_tokens?: AddedTokenJson[];
  /** Changes characters, such as their case; null for none. */
  normalizer?: {
    /** Type of normalizer, such as `BertNormalizer`; further keys are its settings. */
    type: string;
  } | null;
  /** Splits a text into words; null for none. */
  pre_tokenizer?: {
    /** Type of pre-tokenizer, such as `BertPreTokenizer`; further keys are its settings. */
    type: string;
  } | null;
  /** Adds special tokens; null for none. */
  post_processor?: {
    /** Type of post-processor, such as `TemplateProcessing`; further keys are its settings. */
    type: string;
  } | null;
  /** Joins tokens to a text; null for none. */
  decoder?: {
    /** Type of decoder, such as `WordPiece`; further keys are its settings. */
    type: string;
  } | null;
  /** Splits words into the tokens of a vocabulary. */
  model: ModelJson;
}

export interface TruncationJson {
  /** Side from which tokens are removed; default `Right`. */
  direction?: 'Right' | 'Left';
  /** Maximum number of tokens per encoding, special tokens included. */
  max_length: number;
  /** Which text of a pair is truncated: the longer one token by token, or only one of them. */
  strategy: 'LongestFirst' | 'OnlyFirst' | 'OnlySecond';
  /** Number of tokens that each overflowing part repeats from the previous one. */
  stride: number;
}

export interface PaddingJson {
  /** To the longest encoding of the batch, or to a fixed length. */
  strategy:
    | 'BatchLongest'
    | {
        /** Length to pad to, in tokens. */
        Fixed: number;
      };
  /** Side on which padding is added. */
  direction: 'Right' | 'Left';
  /** Rounds the length up to a multiple of this number of tokens; null for no rounding. */
  pad_to_multiple_of: number | null;
  /** Id of the padding token. */
  pad_id: number;
  /** Type id of padding tokens. */
  pad_type_id: number;
  /** The padding token, such as `[PAD]`. */
  pad_token: string;
}

export interface AddedTokenJson {
  /** Its id in the vocabulary. */
  id: number;
  /** Its text, such as `[CLS]`. */
  content: string;
  /** Whether it matches only if no letter or digit is adjacent. */
  single_word: boolean;
  /** Whether it includes the white space before it. */
  lstrip: boolean;
  /** Whether it includes the white space after it. */
  rstrip: boolean;
  /** Whether it is matched in the normalized text instead of the original text. */
  normalized: boolean;
  /** Whether decoding skips it. */
  special: boolean;
}

export interface ModelJson {
  /** `WordPiece` or `BPE`; older files may lack it. */
  type?: string;
  /** Token for text that the vocabulary cannot represent; null for none. */
  unk_token?: string | null;
  /** Prefix of pieces that do not begin a word, such as `##`; null for none. */
  continuing_subword_prefix?: string | null;
  /** Maximum number of characters per word, default 100; a longer word becomes the unknown token. */
  max_input_chars_per_word?: number;
  /** Ids of the tokens; for Unigram, tokens with scores in the order of their ids. */
  vocab: Record<string, number> | readonly (readonly [token: string, score: number])[];
  /** Index of Unigram's unknown token; null for none. */
  unk_id?: number | null;
  /** Whether Unigram and BPE represent missing characters as byte tokens, such as `<0x0A>`. */
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
