import { afterAll, describe, expect, it } from 'vitest';
import { openOnnxEngine } from '../node';
import { kernels } from '../ops/kernels';
import { gradientName, record, withGradients } from '../record/record';
import { centralDifferences, kernelCases, largestDifference, opCases, replayFloat64, testEngine } from '../testing';
import { openCpuEngine, openWasmEngine } from './tfjs';

it('has a case for every kernel, which calls it', () => {
  expect([...kernels.keys()].filter((name) => !kernelCases.some(({ kernel }) => kernel === name))).toEqual([]);
  for (const { kernel, inputs, fn } of kernelCases)
    expect(record(fn, inputs).nodes.map((node) => node.kernel)).toContain(kernel);
});

it('has a lowering to every target for every kernel', () => {
  for (const { name, lower } of kernels.values()) {
    expect(lower.onnx, name).toBeTypeOf('function');
    expect(lower.tensorflow, name).toBeTypeOf('function');
  }
});

describe.each([openCpuEngine(), await openWasmEngine(), openOnnxEngine()])('engine $name', (engine) => {
  afterAll(() => engine.close());
  it.each(testEngine())('$title', ({ run }) => run(engine));
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
