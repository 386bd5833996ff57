import { bertReaders } from './json/read-bert';
import { makeTokenizer, type TokenizerSettings } from './make-tokenizer';
import type { Tokenizer } from './tokenizer';

/**
 * `tokenizerFromJson` for the files of BERT models alone, at little more than half the size in a bundle: WordPiece with BERT's
 * normalizer and pre-tokenizer, a template and the WordPiece decoder. Anything else is an AttuneError (`TOKENIZER_UNSUPPORTED`).
 *
 * ```ts
 * const tokenizer = wordPieceFromJson(await (await fetch('/model/tokenizer.json')).text());
 * ```
 */
export function wordPieceFromJson(json: string | object, settings: TokenizerSettings = {}): Tokenizer {
  return makeTokenizer(json, settings, bertReaders);
}
