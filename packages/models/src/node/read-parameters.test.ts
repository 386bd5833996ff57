import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HostTensor, type QuantizedFormat, sizeOf } from '@attune/engine';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../test/temporary';
import { tinyConfig, tinyParameters } from '../../test/tiny';
import { modelConfigToJson } from '../config';
import { causalLanguageModel, sequenceClassifier } from '../model';
import { type QuantizedModel, quantized, quantizeParameters } from '../quantized/quantized';
import type { Weights } from './checkpoint/open-safetensors';
import { readCheckpoint } from './checkpoint/read-checkpoint';
import { writeSafetensors } from './checkpoint/write-safetensors';
import { loadModel, readParameters } from './load-model';

const llama = causalLanguageModel(tinyConfig('llama', { num_key_value_heads: 1 }));
const parameters = tinyParameters(llama);

/** A checkpoint in two shards, its tensors by turns in the one and the other. */
async function writeShards(directory: string, tensors: Readonly<Record<string, HostTensor>>): Promise<void> {
  const names = Object.keys(tensors);
  const fileOf = (i: number) => `model-0000${1 + (i % 2)}-of-00002.safetensors`;
  for (const which of [0, 1]) {
    const own = names.filter((_, i) => i % 2 === which);
    const written = own.map((name) => ({ name, shape: tensors[name].shape, data: tensors[name].data as Float32Array }));
    await writeSafetensors(join(directory, fileOf(which)), written);
  }
  const weight_map = Object.fromEntries(names.map((name, i) => [name, fileOf(i)]));
  writeFileSync(join(directory, 'model.safetensors.index.json'), JSON.stringify({ weight_map }));
  writeFileSync(join(directory, 'config.json'), JSON.stringify(modelConfigToJson(llama.config, 'causal-lm')));
}

/** Counts the memory that tensors are read into. */
function counting(weights: Weights): { counted: Weights; buffers: Map<ArrayBufferLike, number> } {
  const buffers = new Map<ArrayBufferLike, number>();
  const readInto: Weights['readInto'] = (name, target) => {
    buffers.set(target.buffer, (buffers.get(target.buffer) ?? 0) + 1);
    return weights.readInto(name, target);
  };
  return { counted: { ...weights, readInto }, buffers };
}

describe.each<QuantizedFormat>(['int8', 'int4', 'nf4'])('loading in %s', (quantize) => {
  it('gives what quantizing the whole model does', async () => {
    const directory = temporaryDirectory();
    await writeShards(directory, parameters);
    const loaded = await loadModel(directory, { task: 'causal-lm', quantize });
    const expected = quantized(llama, { format: quantize });
    expect(loaded.parameters).toEqual(quantizeParameters(expected, parameters));
    expect((loaded.model as QuantizedModel).stored).toEqual(expected.stored);
    expect(loaded.initialized).toEqual([]);
  });

  it('has one matrix at a time in float32', async () => {
    const directory = temporaryDirectory();
    await writeShards(directory, parameters);
    const { weights } = await readCheckpoint(directory);
    const { counted, buffers } = counting(weights);
    const base = quantized(llama, { format: quantize });
    const from = new Map(Object.keys(llama.specs).map((name) => [name, name]));
    const read = await readParameters(counted, { from, specs: llama.specs, quantized: base.quantized });
    await weights.close();
    const kept = new Set(Object.values(read).map(({ data }) => data.buffer));
    const passing = [...buffers.keys()].filter((buffer) => !kept.has(buffer));
    const largest = Math.max(...Array.from(base.quantized.weights, (name) => sizeOf(llama.specs[name].shape)));
    expect(passing.map(({ byteLength }) => byteLength)).toEqual([4 * largest]);
    expect(buffers.get(passing[0])).toBe(base.quantized.weights.size);
  });
});

it('leaves a new head as it is, for it has everything to learn', async () => {
  const directory = temporaryDirectory();
  const bert = sequenceClassifier(tinyConfig('bert', { id2label: { 0: 'a', 1: 'b' } }));
  const { 'bert.pooler.dense.weight': _, ...without } = tinyParameters(bert);
  await writeSafetensors(
    join(directory, 'model.safetensors'),
    Object.entries(without).map(([name, { shape, data }]) => ({ name, shape, data: data as Float32Array })),
  );
  writeFileSync(
    join(directory, 'config.json'),
    JSON.stringify(modelConfigToJson(bert.config, 'sequence-classification')),
  );
  const { model, parameters, initialized } = await loadModel(directory, { quantize: 'int4' });
  expect(initialized).toEqual(['bert.pooler.dense.weight']);
  expect(parameters['bert.pooler.dense.weight'].dtype).toBe('float32');
  expect((model as QuantizedModel).quantized.weights.size).toBe(12);
});

it('names the tensor that has no numbers', async () => {
  const directory = temporaryDirectory();
  const name = 'model.layers.1.mlp.up_proj.weight';
  const data = (parameters[name].data as Float32Array).map((value, i) => (i === 3 ? Number.POSITIVE_INFINITY : value));
  await writeShards(directory, { ...parameters, [name]: { ...parameters[name], data } });
  await expect(loadModel(directory, { task: 'causal-lm', quantize: 'nf4' })).rejects.toThrow(
    expect.objectContaining({ code: 'CHECKPOINT_VALUES', message: expect.stringContaining(name) }),
  );
});
