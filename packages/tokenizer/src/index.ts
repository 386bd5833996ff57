export type { AddedToken } from './added-tokens';
export { AttuneError } from './attune-error';
export { bpeFromJson } from './bpe-from-json';
export type { Encoding } from './encoding';
export type { TokenizerJson } from './json/tokenizer-json';
export type { TokenizerSettings } from './make-tokenizer';
export type { EncodeOptions, PaddingOptions, TruncationOptions } from './options';
export { streamDecoder } from './stream-decoder';
export type {
  DecodeOptions,
  EncodeBatchOptions,
  EncodedBatch,
  EncodedBatchWithOffsets,
  SpecialTokens,
  StreamDecoder,
  Tokenizer,
} from './tokenizer';
export { tokenizerFromJson } from './tokenizer-from-json';
export { tokenizerFromVocab, type VocabOptions } from './tokenizer-from-vocab';
export { type TrainBpeOptions, trainBpe } from './training/train-bpe';
export { type TrainWordPieceOptions, trainWordPiece } from './training/train-wordpiece';
export { wordPieceFromJson } from './wordpiece-from-json';
