import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openOnnxEngine } from '@attune/engine/node';
import { afterAll, describe, expect, it } from 'vitest';
import { tinyConfig, tinyDecoders, tinyParameters } from '../../test/tiny';
import { packSequences } from '../batch';
import { causalLanguageModel } from '../model';
import { type LoadedModel, loadModel, saveModel, writeSafetensors } from '../node';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'attune-llama-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const load = (directory: string) => loadModel(directory, { task: 'causal-lm' });
const engine = openOnnxEngine();
const packed = packSequences([{ ids: [1, 7, 9] }], { rowLength: 8 });
const logitsOf = async ({ model, parameters }: Pick<LoadedModel, 'model' | 'parameters'>) =>
  (await engine.compile(model.program).run({ ...packed }, parameters)).logits.data;

type Named = [name: string, tensor: { shape: readonly number[]; data: Float32Array }];
const tensorsOf = ({ parameters }: LoadedModel) => Object.entries(parameters) as unknown as Named[];
const write = (path: string, tensors: readonly Named[]) =>
  writeSafetensors(
    path,
    tensors.map(([name, tensor]) => ({ name, ...tensor })),
  );

describe.each(tinyDecoders)('%s', (name) => {
  it('comes back from a saved directory as it was, computing the same bits', async () => {
    const first = await load(fixtures + name);
    const saved = mkdtempSync(join(scratch, 'saved-'));
    await saveModel(saved, { ...first.model, parameters: first.parameters });
    const second = await load(saved);
    expect(second.parameters).toEqual(first.parameters);
    const { original: _, ...config } = first.model.config;
    expect(second.model.config).toMatchObject(config);
    expect([second.initialized, second.unexpected]).toEqual([[], []]);
    expect(await logitsOf(second)).toEqual(await logitsOf(first));
  });

  it('loads from shards', async () => {
    const whole = await load(fixtures + name);
    const tensors = tensorsOf(whole);
    const directory = mkdtempSync(join(scratch, 'shards-'));
    writeFileSync(join(directory, 'config.json'), readFileSync(join(fixtures, name, 'config.json')));
    const shards = [tensors.slice(0, 5), tensors.slice(5)].map((part, i) => {
      return { file: `model-0000${i + 1}-of-00002.safetensors`, part };
    });
    for (const { file, part } of shards) await write(join(directory, file), part);
    const weight_map = Object.fromEntries(shards.flatMap(({ file, part }) => part.map(([key]) => [key, file])));
    writeFileSync(join(directory, 'model.safetensors.index.json'), JSON.stringify({ metadata: {}, weight_map }));
    expect((await load(directory)).parameters).toEqual(whole.parameters);
  });
});

it('passes over the copy that some checkpoints have of a tied head', async () => {
  const tied = await load(`${fixtures}llama-linear`);
  const directory = mkdtempSync(join(scratch, 'copy-'));
  writeFileSync(join(directory, 'config.json'), readFileSync(join(fixtures, 'llama-linear', 'config.json')));
  const words = tied.parameters['model.embed_tokens.weight'];
  const copy: Named = ['lm_head.weight', { shape: words.shape, data: words.data as Float32Array }];
  await write(join(directory, 'model.safetensors'), [...tensorsOf(tied), copy]);
  const { parameters, unexpected } = await load(directory);
  expect([parameters, unexpected]).toEqual([tied.parameters, []]);
});

it('says which of its own tensors are missing, and initializes a missing head by name', async () => {
  const whole = await load(`${fixtures}llama-llama3`);
  const without = async (missing: string) => {
    const directory = mkdtempSync(join(scratch, 'missing-'));
    writeFileSync(join(directory, 'config.json'), readFileSync(join(fixtures, 'llama-llama3', 'config.json')));
    const tensors = tensorsOf(whole).filter(([name]) => name !== missing);
    await write(join(directory, 'model.safetensors'), tensors);
    return load(directory);
  };
  await expect(without('model.norm.weight')).rejects.toMatchObject({
    name: 'AttuneError',
    code: 'CHECKPOINT_INCOMPLETE',
    message: expect.stringContaining('model.norm.weight'),
  });
  expect((await without('lm_head.weight')).initialized).toEqual(['lm_head.weight']);
});

it('needs no file: a new one has norms of 1 and weights of its own', () => {
  const model = causalLanguageModel(tinyConfig('llama', { num_key_value_heads: 1 }));
  const parameters = tinyParameters(model);
  expect(Array.from(parameters['model.layers.1.post_attention_layernorm.weight'].data)).toEqual(new Array(16).fill(1));
  expect(parameters['model.layers.0.self_attn.k_proj.weight'].shape).toEqual([8, 16]);
  expect(parameters['lm_head.weight'].data).not.toEqual(parameters['model.embed_tokens.weight'].data);
});
