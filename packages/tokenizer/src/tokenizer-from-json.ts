import { bertBatchEncoder } from './json/read-bert';
import { wordBatchEncoder } from './json/read-bpe-stages';
import { readDecoder } from './json/read-decoder';
import { readModel } from './json/read-model';
import { morePreTokenizers } from './json/read-more-pre-tokenizers';
import { readNormalizer } from './json/read-normalizer';
import { readPostProcessor } from './json/read-post-processor';
import { readPreTokenizer } from './json/read-pre-tokenizer';
import type { Readers } from './json/readers';
import { makeTokenizer, type TokenizerSettings } from './make-tokenizer';
import type { Tokenizer } from './tokenizer';

const allReaders: Readers = {
  normalizer: readNormalizer,
  preTokenizer: (value) => readPreTokenizer(value, 'pre_tokenizer', morePreTokenizers),
  model: readModel,
  postProcessor: readPostProcessor,
  decoder: readDecoder,
  batchEncoder: (stages) => bertBatchEncoder(stages) ?? wordBatchEncoder(stages),
};

/**
 * Makes a tokenizer of the contents of a Hugging Face `tokenizer.json`, as BERT, Llama and GPT-2 have it.
 *
 * Reads WordPiece and BPE models with their normalizers, pre-tokenizers, templates, decoders, added tokens, truncation and
 * padding. Throws an AttuneError that names the field and the value for anything else (`TOKENIZER_UNSUPPORTED`), for a file that contradicts
 * itself (`TOKENIZER_INVALID`) and for text that is no JSON (`TOKENIZER_NOT_JSON`).
 *
 * ```ts
 * const tokenizer = tokenizerFromJson(await (await fetch('/model/tokenizer.json')).text());
 * tokenizer.encode('Registered nurse').tokens; // ['[CLS]', 'registered', 'nurse', '[SEP]']
 * ```
 */
export function tokenizerFromJson(json: string | object, settings: TokenizerSettings = {}): Tokenizer {
  return makeTokenizer(json, settings, allReaders);
}
