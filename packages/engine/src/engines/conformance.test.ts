import { afterAll, describe, expect, it } from 'vitest';
import { kernels } from '../kernels';
import { openOnnxEngine } from '../node';
import { gradientName, withGradients } from '../record/gradients';
import { record } from '../record/record';
import { centralDifferences, kernelCases, largestDifference, opCases, replayFloat64 } from '../testing';
import { openCpuEngine } from './replay/engine';

it('has a case for every kernel', () => {
  expect([...kernels.keys()].filter((name) => !kernelCases.some(({ kernel }) => kernel === name))).toEqual([]);
});

it('has a lowering to every target for every kernel', () => {
  for (const kernel of kernels.values()) expect(kernel.lower.onnx, kernel.name).toBeTypeOf('function');
});

describe.each([openCpuEngine(), openOnnxEngine()])('engine $name', (engine) => {
  afterAll(() => engine.close());

  it.each(kernelCases)('computes $kernel as the float64 replay does', async ({ kernel, inputs, fn }) => {
    const program = record(fn, inputs);
    expect(program.nodes.map((node) => node.kernel)).toContain(kernel);
    const expected = replayFloat64(program, inputs);
    const actual = await engine.compile(fn).run(inputs);
    for (const [name, { data, shape }] of Object.entries(expected)) {
      expect(actual[name].shape).toEqual(shape);
      expect(largestDifference(actual[name].data, data).relative, name).toBeLessThan(2e-6);
    }
  });

  it.each(opCases)('derives $op as the float64 replay does', async ({ batch, parameters, fn }) => {
    const derived = withGradients(fn, Object.keys(parameters));
    const expected = replayFloat64(record(derived, batch, parameters), { ...batch, ...parameters });
    const actual = await engine.compile(derived).run(batch, parameters);
    expect(Object.keys(actual).sort()).toEqual(['loss', ...Object.keys(parameters).map(gradientName)].sort());
    for (const [name, { data }] of Object.entries(expected))
      expect(largestDifference(actual[name].data, data).relative, name).toBeLessThan(1e-5);
  });
});

describe('gradients', () => {
  it.each(opCases)('of $op equal central differences in float64', ({ batch, parameters, fn }) => {
    const names = Object.keys(parameters);
    const derived = replayFloat64(record(withGradients(fn, names), batch, parameters), { ...batch, ...parameters });
    for (const name of names) {
      const expected = centralDifferences(fn, { batch, parameters }, name);
      expect(largestDifference(derived[gradientName(name)].data, expected.data).absolute, name).toBeLessThan(1e-7);
    }
  });
});
