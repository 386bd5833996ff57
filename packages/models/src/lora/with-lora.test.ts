import { gradientName, type HostTensor, int32, optimize, record, withGradients } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { centralDifferences, largestDifference, replayFloat64 } from '@attune/engine/testing';
import { describe, expect, it } from 'vitest';
import { tinyConfig, tinyParameters } from '../../test/tiny';
import { packSequences } from '../batch';
import type { ModelTask, ModelType } from '../checkpoint/model-config';
import { type Model, modelForTask } from '../model';
import { quantized } from '../quantized/quantized';
import { selectLabeled } from '../select-tokens';
import { mergeAdapter } from './merge-adapter';
import { type LoraOptions, modulesToTrain } from './options';
import { initializeAdapter, type LoraModel, withLora } from './with-lora';

const engine = openOnnxEngine();
const small = { r: 3, alpha: 6 };
const cases: readonly (readonly [ModelType, ModelTask, LoraOptions['targetModules'], number])[] = [
  ['bert', 'token-classification', 'all-linear', 12],
  ['distilbert', 'token-classification', ['q_lin', 'ffn.lin2'], 4],
  ['bert', 'masked-lm', ['query', 'cls.predictions.decoder'], 3],
  ['electra', 'token-classification', ['embeddings_project', 'query'], 3],
  ['mpnet', 'token-classification', ['q', 'k', 'v', 'o'], 8],
  ['roberta', 'token-classification', ['query', 'dense'], 8],
  ['llama', 'causal-lm', String.raw`model\.layers\.1\..*_proj`, 7],
  ['gemma3_text', 'causal-lm', 'all-linear', 14],
  ['mistral', 'causal-lm', ['q_proj', 'o_proj'], 4],
  ['qwen2', 'causal-lm', ['q_proj', 'k_proj', 'v_proj'], 6],
  ['qwen3', 'causal-lm', ['q_proj', 'k_proj', 'down_proj'], 6],
];

const more = { id2label: { 0: 'a', 1: 'b' }, num_key_value_heads: 1, tie_word_embeddings: true };
const modelOf = (type: ModelType, task: ModelTask) => modelForTask(tinyConfig(type, more), task);

const labels = [
  [1, 0, -100, 1, 1],
  [-100, 1, 0],
];
const ids = [
  [5, 9, 2, 7, 4],
  [8, 3, 11],
].map((ids) => ({ ids }));
const packed = { ...selectLabeled(packSequences(ids, { rowLength: 9 }), labels) };
const padded = { ...selectLabeled(packSequences(ids, { rowLength: 7, rowMultiple: 3 }), labels, { readMultiple: 9 }) };

/** Adapters that change something: B of a new one is 0. */
function adaptedParameters(model: LoraModel): Record<string, HostTensor> {
  const own = initializeAdapter(model, 7);
  for (const [name, { data }] of Object.entries(own))
    if (name.includes('lora_B')) data.set(Array.from(data, (_, i) => Math.sin(i + name.length) / 3));
  return { ...tinyParameters(model.base), ...own };
}

const exactly = (model: Model, batch: Record<string, HostTensor>, parameters: Record<string, HostTensor>) =>
  replayFloat64(record(model.program, batch, parameters), { ...batch, ...parameters });

describe.each(cases)('LoRA on a %s for %s, %s', (type, task, targetModules, count) => {
  const base = modelOf(type, task);
  const model = withLora(base, { ...small, targetModules });
  const parameters = adaptedParameters(model);
  const trained = Object.keys(model.specs).filter(model.isTrainable);
  const fn = withGradients(model.program, trained);

  it('adapts as many modules', () => expect(model.adapted.length).toBe(count));

  it('computes what its base does before it is trained', () => {
    const fresh = { ...tinyParameters(base), ...initializeAdapter(model, 7) };
    const [one, two] = [exactly(model, packed, fresh), exactly(base, packed, tinyParameters(base))];
    expect(one.logits.data).toEqual(two.logits.data);
  });

  it('has the gradients of central differences', () => {
    const out = replayFloat64(record(fn, packed, parameters), { ...packed, ...parameters });
    for (const name of trained.filter((name) => name.includes('lora_')).slice(-4)) {
      const expected = centralDifferences(model.program, { batch: packed, parameters }, name);
      expect(largestDifference(out[gradientName(name)].data, expected.data).absolute, name).toBeLessThan(1e-8);
      expect(expected.data.some((value) => Math.abs(value) > 1e-6)).toBe(true);
    }
  });

  it("forms no gradient of the base's matrices", () => {
    const shapes = (names: readonly string[]) => {
      const program = optimize(record(withGradients(model.program, names), packed, parameters));
      return program.nodes.flatMap(({ outputs }) => outputs.map((id) => program.values[id].shape.join()));
    };
    // No state or logit has the shape of a matrix: tokens, reads and ranks differ from every one of its sizes.
    const matrices = new Set(model.adapted.map(({ outputs, inputs }) => [outputs, inputs].join()));
    const isMatrix = (shape: string) => matrices.has(shape);
    expect(shapes(trained).filter(isMatrix)).toEqual([]);
    expect(shapes(Object.keys(model.specs)).filter(isMatrix).length).toBeGreaterThanOrEqual(count);
  });

  it('drops out the same of a token wherever it lies, only while training', () => {
    const dropping = withLora(base, { ...small, targetModules, dropout: 0.4 });
    const seed = int32([3, 1]);
    const loss = (own: Model, batch: object) =>
      exactly(own, { ...batch } as Record<string, HostTensor>, parameters).loss.data[0];
    expect(loss(dropping, packed)).toBe(loss(model, packed));
    const [one, two] = [packed, padded].map((batch) => loss(dropping, { ...batch, seed }));
    expect(Math.abs(one - two)).toBeLessThan(1e-12);
    expect(Math.abs(one - loss(model, { ...packed, seed }))).toBeGreaterThan(1e-5);
  });

  it('merges into matrices that compute the same, or says which are shared', async () => {
    if (task === 'masked-lm')
      return expect(() => mergeAdapter(model, parameters)).toThrow(
        /cls.predictions.decoder, which shares bert.embeddings/,
      );
    const merged = await engine.compile(base.program).run({ ...packed }, mergeAdapter(model, parameters));
    const apart = await engine.compile(model.program).run({ ...packed }, parameters);
    expect(largestDifference(merged.logits.data, apart.logits.data as Float32Array).absolute).toBeLessThan(5e-5);
    const without = await engine.compile(base.program).run({ ...packed }, tinyParameters(base));
    expect(largestDifference(without.logits.data, apart.logits.data as Float32Array).absolute).toBeGreaterThan(1e-2);
  });
});

describe('options', () => {
  const llama = modelOf('llama', 'causal-lm');
  const bert = modelOf('bert', 'sequence-classification');

  it('divides alpha by r, and by its root with useRslora', () => {
    const logits = (options: Partial<LoraOptions>) => {
      const model = withLora(llama, { r: 4, alpha: 8, targetModules: ['q_proj'], ...options });
      return exactly(model, packed, adaptedParameters(model)).logits.data;
    };
    expect(logits({ useRslora: true })).toEqual(logits({ alpha: 16 }));
    expect(logits({ useRslora: true })).not.toEqual(logits({}));
  });

  it("trains a classifier's head whole, unless told what to save", () => {
    const saved = (model: LoraModel) => Object.keys(model.base.specs).filter(model.isTrainable);
    expect(saved(withLora(bert, { ...small, targetModules: ['value'] }))).toEqual([
      'classifier.weight',
      'classifier.bias',
    ]);
    expect(saved(withLora(bert, { ...small, targetModules: ['value'], modulesToSave: ['pooler.dense'] }))).toEqual([
      'bert.pooler.dense.weight',
      'bert.pooler.dense.bias',
    ]);
    expect(saved(withLora(llama, { ...small, targetModules: ['v_proj'] }))).toEqual([]);
  });

  it('trains a shared matrix under the name of its owner', () => {
    const saved = (modulesToSave: string[]) => {
      const model = withLora(llama, { ...small, targetModules: ['v_proj'], modulesToSave });
      return Object.keys(model.base.specs).filter(model.isTrainable);
    };
    expect(saved(['embed_tokens', 'lm_head'])).toEqual(['model.embed_tokens.weight']);
    expect(() => saved(['lm_head'])).toThrow(
      /which shares that of model.embed_tokens; name model.embed_tokens instead/,
    );
  });

  it('trains no module in full whose matrix is quantized', () => {
    const frozen = quantized(bert, { format: 'nf4' });
    expect(() => withLora(frozen, { ...small, targetModules: ['value'], modulesToSave: ['query'] })).toThrow(
      /that are not quantized, got bert.encoder.layer.0.attention.self.query; load the model with quantize: /,
    );
  });

  it('trains modules that a checkpoint lacks besides those that are named', () => {
    const fresh = ['bert.pooler.dense.weight', 'bert.pooler.dense.bias', 'classifier.weight'];
    expect(modulesToTrain(bert, { fresh: ['classifier.weight'] })).toBeUndefined();
    expect(modulesToTrain(bert, { fresh })).toEqual(['classifier', 'bert.pooler.dense']);
    expect(modulesToTrain(bert, { given: ['LayerNorm'], fresh })).toEqual([
      'LayerNorm',
      'bert.pooler.dense',
      'classifier',
    ]);
    expect(modulesToTrain(llama, { fresh: ['lm_head.weight'] })).toEqual(['lm_head']);
  });

  it('matches whole parts of names, and whole names with a pattern', () => {
    const names = (targetModules: LoraOptions['targetModules']) =>
      withLora(llama, { ...small, targetModules }).adapted.map(({ name }) => name);
    expect(names(['0.mlp.up_proj'])).toEqual(['model.layers.0.mlp.up_proj']);
    expect(names('.*0.*(up|down)_proj')).toEqual(['model.layers.0.mlp.up_proj', 'model.layers.0.mlp.down_proj']);
    for (const python of ['.*0\\.mlp\\.(?P<part>up|down)\\_proj', '\\A.*0.mlp.(up|down)_proj\\Z'])
      expect(names(python)).toEqual(['model.layers.0.mlp.up_proj', 'model.layers.0.mlp.down_proj']);
    expect(names(['lm_head'])).toEqual(['lm_head']);
    for (const nothing of [['proj'], ['q_proj', 'query'], ['embed_tokens'], 'q_proj', '(', []])
      expect(() => names(nothing), `${nothing}`).toThrow(expect.objectContaining({ code: 'LORA_TARGET' }));
  });

  it.each([{ r: 0 }, { r: 1.5 }, { alpha: 0 }, { alpha: Number.NaN }, { dropout: 1 }])('refuses %j', (wrong) => {
    expect(() => withLora(llama, { ...small, targetModules: ['q_proj'], ...wrong })).toThrow(
      expect.objectContaining({ name: 'AttuneError', code: 'LORA_INVALID' }),
    );
  });
});

it("makes A uniform within ±1/√in, B zero, each module's own, from the seed alone", () => {
  const model = withLora(modelOf('llama', 'causal-lm'), { r: 32, alpha: 64, targetModules: ['q_proj', 'down_proj'] });
  const own = initializeAdapter(model, 1);
  const [q, other] = [0, 1].map((layer) => own[`model.layers.${layer}.self_attn.q_proj.lora_A.weight`].data);
  const bound = 1 / Math.sqrt(16);
  const largest = Math.max(...Array.from(q, Math.abs));
  expect(largest).toBeLessThanOrEqual(bound);
  expect(largest).toBeGreaterThan(0.95 * bound);
  const variance = Array.from(q).reduce((sum, x) => sum + x * x, 0) / q.length;
  expect(Math.abs(variance / (bound ** 2 / 3) - 1)).toBeLessThan(0.15);
  expect(q).not.toEqual(other);
  expect(own['model.layers.0.mlp.down_proj.lora_B.weight'].data).toEqual(new Float32Array(16 * 32));
  expect(initializeAdapter(model, 1)).toEqual(own);
  expect(initializeAdapter(model, 2)).not.toEqual(own);
});
