import { addedTokenMatchers } from './added-tokens';
import { AttuneError } from './attune-error';
import { areAllPlain, BatchEncoder } from './batch/batch-encoder';
import { encodeBatch } from './batch/encode-batch';
import { encodeSequences } from './encode-sequences';
import { asObject, stringField, unsupported } from './json/fields';
import { readModel } from './json/read-model';
import { readPostProcessor } from './json/read-post-processor';
import {
  readAddedTokens,
  readDecoder,
  readNormalizer,
  readPadding,
  readPreTokenizer,
  readTruncation,
} from './json/read-stages';
import type { TokenizerJson } from './json/tokenizer-json';
import { checkString, checkStrings, describe } from './options';
import { bertPreTokenizer } from './pre-tokenizer/bert';
import { encodeSequence, encodeWordSequence, type Pipeline } from './sequence';
import { tokenTable } from './token-table';
import { BERT_SPECIAL_TOKENS, type SpecialTokens, type Tokenizer } from './tokenizer';

/** What `tokenizer.json` does not say; `tokenizer_config.json` does. */
export interface TokenizerSettings {
  specialTokens?: Partial<SpecialTokens>;
  modelMaxLength?: number;
}

/**
 * Makes a tokenizer of the contents of a Hugging Face `tokenizer.json`, as BERT and DistilBERT have it.
 *
 * Reads WordPiece models with BERT's normalizer and pre-tokenizer, templates, added tokens, truncation and padding. Throws
 * an AttuneError that names the field and the value for anything else (`TOKENIZER_UNSUPPORTED`), for a file that contradicts
 * itself (`TOKENIZER_INVALID`) and for text that is no JSON (`TOKENIZER_NOT_JSON`).
 *
 * ```ts
 * const tokenizer = tokenizerFromJson(await (await fetch('/model/tokenizer.json')).text());
 * tokenizer.encode('Registered nurse').tokens; // ['[CLS]', 'registered', 'nurse', '[SEP]']
 * ```
 */
export function tokenizerFromJson(json: string | object, settings: TokenizerSettings = {}): Tokenizer {
  const source = typeof json === 'string' ? parseJson(json) : json;
  const stages = readTokenizerJson(source);
  const { pipeline, tokens, defaults, processor, batchEncoder } = stages;
  const roles = { ...BERT_SPECIAL_TOKENS, ...settings.specialTokens };
  const padId = tokens.idOf(roles.padToken);
  const context = {
    processor,
    tokenOf: (id: number) => tokens.tokenOf(id) ?? '',
    defaults: { ...defaults, padId: defaults.padding?.padId ?? padId ?? 0 },
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
    encodeBatch(texts, options = {}) {
      checkStrings('encodeBatch', 'texts', texts);
      return encodeBatch(texts, options, { ...context, pipeline, batchEncoder });
    },
    decode: (ids, options = {}) => tokens.decode(ids, options.skipSpecialTokens ?? true),
    decodeBatch: (batch, options = {}) => batch.map((ids) => tokens.decode(ids, options.skipSpecialTokens ?? true)),
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

function readTokenizerJson(source: unknown) {
  const file = asObject(source, '');
  const version = stringField(file, 'version', '1.0');
  if (version !== '1.0') throw unsupported(`version ${describe(version)}`, '"1.0"');
  const { model, maxInputCharsPerWord } = readModel(file.fields.model);
  const normalization = readNormalizer(file.fields.normalizer);
  const addedTokens = readAddedTokens(file.fields.added_tokens, model.vocabulary);
  const pipeline: Pipeline = {
    addedTokens: addedTokenMatchers(addedTokens, normalization.normalizer),
    normalizer: normalization.normalizer,
    preTokenizer: readPreTokenizer(file.fields.pre_tokenizer),
    model,
  };
  const known = normalization.kind === 'bert' && pipeline.preTokenizer === bertPreTokenizer && areAllPlain(addedTokens);
  return {
    pipeline,
    processor: readPostProcessor(file.fields.post_processor),
    tokens: tokenTable(model.vocabulary, addedTokens, readDecoder(file.fields.decoder)),
    defaults: { truncation: readTruncation(file.fields.truncation), padding: readPadding(file.fields.padding) },
    batchEncoder: known
      ? new BatchEncoder({ normalizer: normalization.normalizer, model, addedTokens, maxInputCharsPerWord })
      : undefined,
  };
}
