import { fileURLToPath } from 'node:url';
import { openCpuEngine, record, withGradients } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { centralDifferences, largestDifference, replayFloat64 } from '@attune/engine/testing';
import { describe, expect, it } from 'vitest';
import { loadModel } from './node';
import { goldenBatch, readAll } from './testing/goldens';

/** Values and gradients of transformers, written by peers/make_fixtures.py. */
const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const engines = [openCpuEngine(), openOnnxEngine()];
/** Zero in exact arithmetic: a constant added to every key leaves the softmax as it is. */
const isKeyBias = (name: string) => /(\.key|k_lin)\.bias$/.test(name);

describe.each(['bert-single', 'bert-multi', 'distilbert-single', 'distilbert-multi'])('%s', (name) => {
  const open = async () => {
    const { model, parameters, initialised, unexpected } = await loadModel(fixtures + name);
    expect([initialised, unexpected]).toEqual([[], []]);
    return { model, parameters, io: await readAll(`${fixtures}${name}/io.safetensors`) };
  };

  // Rows that hold one sequence each, two or three, and all of them.
  it.each([9, 12, 32])('has the logits and loss of transformers, packed into rows of %i', async (rowLength) => {
    const { model, parameters, io } = await open();
    const out = await engines[1].compile(model.program).run(goldenBatch(io, rowLength), parameters);
    expect(largestDifference(out.logits.data, io.logits.data as Float32Array).relative).toBeLessThan(5e-6);
    expect(Math.abs(out.loss.data[0] / (io.loss.data[0] as number) - 1)).toBeLessThan(5e-6);
  });

  it.each(engines)('has the gradients of transformers on $name', async (engine) => {
    const { model, parameters, io } = await open();
    const names = Object.keys(parameters);
    const out = await engine.compile(withGradients(model.program, names)).run(goldenBatch(io, 12), parameters);
    for (const parameter of names) {
      const expected = io[`grad.${parameter}`].data as Float32Array;
      const { absolute, relative } = largestDifference(out[`gradient:${parameter}`].data, expected);
      if (isKeyBias(parameter)) expect(absolute, parameter).toBeLessThan(1e-6);
      else expect(relative, parameter).toBeLessThan(3e-5);
    }
  });

  it('has the gradients of central differences in float64', async () => {
    const { model, parameters, io } = await open();
    const batch = goldenBatch(io, 12);
    const parameter = 'classifier.bias';
    const out = replayFloat64(record(withGradients(model.program, [parameter]), batch, parameters), {
      ...batch,
      ...parameters,
    });
    const expected = centralDifferences(model.program, { batch, parameters }, parameter);
    expect(largestDifference(out[`gradient:${parameter}`].data, expected.data).absolute).toBeLessThan(1e-9);
  });
});
