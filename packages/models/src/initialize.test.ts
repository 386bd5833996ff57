import { expect, it } from 'vitest';
import { parseModelConfig } from './config';
import { initialize } from './initialize';
import { sequenceClassifier } from './model';

const config = parseModelConfig(
  { model_type: 'bert', vocab_size: 500, hidden_size: 64, num_attention_heads: 4 },
  'test',
);
const { specs } = sequenceClassifier(config);

it('draws weights as transformers does, and leaves biases, norms and the pad embedding alone', () => {
  const parameters = initialize(specs, config, 1);
  expect(Object.keys(parameters)).toEqual(Object.keys(specs));
  const words = parameters['bert.embeddings.word_embeddings.weight'].data as Float32Array;
  const deviation = Math.sqrt(words.reduce((sum, x) => sum + x * x, 0) / words.length);
  expect(deviation).toBeCloseTo(0.02, 3);
  expect(words.subarray(0, 64).every((x) => x === 0)).toBe(true);
  expect(parameters['bert.encoder.layer.3.output.LayerNorm.weight'].data.every((x) => x === 1)).toBe(true);
  expect(parameters['bert.encoder.layer.3.output.LayerNorm.bias'].data.every((x) => x === 0)).toBe(true);
  expect(parameters['classifier.bias'].data.every((x) => x === 0)).toBe(true);
});

it('depends on seed and name, not on what else is drawn', () => {
  const alone = initialize({ 'classifier.weight': specs['classifier.weight'] }, config, 1)['classifier.weight'];
  const all = initialize(specs, config, 1);
  expect(all['classifier.weight']).toEqual(alone);
  expect(initialize(specs, config, 2)['classifier.weight']).not.toEqual(alone);
  const [query, key] = ['query', 'key'].map((name) => all[`bert.encoder.layer.0.attention.self.${name}.weight`].data);
  expect(query).not.toEqual(key);
});
