export type { EncoderLimits } from './encoder/near';
export { type EncoderTest, type TestEncoderOptions, testEncoder } from './test-encoder';
