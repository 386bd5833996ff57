import type { AddedToken } from '../added-tokens';
import { type Decoder, joinWithSpaces, wordPieceDecoder } from '../decoder/wordpiece';
import { type BertNormalizerOptions, bertNormalizer } from '../normalizer/bert';
import { identityNormalizer } from '../normalizer/identity';
import type { Padding } from '../padding';
import { bertPreTokenizer } from '../pre-tokenizer/bert';
import { wholeText } from '../pre-tokenizer/pre-tokenizer';
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
  unsupported,
} from './fields';

/** The type of a stage, `undefined` where the file has none (`null`). */
function typeOf(value: unknown, path: string): { type: string; object: JsonObject } | undefined {
  if (value === undefined || value === null) return undefined;
  const object = asObject(value, path);
  return { type: stringField(object, 'type'), object };
}

/** The normalizer, as options where it is BERT's: `strip_accents: null` follows `lowercase`. */
export function readNormalizer(value: unknown) {
  const stage = typeOf(value, 'normalizer');
  if (stage === undefined) return { kind: 'identity' as const, normalizer: identityNormalizer() };
  if (stage.type !== 'BertNormalizer') throw unsupported(`normalizer type "${stage.type}"`, '"BertNormalizer", null');
  const lowercase = booleanField(stage.object, 'lowercase', true);
  const options: BertNormalizerOptions = {
    cleanText: booleanField(stage.object, 'clean_text', true),
    handleChineseChars: booleanField(stage.object, 'handle_chinese_chars', true),
    stripAccents: booleanField(stage.object, 'strip_accents', lowercase),
    lowercase,
  };
  return { kind: 'bert' as const, options, normalizer: bertNormalizer(options) };
}

export function readPreTokenizer(value: unknown) {
  const stage = typeOf(value, 'pre_tokenizer');
  if (stage === undefined) return wholeText;
  if (stage.type !== 'BertPreTokenizer') {
    throw unsupported(`pre_tokenizer type "${stage.type}"`, '"BertPreTokenizer", null');
  }
  return bertPreTokenizer;
}

export function readDecoder(value: unknown): Decoder {
  const stage = typeOf(value, 'decoder');
  if (stage === undefined) return joinWithSpaces;
  if (stage.type !== 'WordPiece') throw unsupported(`decoder type "${stage.type}"`, '"WordPiece", null');
  return wordPieceDecoder({
    prefix: stringField(stage.object, 'prefix', '##'),
    cleanup: booleanField(stage.object, 'cleanup', true),
  });
}

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
