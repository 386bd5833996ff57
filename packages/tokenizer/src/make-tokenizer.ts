import { addedTokenMatchers } from './added-tokens';
import { AttuneError } from './attune-error';
import { encodeBatch } from './batch/encode-batch';
import { cleanUpSpaces } from './decoder/wordpiece';
import { encodeSequences } from './encode-sequences';
import { asObject, stringField, unsupported } from './json/fields';
import { readAddedTokens, readPadding, readTruncation } from './json/read-stages';
import type { Readers } from './json/readers';
import type { TokenizerJson } from './json/tokenizer-json';
import { checkString, checkStrings, describe } from './options';
import { spaceCounter } from './post-processor/trim-offsets';
import { encodeSequence, encodeWordSequence, type Pipeline } from './sequence';
import { tokenTable } from './token-table';
import { BERT_SPECIAL_TOKENS, type DecodeOptions, type SpecialTokens, type Tokenizer } from './tokenizer';

/** What `tokenizer.json` does not say; `tokenizer_config.json` does. */
export interface TokenizerSettings {
  specialTokens?: Partial<SpecialTokens>;
  modelMaxLength?: number;
}

/** Makes a tokenizer of a `tokenizer.json`, its stages read by `readers`. */
export function makeTokenizer(json: string | object, settings: TokenizerSettings, readers: Readers): Tokenizer {
  const source = typeof json === 'string' ? parseJson(json) : json;
  const stages = readTokenizerJson(source, readers);
  const { pipeline, tokens, defaults, processor, batchEncoder } = stages;
  const roles = { ...BERT_SPECIAL_TOKENS, ...settings.specialTokens };
  const padId = tokens.idOf(roles.padToken);
  const context = {
    processor,
    tokenOf: (id: number) => tokens.tokenOf(id) ?? '',
    defaults: { ...defaults, padId: defaults.padding?.padId ?? padId ?? 0 },
  };
  const decode = (ids: ArrayLike<number>, options: DecodeOptions = {}) => {
    const text = tokens.decode(ids, options.skipSpecialTokens ?? true);
    return options.cleanUpTokenizationSpaces ? cleanUpSpaces(text) : text;
  };
  return {
    encode(text, options = {}) {
      checkString('encode', 'text', text);
      return encodeSequences('encode', [encodeSequence(pipeline, text)], options, context);
    },
    encodePair(first, second, options = {}) {
      checkString('encodePair', 'first', first);
      checkString('encodePair', 'second', second);
      const sequences = [encodeSequence(pipeline, first), encodeSequence(pipeline, second)];
      return encodeSequences('encodePair', sequences, options, context);
    },
    encodeWords(words, options = {}) {
      checkStrings('encodeWords', 'words', words);
      return encodeSequences('encodeWords', [encodeWordSequence(pipeline, words)], options, context);
    },
    encodeBatch: ((texts, options = {}) => {
      checkStrings('encodeBatch', 'texts', texts);
      return encodeBatch(texts, options, { ...context, pipeline, batchEncoder });
    }) as Tokenizer['encodeBatch'],
    decode,
    decodeBatch: (batch, options = {}) => batch.map((ids) => decode(ids, options)),
    decodeStream: ({ skipSpecialTokens = true } = {}) => tokens.streamDecode(skipSpecialTokens),
    tokenToId: tokens.idOf,
    idToToken: tokens.tokenOf,
    vocabSize: tokens.size,
    unkId: pipeline.model.unkId,
    padId,
    clsId: tokens.idOf(roles.clsToken),
    sepId: tokens.idOf(roles.sepToken),
    maskId: tokens.idOf(roles.maskToken),
    modelMaxLength: settings.modelMaxLength,
    toJson: () => structuredClone(source) as TokenizerJson,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AttuneError('TOKENIZER_NOT_JSON', `tokenizer.json: JSON expected, but ${reason}; is the file complete?`, {
      cause,
    });
  }
}

function readTokenizerJson(source: unknown, readers: Readers) {
  const file = asObject(source, '');
  const version = stringField(file, 'version', '1.0');
  if (version !== '1.0') throw unsupported(`version ${describe(version)}`, '"1.0"');
  const normalization = readers.normalizer(file.fields.normalizer);
  const { preTokenizer, byteLevel, needsPlaces } = readers.preTokenizer(file.fields.pre_tokenizer);
  const { model, maxInputCharsPerWord } = readers.model(file.fields.model, { byteLevel });
  const addedTokens = readAddedTokens(file.fields.added_tokens, model.vocabulary);
  const { normalizer } = normalization;
  const processor = readers.postProcessor(file.fields.post_processor);
  const decoder = readers.decoder(file.fields.decoder);
  const tokens = tokenTable(model.vocabulary, addedTokens, {
    decoder,
    normalize: (text) => normalizer.normalize(text).text,
  });
  const pipeline: Pipeline = {
    addedTokens: addedTokenMatchers(addedTokens, normalizer),
    normalizer,
    preTokenizer,
    model,
    spacesOf: processor.trim?.length ? spaceCounter(tokens.tokenOf) : undefined,
  };
  return {
    pipeline,
    processor,
    tokens,
    defaults: { truncation: readTruncation(file.fields.truncation), padding: readPadding(file.fields.padding) },
    batchEncoder: readers.batchEncoder({ pipeline, normalization, addedTokens, maxInputCharsPerWord, needsPlaces }),
  };
}
