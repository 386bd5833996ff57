import { replayFloat64 } from '../compile/replay';
import { gradientName, record, withGradients } from '../record/record';
import { type EngineLimits, type EngineTest, near, same } from './engine-test';
import { fiftySteps } from './fifty-steps';
import { kernelCases } from './kernel-cases';
import { opCases } from './op-cases';
import { trainingTests } from './training-tests';

/** Tolerances that Attune's engines keep on a processor. */
const defaultLimits: EngineLimits = { kernels: 2e-6, gradients: 1e-5, steps: 2e-6, losses: 1e-5 };

/**
 * Conformance tests of an engine: values of each kernel and gradients of each operation, against float64; steps of every
 * optimizer, against PyTorch's formulas; accumulation, state, and bitwise resumption; fifty steps of a transformer with
 * dropout; and error messages.
 *
 * The tests are independent of a test framework: register them with yours.
 *
 * @param limits tolerances, default those of the engines on a processor
 *
 * @example
 * const engine = await openEngine({ name: 'wasm' });
 * describe('wasm', () => it.each(testEngine())('$title', ({ run }) => run(engine)));
 */
export function testEngine(limits: Partial<EngineLimits> = {}): readonly EngineTest[] {
  const own = { ...defaultLimits, ...limits };
  return [...computingTests(own), ...trainingTests(own), fiftySteps(own)];
}

/** Compares every kernel's values, and every fused operation's gradients, with the float64 replay. */
function computingTests(limits: EngineLimits): readonly EngineTest[] {
  const kernels = kernelCases.map(({ kernel, inputs, fn }) => ({
    title: `computes ${kernel}`,
    run: async (engine) => {
      const expected = replayFloat64(record(fn, inputs), inputs);
      const actual = await engine.compile(fn).run(inputs);
      for (const [name, { data, shape }] of Object.entries(expected)) {
        same(`shape of ${name}`, actual[name].shape, shape);
        near(name, actual[name].data, data, limits.kernels);
      }
    },
  })) satisfies EngineTest[];
  const gradients = opCases.map(({ op, batch, parameters, fn }) => ({
    title: `derives ${op}`,
    run: async (engine) => {
      const derived = withGradients(fn, Object.keys(parameters));
      const expected = replayFloat64(record(derived, batch, parameters), { ...batch, ...parameters });
      const actual = await engine.compile(derived).run(batch, parameters);
      const names = ['loss', ...Object.keys(parameters).map(gradientName)];
      same('outputs', Object.keys(actual).sort(), names.sort());
      for (const [name, { data }] of Object.entries(expected)) near(name, actual[name].data, data, limits.gradients);
    },
  })) satisfies EngineTest[];
  return [...kernels, ...gradients];
}
