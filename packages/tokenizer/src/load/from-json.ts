import { bertBatchEncoder } from '../batch/bert-encoder';
import { wordBatchEncoder } from '../batch/word-encoder';
import { bertDecoders, readDecoder } from '../json/decoders';
import { allModels, bertModels, bpeModels } from '../json/models';
import { allNormalizers, bertNormalizers, bpeNormalizers } from '../json/normalizers';
import { allPostProcessors, bertPostProcessors } from '../json/post-processors';
import { allPreTokenizers, bertPreTokenizers, bpePreTokenizers } from '../json/pre-tokenizers';
import { readStage } from '../json/stages';
import type { Tokenizer } from '../tokenizer';
import { makeTokenizer, type Supported, type TokenizerSettings } from './make-tokenizer';

/**
 * Makes a tokenizer from a Hugging Face `tokenizer.json`, as text or parsed, for BERT, RoBERTa, XLM-R,
 * Llama, GPT-2 and related models.
 *
 * Reads WordPiece, BPE and Unigram models with their normalizers, pre-tokenizers, post-processors, decoders, added tokens,
 * truncation and padding.
 *
 * @throws AttuneError that names the field and its value: `TOKENIZER_UNSUPPORTED` for an unsupported component, `TOKENIZER_INVALID`
 * for contradictory fields, `TOKENIZER_NOT_JSON` for text that is not JSON.
 *
 * @example
 * const tokenizer = tokenizerFromJson(await (await fetch('/model/tokenizer.json')).text());
 * tokenizer.encode('Registered nurse').tokens; // ['[CLS]', 'registered', 'nurse', '[SEP]']
 */
export function tokenizerFromJson(json: string | object, settings: TokenizerSettings = {}): Tokenizer {
  return makeTokenizer(json, settings, allStages);
}

const allStages: Supported = {
  normalizers: allNormalizers,
  preTokenizers: allPreTokenizers,
  models: allModels,
  postProcessors: allPostProcessors,
  readDecoder,
  batchEncoder: (stages) => bertBatchEncoder(stages) ?? wordBatchEncoder(stages),
};

/**
 * The same as `tokenizerFromJson` for BERT models only, at little more than half the bundle size: WordPiece with
 * BERT's normalizer and pre-tokenizer, a template and the WordPiece decoder.
 *
 * @throws AttuneError as `tokenizerFromJson`; other stages are `TOKENIZER_UNSUPPORTED`.
 *
 * @example
 * const tokenizer = wordPieceFromJson(await (await fetch('/model/tokenizer.json')).text());
 * tokenizer.encode('Registered nurse').tokens; // ['[CLS]', 'registered', 'nurse', '[SEP]']
 */
export function wordPieceFromJson(json: string | object, settings: TokenizerSettings = {}): Tokenizer {
  return makeTokenizer(json, settings, bertStages);
}

/** The stages of BERT, which are also those of a `vocab.txt`. */
export const bertStages: Supported = {
  normalizers: bertNormalizers,
  preTokenizers: bertPreTokenizers,
  models: bertModels,
  postProcessors: bertPostProcessors,
  readDecoder: (value) => readStage(value, bertDecoders),
  batchEncoder: bertBatchEncoder,
};

/**
 * The same as `tokenizerFromJson` for Llama and GPT-2 only, at two thirds of the bundle size: BPE with the
 * normalizers `Prepend` and `Replace` and the pre-tokenizers `ByteLevel`, `Metaspace` and `Split`.
 *
 * @throws AttuneError as `tokenizerFromJson`; other stages are `TOKENIZER_UNSUPPORTED`.
 *
 * @example
 * const tokenizer = bpeFromJson(await (await fetch('/model/tokenizer.json')).text());
 * const { ids } = tokenizer.encode('Registered nurse');
 */
export function bpeFromJson(json: string | object, settings: TokenizerSettings = {}): Tokenizer {
  return makeTokenizer(json, settings, bpeStages);
}

const bpeStages: Supported = {
  normalizers: bpeNormalizers,
  preTokenizers: bpePreTokenizers,
  models: bpeModels,
  postProcessors: allPostProcessors,
  readDecoder,
  batchEncoder: wordBatchEncoder,
};
