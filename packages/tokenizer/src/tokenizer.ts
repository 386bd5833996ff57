import type { Encoding } from './encoding';
import type { TokenizerJson } from './json/tokenizer-json';
import type { EncodeOptions, PaddingOptions } from './options';

/** The ids of many texts, laid end to end: text `i` is `ids[starts[i] … starts[i + 1])`. */
export interface EncodedBatch {
  ids: Int32Array;
  /** One entry more than there are texts. */
  starts: Int32Array;
}

/** As `EncodeOptions`, but nothing is padded unless it is asked for here, whatever the tokenizer's file says. */
export interface EncodeBatchOptions extends EncodeOptions {
  padding?: false | PaddingOptions;
  /** Whether to give offsets too; default false. */
  offsets?: boolean;
}

/** A batch with the place of each token. */
export interface EncodedBatchWithOffsets extends EncodedBatch {
  /** As an `Encoding` has them: token `t` of `ids` stands for the UTF-16 units `[offsets[2t], offsets[2t + 1])` of its text. */
  offsets: Int32Array;
}

export interface DecodeOptions {
  /** Default true. */
  skipSpecialTokens?: boolean;
  /** Takes out the spaces before punctuation and around English contractions, as `transformers` can; default false. */
  cleanUpTokenizationSpaces?: boolean;
}

/** Turns ids into text as they come; see `streamDecoder`. */
export interface StreamDecoder {
  /** What has become certain with this id; often the text of the id before it, and sometimes nothing. */
  push(id: number): string;
  /** What is left. */
  end(): string;
}

/**
 * Text to ids and back.
 *
 * Lone surrogates in a text are taken for U+FFFD; offsets are UTF-16 units of the text as it was given. A wrong kind of
 * argument is a TypeError, a wrong value (or a text that a truncation strategy cannot shorten) a RangeError; no string
 * makes `encode` throw.
 */
export interface Tokenizer {
  /** The tokens of a text, with special tokens. */
  encode(text: string, options?: EncodeOptions): Encoding;
  /** The tokens of a pair of texts in one encoding. */
  encodePair(first: string, second: string, options?: EncodeOptions): Encoding;
  /** The tokens of a text split into words already: word ids index `words`, offsets are within each word. */
  encodeWords(words: readonly string[], options?: EncodeOptions): Encoding;
  /** The ids of many texts, and their offsets where they are asked for, the fast way: no object a token. */
  encodeBatch(texts: readonly string[], options: EncodeBatchOptions & { offsets: true }): EncodedBatchWithOffsets;
  encodeBatch(texts: readonly string[], options?: EncodeBatchOptions): EncodedBatch;
  /** The text that ids stand for; ids that no token has are left out. */
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string;
  decodeBatch(batch: readonly ArrayLike<number>[], options?: DecodeOptions): string[];
  /** `decode` id by id, for a model that writes. */
  decodeStream(options?: Pick<DecodeOptions, 'skipSpecialTokens'>): StreamDecoder;
  tokenToId(token: string): number | undefined;
  idToToken(id: number): string | undefined;
  /** The largest id plus 1: the rows that a model's embedding needs. */
  readonly vocabSize: number;
  /** Special tokens that the vocabulary lacks are `undefined`. */
  readonly unkId: number | undefined;
  readonly padId: number | undefined;
  readonly clsId: number | undefined;
  readonly sepId: number | undefined;
  readonly maskId: number | undefined;
  /** The most tokens its model reads, where `tokenizer_config.json` says so. */
  readonly modelMaxLength: number | undefined;
  /** The contents of its `tokenizer.json`: what was loaded, unchanged. */
  toJson(): TokenizerJson;
}

/** What special tokens are called; by default `[PAD]`, `[UNK]`, `[CLS]`, `[SEP]`, `[MASK]`. */
export interface SpecialTokens {
  padToken: string;
  unkToken: string;
  clsToken: string;
  sepToken: string;
  maskToken: string;
}

export const BERT_SPECIAL_TOKENS: Readonly<SpecialTokens> = {
  padToken: '[PAD]',
  unkToken: '[UNK]',
  clsToken: '[CLS]',
  sepToken: '[SEP]',
  maskToken: '[MASK]',
};
