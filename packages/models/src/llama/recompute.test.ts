import { gradientName, int32, optimise, type Program, record, withGradients } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference, replayFloat64 } from '@attune/engine/testing';
import { expect, it } from 'vitest';
import { packSequences } from '../batch';
import { initialiseAdapter } from '../lora/initialise-adapter';
import { withLora } from '../lora/with-lora';
import { causalLanguageModel, type Model, maskedLanguageModel } from '../model';
import { nextTokens } from '../next-tokens';
import { quantised, quantiseParameters } from '../quantised/quantised';
import { readLabels } from '../read-tokens';
import { tinyConfig, tinyParameters } from '../testing/tiny';
import { withGradientCheckpointing } from './recompute';

const engine = openOnnxEngine();
const layers = 6;
const config = tinyConfig('llama', { num_hidden_layers: layers, num_key_value_heads: 1, attention_dropout: 0.2 });
const plain = causalLanguageModel(config);
const adapted = withLora(quantised(plain, { format: 'nf4' }), {
  r: 2,
  alpha: 4,
  dropout: 0.3,
  targetModules: ['q_proj', 'v_proj', 'down_proj'],
});
const weights = tinyParameters(plain);
const quantisedWeights = quantiseParameters(quantised(plain, { format: 'nf4' }), weights);

const sequences = [
  [5, 9, 2, 7, 4],
  [8, 3, 11],
];
const packed = packSequences(
  sequences.map((ids) => ({ ids })),
  { rowLength: 9 },
);
const batch = { ...readLabels(packed, sequences.map(nextTokens)), seed: int32([3, 1]) };

const cases = [
  { what: 'every weight', model: plain as Model, parameters: weights, trained: Object.keys(plain.specs) },
  {
    what: 'adapters beside a quantised base',
    model: adapted as Model,
    parameters: { ...quantisedWeights, ...initialiseAdapter(adapted, 5) },
    trained: Object.keys(adapted.specs).filter(adapted.trains),
  },
];

/** How many products of matrices a program has: what recomputing adds. */
const products = ({ nodes }: Program) =>
  nodes.filter(({ kernel }) => kernel === 'BatchMatMul' || kernel === 'QuantizedLinear').length;

/** The most bytes of computed values that are alive at once, nodes in order. */
function peak({ nodes, values, outputs }: Program): number {
  const last = new Map<number, number>();
  nodes.forEach(({ inputs }, index) => {
    for (const value of Object.values(inputs)) last.set(value, index);
  });
  for (const value of Object.values(outputs)) last.set(value, nodes.length);
  const bytes = (value: number) => 4 * values[value].shape.reduce((a, b) => a * b, 1);
  const computed = new Set(nodes.flatMap((node) => node.outputs));
  let [alive, most] = [0, 0];
  nodes.forEach(({ inputs, outputs }, index) => {
    for (const value of outputs) alive += bytes(value);
    most = Math.max(most, alive);
    for (const value of new Set([...Object.values(inputs), ...outputs]))
      if (computed.has(value) && (last.get(value) ?? -1) === index) alive -= bytes(value);
  });
  return most;
}

it.each(cases)('has the loss and the gradients of $what, and computes layers twice', async (given) => {
  const { model, parameters, trained } = given;
  const [once, twice] = [model, withGradientCheckpointing(model)].map(({ program }) => withGradients(program, trained));
  const [kept, recomputed] = [once, twice].map((fn) => optimise(record(fn, batch, parameters)));
  const [expected, exact] = [kept, recomputed].map((program) => replayFloat64(program, { ...batch, ...parameters }));
  expect(exact.loss.data).toEqual(expected.loss.data);
  for (const name of trained.map(gradientName)) {
    expect(largestDifference(exact[name].data, expected[name].data).relative, name).toBeLessThan(1e-12);
    expect(exact[name].data.length).toBe(expected[name].data.length);
  }
  const outputs = await engine.compile(twice).run(batch, parameters);
  for (const name of ['loss', ...trained.map(gradientName)])
    expect(largestDifference(outputs[name].data, expected[name].data).relative, name).toBeLessThan(2e-5);
  // Seven linear modules and two products of attention in each layer but the last: no pass takes them for the first ones.
  expect(products(recomputed) - products(kept)).toBeGreaterThanOrEqual((layers - 1) * 8);
});

it('does not keep what the layers compute', () => {
  const many = [4, 12].map((count) => {
    const own = causalLanguageModel(tinyConfig('llama', { num_hidden_layers: count, num_key_value_heads: 1 }));
    const parameters = tinyParameters(own);
    const norm = ['model.layers.0.input_layernorm.weight'];
    return [own, withGradientCheckpointing(own)].map(({ program }) =>
      peak(optimise(record(withGradients(program, norm), batch, parameters))),
    );
  });
  const [kept, recomputed] = [0, 1].map((which) => (many[1][which] - many[0][which]) / 8);
  expect(recomputed).toBeLessThan(kept / 8); // bytes a layer
});

it('is for Llamas', () => {
  const bert = maskedLanguageModel(tinyConfig('bert'));
  expect(() => withGradientCheckpointing(bert)).toThrow(expect.objectContaining({ code: 'MODEL_UNSUPPORTED' }));
});
