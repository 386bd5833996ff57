import { bpeReaders } from './json/read-bpe-stages';
import { makeTokenizer, type TokenizerSettings } from './make-tokenizer';
import type { Tokenizer } from './tokenizer';

/**
 * `tokenizerFromJson` for the files of Llama and GPT-2 alone, at three quarters of the size in a bundle: BPE behind `Prepend`,
 * `Replace`, `ByteLevel`, `Metaspace` and `Split`. Anything else is an AttuneError (`TOKENIZER_UNSUPPORTED`).
 *
 * ```ts
 * const tokenizer = bpeFromJson(await (await fetch('/model/tokenizer.json')).text());
 * ```
 */
export function bpeFromJson(json: string | object, settings: TokenizerSettings = {}): Tokenizer {
  return makeTokenizer(json, settings, bpeReaders);
}
