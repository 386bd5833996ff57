import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference } from '@attune/engine/testing';
import { describe, expect, it } from 'vitest';
import { tinyConfig, tinyParameters } from '../../test/tiny';
import { packSequences } from '../batch';
import { initializeAdapter, withLora } from '../lora/with-lora';
import { causalLanguageModel, type Model } from '../model';
import { selectTokens } from '../select-tokens';
import { dequantizeMatrix } from './quantize-matrix';
import { withQuantizedLogits } from './quantized-logits';

const engine = openOnnxEngine();
const batch = selectTokens(packSequences([{ ids: [1, 7, 9, 3] }], { rowLength: 4 }), [[1, 3]]);
const logitsOf = async (model: Model, parameters: ReturnType<typeof tinyParameters>) =>
  (await engine.compile(model.program).run({ ...batch }, parameters)).logits.data as Float32Array;

describe.each([
  ['a matrix of its own', false, 'lm_head.weight'],
  ['the table of embeddings', true, 'model.embed_tokens.weight'],
])('logits by %s', (_, tied, name) => {
  const model = causalLanguageModel(tinyConfig('llama', { tie_word_embeddings: tied }));
  const parameters = tinyParameters(model);

  it('are those of the 8-bit matrix, and all before it is as it was', async () => {
    const quantized = withQuantizedLogits({ model, parameters });
    const own = {
      codes: quantized.parameters['lm_head.weight.int8'],
      scales: quantized.parameters['lm_head.weight.scales'],
    };
    expect(quantized.parameters[name]).toBe(parameters[name]);
    const { shape } = parameters[name];
    const values = { data: dequantizeMatrix(own, shape, 'int8'), shape, dtype: 'float32' } as const;
    // The same model with a head of its own, of these numbers.
    const untied = causalLanguageModel(tinyConfig('llama', { tie_word_embeddings: false }));
    const expected = await logitsOf(untied, { ...parameters, 'lm_head.weight': values });
    const logits = await logitsOf(quantized.model, { ...quantized.parameters });
    expect(largestDifference(logits, expected).relative).toBeLessThan(1e-5);
    expect(largestDifference(logits, await logitsOf(model, parameters)).relative).toBeGreaterThan(1e-5);
  });
});

it('leaves a head with adapters as it is', () => {
  const plain = causalLanguageModel(tinyConfig('llama', { tie_word_embeddings: false }));
  const model = withLora(plain, { r: 2, alpha: 4, targetModules: ['lm_head'] });
  const parameters = { ...tinyParameters(plain), ...initializeAdapter(model, 1) };
  expect(withQuantizedLogits({ model, parameters })).toEqual({ model, parameters });
});
