import { fileURLToPath } from 'node:url';
import { int32, openCpuEngine, record, withGradients } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { centralDifferences, largestDifference, replayFloat64 } from '@attune/engine/testing';
import { describe, expect, it } from 'vitest';
import { tinyDecoders } from '../../test/tiny';
import { packSequences } from '../batch';
import { parseModelConfig } from '../config';
import { loadModel } from '../node';
import { nextTokens, selectLabeled } from '../select-tokens';
import { testEncoder } from '../testing';
import { readAll, readGoldenJson } from '../testing/golden';
import { ropeFrequencies, rotationAt } from './rope';

/** Values and gradients of transformers, written by fixtures/make_decoders.py. */
const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const engines = [openCpuEngine(), openOnnxEngine()];

describe.each(['llama-single', 'qwen3-single', 'gemma3-single'])('%s', (name) => {
  const task = 'sequence-classification';
  const tests = testEncoder({ directory: fixtures + name, task, engines, lacks: ['steps'] });
  it.each(tests)('$title', ({ run }) => run());
});

describe.each(tinyDecoders)('%s', (name) => {
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

interface Table {
  readonly head_dim: number;
  readonly max_position_embeddings: number;
  readonly rope_parameters: Readonly<Record<string, unknown>>;
  readonly frequencies: readonly number[];
  readonly attention_factor: number;
}

describe.each(readGoldenJson<readonly Table[]>(`${fixtures}rope.json`))('$rope_parameters', (table) => {
  const { head_dim, max_position_embeddings, rope_parameters } = table;
  const json = { model_type: 'llama', num_attention_heads: 1, head_dim, max_position_embeddings };
  const ropeOf = (more: object) => parseModelConfig({ ...json, ...more }, 'config.json').decoder!.rope;
  const { rope_theta, ...rope_scaling } = rope_parameters;
  const rope = ropeOf({ rope_parameters });

  it("has transformers' table, from the file of either version", () => {
    const frequencies = Float64Array.from(ropeFrequencies(head_dim, rope));
    for (const [i, expected] of table.frequencies.entries())
      expect(Math.abs(frequencies[i] / expected - 1)).toBeLessThan(3e-6);
    expect(ropeOf({ rope_theta, rope_scaling })).toEqual(rope);
  });

  it('turns by its angles, and makes longer by its factor', () => {
    const positionIds = int32([0, 3, 11]);
    const program = record(({ positionIds }) => ({ ...rotationAt(positionIds, head_dim, rope) }), { positionIds });
    const { cosines, sines } = replayFloat64(program, { positionIds });
    for (const [token, position] of [0, 3, 11].entries())
      for (const [i, frequency] of table.frequencies.entries()) {
        const at = token * table.frequencies.length + i;
        const [cos, sin] = [Math.cos, Math.sin].map((turn) => table.attention_factor * turn(position * frequency));
        expect(Math.abs(cosines.data[at] - cos)).toBeLessThan(3e-5);
        expect(Math.abs(sines.data[at] - sin)).toBeLessThan(3e-5);
      }
  });
});
