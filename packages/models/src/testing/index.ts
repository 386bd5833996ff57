/**
 * Conformance tests for model families, against a reference's results, on every engine.
 *
 * @example
 * const tests = testEncoder({ directory: 'goldens/bert-token', task: 'token-classification', engines: [openOnnxEngine()] });
 * describe('bert', () => it.each(tests)('$title', ({ run }) => run()));
 *
 * @packageDocumentation
 */
export type { EncoderLimits } from './limits';
export { type EncoderTest, type TestEncoderOptions, testEncoder } from './test-encoder';
