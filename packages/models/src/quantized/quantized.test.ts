import {
  gradientName,
  type HostTensor,
  openCpuEngine,
  optimize,
  type QuantizedFormat,
  record,
  withGradients,
} from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference, replayFloat64 } from '@attune/engine/testing';
import { describe, expect, it } from 'vitest';
import { tinyConfig, tinyParameters } from '../../test/tiny';
import { packSequences } from '../batch';
import type { ModelTask, ModelType } from '../checkpoint/model-config';
import { tokenGenerator } from '../generate/token-generator';
import { linearModules } from '../linear-modules';
import { mergeAdapter } from '../lora/merge-adapter';
import { initializeAdapter, type LoraModel, withLora } from '../lora/with-lora';
import { type Model, modelForTask } from '../model';
import { selectLabeled } from '../select-tokens';
import { dequantizeParameters, type QuantizedModel, quantized, quantizeParameters } from './quantized';

const engine = openOnnxEngine();
const more = { id2label: { 0: 'a', 1: 'b' }, num_key_value_heads: 1 };
const modelOf = (type: ModelType, task: ModelTask) => modelForTask(tinyConfig(type, more), task);

const labels = [
  [1, 0, -100, 1, 1],
  [-100, 1, 0],
];
const ids = [
  [5, 9, 2, 7, 4],
  [8, 3, 11],
].map((ids) => ({ ids }));
const batch = { ...selectLabeled(packSequences(ids, { rowLength: 9 }), labels) };

type Parameters = Record<string, HostTensor>;
function exactly(model: Model, parameters: Parameters, names: readonly string[] = []) {
  const fn = names.length > 0 ? withGradients(model.program, names) : model.program;
  return replayFloat64(record(fn, batch, parameters), { ...batch, ...parameters });
}

/** Adapters that change something: B of a new one is 0. */
function adapters(model: LoraModel): Parameters {
  const own = initializeAdapter(model, 7);
  for (const [name, { data }] of Object.entries(own))
    if (name.includes('lora_B')) data.set(Array.from(data, (_, i) => Math.sin(i + name.length) / 3));
  return own;
}

const cases: readonly (readonly [ModelType, ModelTask, QuantizedFormat, number])[] = [
  ['llama', 'causal-lm', 'int8', 14],
  ['llama', 'causal-lm', 'int4', 14],
  ['llama', 'causal-lm', 'nf4', 14],
  ['gemma3_text', 'causal-lm', 'nf4', 14],
  ['mistral', 'causal-lm', 'int8', 14],
  ['qwen2', 'causal-lm', 'int4', 14],
  ['qwen3', 'causal-lm', 'nf4', 14],
  ['bert', 'sequence-classification', 'nf4', 13],
  ['bert', 'masked-lm', 'int8', 13],
  ['distilbert', 'token-classification', 'int4', 12],
  ['electra', 'masked-lm', 'int8', 14],
  ['mpnet', 'masked-lm', 'int8', 13],
  ['roberta', 'token-classification', 'nf4', 12],
];

describe.each(cases)('a %s for %s in %s', (type, task, format, count) => {
  const plain = modelOf(type, task);
  const base = quantized(plain, { format });
  const parameters = quantizeParameters(base, tinyParameters(plain));
  const dequantized = dequantizeParameters(base, parameters);

  it('holds the codes and scales of every linear module but the one that makes the logits', () => {
    expect(base.quantized.weights.size).toBe(count);
    expect(Object.keys(parameters).sort()).toEqual(Object.keys(base.stored).sort());
    for (const [name, { shape, dtype }] of Object.entries(base.stored))
      expect(parameters[name], name).toMatchObject({ shape, dtype });
    expect(Object.keys(dequantized).sort()).toEqual(Object.keys(plain.specs).sort());
    expect([...base.frozen].every((name) => /\.weight\.(int8|int4|nf4|scales)$/.test(name))).toBe(true);
    expect(base.frozen.size).toBe(2 * count);
  });

  it('computes what the numbers do that its codes stand for', async () => {
    const [one, two] = [exactly(base, parameters), exactly(plain, dequantized)];
    expect(largestDifference(one.logits.data, two.logits.data).relative).toBeLessThan(1e-6);
    const { logits } = await engine.compile(base.program).run(batch, parameters);
    expect(largestDifference(logits.data, two.logits.data).relative).toBeLessThan(1e-5);
    const before = exactly(plain, tinyParameters(plain));
    expect(largestDifference(one.logits.data, before.logits.data).relative).toBeGreaterThan(1e-4);
  });

  it('gives adapters the gradients that they have over these numbers', async () => {
    const options = { r: 3, alpha: 6, targetModules: 'all-linear' };
    const [over, plainly] = [withLora(base, options), withLora(plain, options)];
    const own = adapters(over);
    const trained = Object.keys(own);
    expect(trained.length).toBe(2 * count);
    const expected = exactly(plainly, { ...dequantized, ...own }, trained);
    const program = withGradients(over.program, trained);
    const outputs = await engine.compile(program).run(batch, { ...parameters, ...own });
    for (const name of trained.map(gradientName)) {
      expect(largestDifference(outputs[name].data, expected[name].data).relative, name).toBeLessThan(2e-5);
      expect(expected[name].data.some((value) => Math.abs(value) > 1e-6)).toBe(true);
    }
  });

  it('takes no gradient of a quantized matrix, and no step by one', async () => {
    const names = Object.keys(parameters).filter((name) => parameters[name].dtype === 'float32');
    const { outputs } = optimize(record(withGradients(base.program, names), batch, parameters));
    expect([...base.frozen].filter((name) => gradientName(name) in outputs)).toEqual([]);
    const open = (isTrainable?: (name: string) => boolean) =>
      engine.openTraining(engine.compile(base.program), parameters, {
        name: 'adamw',
        ...(isTrainable && { isTrainable }),
      });
    await expect(open()).rejects.toThrow(/is quantized and cannot be; pass isTrainable/);
    const training = await open((name) => /norm/i.test(name));
    await training.step(batch, { learningRate: 0.1 });
    const after = await training.readParameters();
    for (const name of base.frozen) expect(after[name].data, name).toBe(parameters[name].data); // the very array: no copy
    const moved = Object.keys(after).filter((name) => String(after[name].data) !== String(parameters[name].data));
    expect(moved.length).toBeGreaterThan(0);
    expect(moved.every((name) => /norm/i.test(name))).toBe(true);
    const [codes] = base.frozen;
    const other = { ...parameters[codes], data: parameters[codes].data.map((byte) => 255 - byte) };
    const before = parameters[codes].data.slice();
    await training.write({ parameters: { [codes]: other } });
    expect((await training.readParameters())[codes].data).toEqual(other.data);
    expect(parameters[codes].data).toEqual(before); // the caller's own stay as they are
  });
});

describe('a quantized Llama', () => {
  const plain = modelOf('llama', 'causal-lm');
  const base: QuantizedModel = quantized(plain, { format: 'int4', logits: true });
  const parameters = quantizeParameters(base, tinyParameters(plain));
  const dequantized = dequantizeParameters(base, parameters);

  it('may have its decoder quantized too', () => {
    expect(base.quantized.weights).toContain('lm_head.weight');
    const [one, two] = [exactly(base, parameters), exactly(plain, dequantized)];
    expect(largestDifference(one.logits.data, two.logits.data).relative).toBeLessThan(1e-6);
  });

  it.each([openCpuEngine(), engine])(
    'writes what its numbers write, with adapters and without, on $name',
    async (own) => {
      const prompts = [[1, 7, 9], [4]];
      const write = (model: Model, parameters: Parameters) =>
        tokenGenerator({ model, parameters, engine: own }).generate(prompts, { maxNewTokens: 6 });
      expect(await write(base, parameters)).toEqual(await write(plain, dequantized));
      const options = { r: 2, alpha: 8, targetModules: ['q_proj', 'lm_head'] };
      const trained = adapters(withLora(base, options));
      expect(await write(withLora(base, options), { ...parameters, ...trained })).toEqual(
        await write(withLora(plain, options), { ...dequantized, ...trained }),
      );
    },
  );

  it('takes its adapters in once it is dequantized', async () => {
    const model = withLora(base, { r: 2, alpha: 4, targetModules: 'all-linear' });
    const own = adapters(model);
    const merged = mergeAdapter(model, { ...dequantized, ...own });
    const [one, two] = [exactly(plain, merged), exactly(model, { ...parameters, ...own })];
    expect(largestDifference(one.logits.data, two.logits.data).relative).toBeLessThan(1e-5);
  });

  it('quantizes what is named, and refuses what it cannot', () => {
    const { weights } = quantized(plain, { format: 'nf4', modules: ['0.mlp.up_proj', 'v_proj'] }).quantized;
    expect([...weights].sort()).toEqual([
      'model.layers.0.mlp.up_proj.weight',
      'model.layers.0.self_attn.v_proj.weight',
      'model.layers.1.self_attn.v_proj.weight',
    ]);
    const kept = quantized(plain, { format: 'nf4', keep: ['q_proj', 'down_proj'] }).quantized.weights;
    const left = linearModules(plain).filter(({ weight }) => !kept.has(weight));
    expect(left.map(({ name }) => name.replace(/.*\./, '')).sort()).toEqual([
      ...['down_proj', 'down_proj', 'lm_head', 'q_proj', 'q_proj'],
    ]);
    const tied = modelForTask(tinyConfig('llama', { ...more, tie_word_embeddings: true }), 'causal-lm');
    const wrong = [
      () => quantized(plain, { format: 'nf4', modules: ['query'] }),
      () => quantized(plain, { format: 'nf4', modules: ['embed_tokens'] }),
      () => quantized(tied, { format: 'nf4', logits: true }),
      () => quantized(modelOf('bert', 'masked-lm'), { format: 'nf4', logits: true }),
    ];
    for (const attempt of wrong) expect(attempt).toThrow(expect.objectContaining({ code: 'QUANTIZE_TARGET' }));
    expect(() => quantized(plain, { format: 'int3' as 'int4' })).toThrow(
      expect.objectContaining({ code: 'QUANTIZE_FORMAT', message: expect.stringContaining('int8, int4, nf4, got') }),
    );
  });
});
