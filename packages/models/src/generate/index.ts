export type { DecoderFile, DecoderTensor } from './file-decoding';
export { endTokens, type GeneratedToken, type GenerateOptions, type Sampling } from './options';
export { type GeneratedTokens, type TokenGenerator, tokenGenerator } from './token-generator';
