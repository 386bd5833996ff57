export type { EncoderLimits } from './limits';
export { type EncoderTest, type TestEncoderOptions, testEncoder } from './test-encoder';
