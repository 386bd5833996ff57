import { replayFloat64 } from '../../engines/replay/float64';
import { gradientName, withGradients } from '../../record/gradients';
import { record } from '../../record/record';
import { kernelCases } from '../kernel-cases';
import { opCases } from '../op-cases';
import { type EngineLimits, type EngineTest, near, same } from './engine-test';

/** Every kernel's values, and every fused operation's gradients, are those of the float64 replay. */
export function computingTests(limits: EngineLimits): readonly EngineTest[] {
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
