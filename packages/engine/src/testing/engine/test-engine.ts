import { computingTests } from './computing';
import type { EngineLimits, EngineTest } from './engine-test';
import { fiftySteps } from './fifty-steps';
import { trainingTests } from './training';

/** What the engines that come with Attune keep to on a processor. */
const defaultLimits: EngineLimits = { kernels: 2e-6, gradients: 1e-5, steps: 2e-6, losses: 1e-5 };

/**
 * What every engine must pass: each kernel's values and each operation's gradients, against plain float64; the steps of
 * every optimizer, against PyTorch's formulas; accumulation, state, resuming to the bit; fifty steps of a transformer with
 * dropout; what it must refuse.
 *
 * The tests belong to no framework: register them with yours.
 *
 * @example
 * const engine = await openEngine({ name: 'wasm' });
 * describe('wasm', () => it.each(testEngine())('$title', ({ run }) => run(engine)));
 */
export function testEngine(limits: Partial<EngineLimits> = {}): readonly EngineTest[] {
  const own = { ...defaultLimits, ...limits };
  return [...computingTests(own), ...trainingTests(own), fiftySteps(own)];
}
