export { AttuneError, type AttuneErrorCode, isAttuneError } from '@attune/internal';
export { tokenBytes } from './decoder/token-bytes';
export type { Encoding } from './encode/encoding';
export type { EncodeOptions, EncodeWordsOptions, PaddingOptions, TruncationOptions } from './encode/options';
export type { TokenizerJson } from './json/tokenizer-json';
export { bpeFromJson, tokenizerFromJson, wordPieceFromJson } from './load/from-json';
export { tokenizerFromVocab, type VocabOptions } from './load/from-vocab';
export type { TokenizerSettings } from './load/make-tokenizer';
export type {
  DecodeOptions,
  EncodeBatchOptions,
  EncodedBatch,
  EncodedBatchWithOffsets,
  SpecialTokens,
  StreamDecoder,
  TokenIds,
  Tokenizer,
} from './tokenizer';
export { type TrainBpeOptions, trainBpe } from './training/train-bpe';
export { type TrainWordPieceOptions, trainWordPiece } from './training/train-wordpiece';
