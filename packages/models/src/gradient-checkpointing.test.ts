import { gradientName, int32, optimize, type Program, record, withGradients } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference, replayFloat64 } from '@attune/engine/testing';
import { expect, it } from 'vitest';
import { decoderTypes, tinyConfig, tinyParameters } from '../test/tiny';
import { packSequences } from './batch';
import { withGradientCheckpointing } from './gradient-checkpointing';
import { initializeAdapter, withLora } from './lora/with-lora';
import { causalLanguageModel, type Model, maskedLanguageModel } from './model';
import { quantized, quantizeParameters } from './quantized/quantized';
import { nextTokens, selectLabeled } from './select-tokens';

const engine = openOnnxEngine();
const layers = 6;
const llama = { num_hidden_layers: layers, num_key_value_heads: 1, attention_dropout: 0.2 };
const plainModels: readonly Model[] = [
  ...decoderTypes.map((type) => causalLanguageModel(tinyConfig(type, llama))),
  maskedLanguageModel(tinyConfig('bert', { num_hidden_layers: layers })),
  maskedLanguageModel(tinyConfig('distilbert', { n_layers: layers })),
  maskedLanguageModel(tinyConfig('electra', { num_hidden_layers: layers })),
  maskedLanguageModel(tinyConfig('mpnet', { num_hidden_layers: layers })),
  maskedLanguageModel(tinyConfig('roberta', { num_hidden_layers: layers })),
];

const sequences = [
  [5, 9, 2, 7, 4],
  [8, 3, 11],
];
const packed = packSequences(
  sequences.map((ids) => ({ ids })),
  { rowLength: 9 },
);
const batch = { ...selectLabeled(packed, sequences.map(nextTokens)), seed: int32([3, 1]) };

/** A model of which every weight is trained, and adapters beside its matrices in 4 bits. */
function casesOf(plain: Model) {
  const weights = tinyParameters(plain);
  const base = quantized(plain, { format: 'nf4' });
  const adapted = withLora(base, { r: 2, alpha: 4, dropout: 0.3, targetModules: 'all-linear' });
  const { modelType } = plain.config;
  return [
    { what: `every weight of a ${modelType}`, model: plain, parameters: weights, trained: Object.keys(plain.specs) },
    {
      what: `adapters beside a ${modelType} in 4 bits`,
      model: adapted as Model,
      parameters: { ...quantizeParameters(base, weights), ...initializeAdapter(adapted, 5) },
      trained: Object.keys(adapted.specs).filter(adapted.isTrainable),
    },
  ];
}
const cases = plainModels.flatMap(casesOf);

/** The relative difference; the absolute one of what is 0 but for rounding, such as the gradient of a key's bias. */
function differenceOf(...values: Parameters<typeof largestDifference>): number {
  const { relative, absolute } = largestDifference(...values);
  return Math.min(relative, absolute);
}

/** How many products of matrices a program has: what recomputing adds. */
const products = ({ nodes }: Program) =>
  nodes.filter(({ kernel }) => ['BatchMatMul', 'Linear', 'QuantizedLinear'].includes(kernel)).length;

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

it.each(cases)('has the loss and the gradients of $what, and computes layers twice', async (example) => {
  const { model, parameters, trained } = example;
  const [once, twice] = [model, withGradientCheckpointing(model)].map(({ program }) => withGradients(program, trained));
  const [kept, recomputed] = [once, twice].map((fn) => optimize(record(fn, batch, parameters)));
  const [expected, exact] = [kept, recomputed].map((program) => replayFloat64(program, { ...batch, ...parameters }));
  expect(exact.loss.data).toEqual(expected.loss.data);
  for (const name of trained.map(gradientName)) {
    expect(largestDifference(exact[name].data, expected[name].data).relative, name).toBeLessThan(1e-12);
    expect(exact[name].data.length).toBe(expected[name].data.length);
  }
  const outputs = await engine.compile(twice).run(batch, parameters);
  for (const name of ['loss', ...trained.map(gradientName)])
    expect(differenceOf(outputs[name].data, expected[name].data), name).toBeLessThan(2e-5);
  // Six linear modules or more, and two products of attention, in each layer but the last: no pass takes them for the first ones.
  expect(products(recomputed) - products(kept)).toBeGreaterThanOrEqual((layers - 1) * 8);
});

it.each([
  ['llama', { num_key_value_heads: 1 }, 'num_hidden_layers', 'model.layers.0.input_layernorm.weight'],
  [
    'bert',
    { hidden_dropout_prob: 0, attention_probs_dropout_prob: 0 },
    'num_hidden_layers',
    'bert.embeddings.LayerNorm.weight',
  ],
  ['distilbert', { dropout: 0, attention_dropout: 0 }, 'n_layers', 'distilbert.embeddings.LayerNorm.weight'],
] as const)('does not keep what the layers of a %s compute', (modelType, more, layersKey, norm) => {
  const many = [4, 12].map((count) => {
    const config = tinyConfig(modelType, { ...more, [layersKey]: count });
    const own = modelType === 'llama' ? causalLanguageModel(config) : maskedLanguageModel(config);
    const parameters = tinyParameters(own);
    return [own, withGradientCheckpointing(own)].map(({ program }) =>
      peak(optimize(record(withGradients(program, [norm]), batch, parameters))),
    );
  });
  const [kept, recomputed] = [0, 1].map((which) => (many[1][which] - many[0][which]) / 8);
  expect(recomputed).toBeLessThan(kept / 6); // bytes a layer
});
