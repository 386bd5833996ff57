import type { Encoding } from './encode/encoding';
import type { EncodeOptions, EncodeWordsOptions, PaddingOptions } from './encode/options';
import type { TokenizerJson } from './json/tokenizer-json';

/**
 * Token ids in an array of any kind. The int64 outputs of onnxruntime are a `BigInt64Array`.
 *
 * @example
 * const ids: TokenIds = BigInt64Array.of(101n, 102n);
 * const text = tokenizer.decode(ids);
 */
export type TokenIds = ArrayLike<number> | ArrayLike<bigint>;

/**
 * A tokenizer: encodes text to ids and decodes ids to text.
 *
 * Lone surrogates in a text are replaced by U+FFFD. Offsets count UTF-16 units of the original text. `encode` accepts every
 * string; it throws only if a truncation strategy cannot reach `maxLength`.
 *
 * @throws TypeError for arguments of a wrong type, AttuneError ARGUMENT_INVALID for values out of range.
 *
 * @example
 * const { tokens, offsets } = tokenizer.encode('Night nurse', { truncation: { maxLength: 16 } });
 * const { ids, starts } = tokenizer.encodeBatch(['Night nurse', 'Nursing']);
 */
export interface Tokenizer {
  /** Encodes a text, with special tokens. */
  encode(text: string, options?: EncodeOptions): Encoding;
  /** Encodes a pair of texts in one encoding. */
  encodePair(first: string, second: string, options?: EncodeOptions): Encoding;
  /** Encodes a text that is split into words: word ids index `words`, offsets are within each word. */
  encodeWords(words: readonly string[], options?: EncodeWordsOptions): Encoding;
  /** Encodes many texts to ids, with `offsets: true` also to offsets. The result is that of `encode`, many times faster. */
  encodeBatch(
    texts: readonly string[],
    options: EncodeBatchOptions & {
      /** Adds offsets to the result. */
      offsets: true;
    },
  ): EncodedBatchWithOffsets;
  /** Encodes many texts to ids. The result is that of `encode`, many times faster. */
  encodeBatch(texts: readonly string[], options?: EncodeBatchOptions): EncodedBatch;
  /** Decodes ids to text. Integers that are the id of no token are skipped; other values, such as a list of lists, are a TypeError. */
  decode(ids: TokenIds, options?: DecodeOptions): string;
  /** Decodes several lists of ids. */
  decodeBatch(batch: readonly TokenIds[], options?: DecodeOptions): string[];
  /** Decodes ids one by one, as a model generates them. */
  decodeStream(options?: Pick<DecodeOptions, 'skipSpecialTokens'>): StreamDecoder;
  /** Id of a token, or `undefined` if the tokenizer does not have it. */
  tokenToId(token: string): number | undefined;
  /** Token of an id, or `undefined` if the tokenizer does not have it. */
  idToToken(id: number | bigint): string | undefined;
  /** Largest id plus 1: the required number of rows of an embedding table. */
  readonly vocabSize: number;
  /** Id of the unknown token; `undefined` if the model has no such token. */
  readonly unkId: number | undefined;
  /** Id of the padding token; `undefined` if the vocabulary lacks it. */
  readonly padId: number | undefined;
  /** Id of `[CLS]`; `undefined` if the vocabulary lacks it. */
  readonly clsId: number | undefined;
  /** Id of `[SEP]`; `undefined` if the vocabulary lacks it. */
  readonly sepId: number | undefined;
  /** Id of `[MASK]`; `undefined` if the vocabulary lacks it. */
  readonly maskId: number | undefined;
  /** Maximum number of tokens that the model accepts, from `tokenizer_config.json`; `undefined` if there is no limit. */
  readonly modelMaxLength: number | undefined;
  /** Side from which texts that are too long lose tokens, unless `truncation.direction` is given; default `right`. */
  readonly truncationSide?: 'right' | 'left';
  /** A copy of the tokenizer's `tokenizer.json`; `loadTokenizer` adds the tokens and settings of the other files in the directory. */
  toJson(): TokenizerJson;
}

/**
 * Options of `encodeBatch`: those of `encode`, except that padding must be requested here.
 *
 * @example
 * const options = { offsets: true, padding: { padToMultipleOf: 8 } } as const;
 * const { ids, offsets } = tokenizer.encodeBatch(['Night nurse', 'Nursing'], options);
 */
export interface EncodeBatchOptions extends EncodeOptions {
  /** How encodings are padded; default false, regardless of the setting in the tokenizer's file. */
  readonly padding?: false | PaddingOptions;
  /** Whether to compute offsets; default false. */
  readonly offsets?: boolean;
}

/**
 * Ids of many texts, concatenated: text `i` is `ids[starts[i] … starts[i + 1])`.
 *
 * @example
 * const { ids, starts } = tokenizer.encodeBatch(['Night nurse', 'Nursing']);
 * const second = ids.subarray(starts[1], starts[2]);
 */
export interface EncodedBatch {
  /** [tokens of all texts] */
  readonly ids: Int32Array;
  /** [texts + 1] */
  readonly starts: Int32Array;
}

/**
 * A batch with offsets of each token.
 *
 * @example
 * const { starts, offsets } = tokenizer.encodeBatch(texts, { offsets: true });
 * const firstToken = texts[1].slice(offsets[2 * starts[1]], offsets[2 * starts[1] + 1]);
 */
export interface EncodedBatchWithOffsets extends EncodedBatch {
  /**
   * `[2 × tokens]`: token `t` covers the UTF-16 units `[offsets[2t], offsets[2t + 1])` of its text; 0, 0 for added
   * tokens.
   */
  readonly offsets: Int32Array;
}

/**
 * Options of `decode`.
 *
 * @example
 * tokenizer.decode(ids, { skipSpecialTokens: false }); // '[CLS] night nurse [SEP]'
 * tokenizer.decode(ids, { cleanUpTokenizationSpaces: true });
 */
export interface DecodeOptions {
  /** Whether to skip special tokens; default true. */
  readonly skipSpecialTokens?: boolean;
  /**
   * Whether to drop the spaces before punctuation and around English contractions, as in transformers; default false.
   */
  readonly cleanUpTokenizationSpaces?: boolean;
}

/**
 * Decodes ids one by one. The concatenated results of `push` and `end` equal the text of `decode`.
 *
 * Text that a later token may change is held back: an incomplete character, a run of bytes that
 * another byte may make invalid, the end of the last word.
 *
 * @example
 * const stream = tokenizer.decodeStream();
 * for (const id of ids) process.stdout.write(stream.push(id));
 * process.stdout.write(stream.end());
 */
export interface StreamDecoder {
  /** Returns the text that became final with this id; may be empty. Throws TypeError for a value that is not an integer. */
  push(id: number | bigint): string;
  /** Returns the rest of the text. */
  end(): string;
}

/**
 * Special tokens by their role; the defaults are `[PAD]`, `[UNK]`, `[CLS]`, `[SEP]` and `[MASK]`.
 *
 * @example
 * const specialTokens = { padToken: '<pad>', unkToken: '<unk>' };
 * const tokenizer = tokenizerFromJson(json, { specialTokens });
 */
export interface SpecialTokens {
  /** Pads encodings. */
  readonly padToken: string;
  /** Replaces text that the vocabulary cannot represent. */
  readonly unkToken: string;
  /** Starts an encoding; classifiers read its hidden state. */
  readonly clsToken: string;
  /** Ends each text of an encoding. */
  readonly sepToken: string;
  /** Masks a token that the model predicts. */
  readonly maskToken: string;
}

/** Special tokens of BERT. */
export const bertSpecialTokens: SpecialTokens = {
  padToken: '[PAD]',
  unkToken: '[UNK]',
  clsToken: '[CLS]',
  sepToken: '[SEP]',
  maskToken: '[MASK]',
};
