export type { AddedToken } from './added-tokens';
export { AttuneError } from './attune-error';
export type { Encoding } from './encoding';
export type { TokenizerJson } from './json/tokenizer-json';
export type { EncodeOptions, PaddingOptions, TruncationOptions } from './options';
export type {
  DecodeOptions,
  EncodeBatchOptions,
  EncodedBatch,
  SpecialTokens,
  Tokenizer,
} from './tokenizer';
export { type TokenizerSettings, tokenizerFromJson } from './tokenizer-from-json';
export { tokenizerFromVocab, type VocabOptions } from './tokenizer-from-vocab';
export { type TrainWordPieceOptions, trainWordPiece } from './training/train-wordpiece';
