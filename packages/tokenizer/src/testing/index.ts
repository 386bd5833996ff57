export type { GoldenEncoding, TokenizerGoldens } from './golden-checks';
export { type TestTokenizerOptions, type TokenizerTest, testTokenizer } from './test-tokenizer';
