import { fileURLToPath } from 'node:url';
import { openCpuEngine, record, withGradients } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { centralDifferences, largestDifference, replayFloat64 } from '@attune/engine/testing';
import { describe, expect, it } from 'vitest';
import { packSequences } from '../batch';
import { loadModel } from '../node';
import { nextTokens, selectLabeled } from '../select-tokens';
import { testEncoder } from '../testing';
import { readAll } from '../testing/golden';
import { ropeFrequencies } from './rope';

/** Values and gradients of transformers, written by fixtures/make_llama.py. */
const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const engines = [openCpuEngine(), openOnnxEngine()];

describe.each(['llama-llama3', 'llama-linear'])('%s', (name) => {
  const tests = testEncoder({ directory: fixtures + name, task: 'causal-lm', engines, lacks: ['steps'] });
  it.each(tests)('$title', ({ run }) => run());

  it("has the reference's frequencies", async () => {
    const { frequencies } = await readAll(`${fixtures}${name}/io.safetensors`);
    const { headDim, rope } = (await loadModel(fixtures + name, { task: 'causal-lm' })).model.config.decoder!;
    const { relative } = largestDifference(
      Float64Array.from(ropeFrequencies(headDim, rope)),
      frequencies.data as Float32Array,
    );
    expect(relative).toBeLessThan(1e-7);
  });

  it('has the gradients of central differences in float64', async () => {
    const { model, parameters } = await loadModel(fixtures + name, { task: 'causal-lm' });
    const sequences = [
      [1, 7, 9, 3, 7],
      [1, 8, 2],
    ];
    const packed = packSequences(
      sequences.map((ids) => ({ ids })),
      { rowLength: 10 },
    );
    const batch = { ...selectLabeled(packed, sequences.map(nextTokens)) };
    for (const parameter of ['model.norm.weight', 'model.layers.0.input_layernorm.weight']) {
      const program = record(withGradients(model.program, [parameter]), batch, parameters);
      const out = replayFloat64(program, { ...batch, ...parameters });
      const expected = centralDifferences(model.program, { batch, parameters }, parameter);
      expect(largestDifference(out[`gradient:${parameter}`].data, expected.data).absolute).toBeLessThan(1e-8);
    }
  });
});
