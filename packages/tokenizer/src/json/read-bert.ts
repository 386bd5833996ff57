import { areAllPlain, BatchEncoder, MOST_CHARACTERS } from '../batch/batch-encoder';
import { wordPieceDecoder } from '../decoder/wordpiece';
import { type BertNormalizer, type BertNormalizerOptions, bertNormalizer } from '../normalizer/bert';
import type { Normalizer } from '../normalizer/normalizer';
import { bertPreTokenizer } from '../pre-tokenizer/bert';
import { booleanField, type JsonObject, stringField, unsupported } from './fields';
import { typeOf } from './read-stage';
import { readTemplates } from './read-template';
import { readOnlyWordPiece } from './read-wordpiece';
import type { BatchStages, Readers } from './readers';

/** A normalizer, marked where it is BERT's. */
export type ReadNormalizer = { kind: 'bert'; normalizer: BertNormalizer } | { kind: 'other'; normalizer: Normalizer };

/**
 * The readers for the files that this package makes of a `vocab.txt`: without those of other kinds of tokenizer, which then are
 * not part of a bundle.
 */
export const bertReaders: Readers = {
  normalizer: (value) => ({
    kind: 'bert',
    normalizer: readBertNormalizer(stage(value, 'normalizer', 'BertNormalizer')),
  }),
  preTokenizer(value) {
    stage(value, 'pre_tokenizer', 'BertPreTokenizer');
    return { preTokenizer: bertPreTokenizer, byteLevel: false, needsPlaces: false };
  },
  model: readOnlyWordPiece,
  postProcessor: (value) => readTemplates(stage(value, 'post_processor', 'TemplateProcessing')),
  decoder: (value) => readWordPieceDecoder(stage(value, 'decoder', 'WordPiece')),
  batchEncoder: bertBatchEncoder,
};

/** The batch encoder for BERT's own stages, where all of them are. */
export function bertBatchEncoder(stages: BatchStages): BatchEncoder | undefined {
  const { pipeline, normalization, addedTokens, maxInputCharsPerWord } = stages;
  if (normalization.kind !== 'bert' || pipeline.preTokenizer !== bertPreTokenizer) return undefined;
  if (!areAllPlain(addedTokens) || maxInputCharsPerWord === undefined) return undefined;
  if (maxInputCharsPerWord > MOST_CHARACTERS) return undefined;
  return new BatchEncoder({
    normalizer: normalization.normalizer,
    model: pipeline.model,
    addedTokens,
    maxInputCharsPerWord,
  });
}

function stage(value: unknown, path: string, expected: string): JsonObject {
  const found = typeOf(value, path);
  if (found?.type !== expected) throw unsupported(`${path} type "${found?.type ?? null}"`, `"${expected}"`);
  return found.object;
}

export function readWordPieceDecoder(object: JsonObject) {
  return wordPieceDecoder({
    prefix: stringField(object, 'prefix', '##'),
    cleanup: booleanField(object, 'cleanup', true),
  });
}

/** `strip_accents: null` follows `lowercase`. */
export function readBertNormalizer(object: JsonObject): BertNormalizer {
  const lower = booleanField(object, 'lowercase', true);
  const options: BertNormalizerOptions = {
    cleanText: booleanField(object, 'clean_text', true),
    handleChineseChars: booleanField(object, 'handle_chinese_chars', true),
    stripAccents: booleanField(object, 'strip_accents', lower),
    lowercase: lower,
  };
  return bertNormalizer(options);
}
