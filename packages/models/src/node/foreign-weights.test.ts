import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostTensor } from '@attune/engine';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../test/temporary';
import { parseModelConfig } from '../config';
import { initialize } from '../initialize';
import { modelForTask } from '../model';
import { tiedAdvice } from './checkpoint/tied-heads';
import { loadModel } from './load-model';
import { saveModel } from './save-model';

const sizes = { vocab_size: 40, hidden_size: 8, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 16 };
const llama = { model_type: 'llama', ...sizes, tie_word_embeddings: true };
const bert = { model_type: 'bert', ...sizes, max_position_embeddings: 16 };
type Task = 'causal-lm' | 'masked-lm' | 'sequence-classification';

interface Change {
  /** Entries of config.json. */
  readonly config?: object;
  readonly name?: (name: string) => string;
  readonly more?: Readonly<
    Record<string, { readonly dtype: string; readonly shape: number[]; readonly bytes: Uint8Array }>
  >;
  readonly without?: RegExp;
}

const bytesOf = (tensor: HostTensor) =>
  new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);

/** A small model in a directory, as another tool may have left it. */
function written(
  config: object,
  task: Task,
  { config: entries = {}, name = (own) => own, more = {}, without }: Change = {},
) {
  const directory = join(temporaryDirectory(), 'model');
  mkdirSync(directory);
  const model = modelForTask(parseModelConfig(config, 'config.json'), task);
  const parameters = initialize(model.specs, model.config, 1);
  const own = Object.entries(parameters).map(
    ([key, tensor]) => [name(key), { dtype: 'F32', shape: [...tensor.shape], bytes: bytesOf(tensor) }] as const,
  );
  const all = [...own.filter(([key]) => !without?.test(key)), ...Object.entries(more)];
  let end = 0;
  const header = Object.fromEntries(
    all.map(([key, { dtype, shape, bytes }]) => {
      const start = end;
      end += bytes.length;
      return [key, { dtype, shape, data_offsets: [start, end] }];
    }),
  );
  const head = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  const bodies = all.map(([, { bytes }]) => bytes);
  writeFileSync(join(directory, 'model.safetensors'), Buffer.concat([length, head, ...bodies]));
  writeFileSync(join(directory, 'config.json'), JSON.stringify({ ...config, ...entries }));
  return { directory, parameters };
}

async function loadedWithNotes(directory: string, task: Task) {
  const notes: string[] = [];
  const loaded = await loadModel(directory, { task, onNote: (note) => notes.push(note) });
  return { ...loaded, notes };
}

describe('weights saved from inside a wrapper', () => {
  it.each<[string, (name: string) => string]>([
    ['DataParallel', (name) => `module.${name}`],
    ['compile', (name) => `_orig_mod.${name}`],
    ['both', (name) => `module._orig_mod.${name}`],
    ['a class of its own', (name) => `net.encoder.${name}`],
    [
      'FSDP, in the middle',
      (name) => `_fsdp_wrapped_module.${name.replace('.layers.', '.layers._fsdp_wrapped_module.')}`,
    ],
    ['compiled layers', (name) => name.replace(/layers\.(\d+)\./, 'layers.$1._orig_mod.')],
  ])('are read without its part of the names, with a note: %s', async (_, name) => {
    const { directory, parameters } = written(llama, 'causal-lm', { name });
    const loaded = await loadedWithNotes(directory, 'causal-lm');
    expect(loaded.parameters).toEqual(parameters);
    expect([loaded.initialized, loaded.unexpected]).toEqual([[], []]);
    expect(loaded.notes).toEqual([expect.stringContaining('saved from inside a wrapper')]);
  });

  it('are none where a prefix is the model’s own, or where only some have it', async () => {
    const headless = written(bert, 'masked-lm', { name: (name) => name.replace(/^bert\./, '') });
    expect((await loadedWithNotes(headless.directory, 'masked-lm')).notes).toEqual([]);
    const some = written(llama, 'causal-lm', { name: (name) => (name.includes('layers.1') ? `other.${name}` : name) });
    await expect(loadModel(some.directory, { task: 'causal-lm' })).rejects.toMatchObject({
      code: 'CHECKPOINT_INCOMPLETE',
    });
  });
});

describe('a head that config.json ties', () => {
  const head = (fill: (i: number) => number) => ({
    dtype: 'F32',
    shape: [40, 8],
    bytes: new Uint8Array(Float32Array.from({ length: 320 }, (_, i) => fill(i)).buffer),
  });

  it.each([
    ['a Llama', llama, 'causal-lm', 'lm_head.weight'],
    ['a BERT', bert, 'masked-lm', 'cls.predictions.decoder.weight'],
    [
      'a RoBERTa',
      { model_type: 'roberta', ...sizes, max_position_embeddings: 18, type_vocab_size: 1 },
      'masked-lm',
      'lm_head.decoder.weight',
    ],
    [
      'an ELECTRA',
      { model_type: 'electra', ...sizes, embedding_size: 8, max_position_embeddings: 16 },
      'masked-lm',
      'generator_lm_head.weight',
    ],
    [
      'a DistilBERT',
      { model_type: 'distilbert', vocab_size: 40, dim: 8, n_heads: 2, n_layers: 1, hidden_dim: 16 },
      'masked-lm',
      'vocab_projector.weight',
    ],
  ] as const)('and that has other numbers is used, noted and saved: %s', async (_, config, task, name) => {
    const { directory } = written(config, task, { more: { [name]: head((i) => i) } });
    const loaded = await loadedWithNotes(directory, task);
    expect(loaded.parameters[name].data).toEqual(Float32Array.from({ length: 320 }, (_, i) => i));
    expect(loaded.initialized).toEqual([]);
    expect(loaded.notes).toEqual([expect.stringContaining('"tie_word_embeddings": false')]);
    const saved = temporaryDirectory();
    await saveModel(saved, { ...loaded.model, parameters: loaded.parameters });
    expect(JSON.parse(readFileSync(join(saved, 'config.json'), 'utf8')).tie_word_embeddings).toBe(false);
    const again = await loadedWithNotes(saved, task);
    expect([again.parameters, again.notes]).toEqual([loaded.parameters, []]);
  });

  it('and that is the same is passed over', async () => {
    const { parameters } = written(llama, 'causal-lm');
    const words = parameters['model.embed_tokens.weight'];
    const { directory } = written(llama, 'causal-lm', {
      more: { 'lm_head.weight': { dtype: 'F32', shape: [40, 8], bytes: bytesOf(words) } },
    });
    const loaded = await loadedWithNotes(directory, 'causal-lm');
    expect([loaded.notes, loaded.parameters]).toEqual([[], parameters]);
  });

  it('and that has another shape is refused', async () => {
    const { directory } = written(llama, 'causal-lm', {
      more: { 'lm_head.weight': { dtype: 'F32', shape: [2, 8], bytes: new Uint8Array(64) } },
    });
    await expect(loadModel(directory, { task: 'causal-lm' })).rejects.toMatchObject({ code: 'CHECKPOINT_SHAPE' });
  });

  it('or does not, and that is missing, has its setting named', async () => {
    const { directory } = written({ ...llama, tie_word_embeddings: false }, 'causal-lm', { without: /^lm_head/ });
    const { model, initialized } = await loadModel(directory, { task: 'causal-lm' });
    expect(tiedAdvice(model, initialized)).toContain('set "tie_word_embeddings": true in its config.json');
    expect(tiedAdvice(model, [])).toBeUndefined();
  });
});

describe('weights that another tool has quantized', () => {
  const codes = (dtype: string, shape: number[]) => ({
    dtype,
    shape,
    bytes: new Uint8Array(shape.reduce((a, b) => a * b, dtype === 'I32' ? 4 : 1)),
  });
  const projection = 'model.layers.0.self_attn.q_proj';
  const without = /q_proj\.weight$/;

  it.each<[string, Change, RegExp]>([
    [
      'bitsandbytes',
      {
        config: { quantization_config: { quant_method: 'bitsandbytes', load_in_4bit: true } },
        without,
        more: { [`${projection}.weight`]: codes('U8', [32, 1]), [`${projection}.weight.absmax`]: codes('U8', [4]) },
      },
      /bitsandbytes/,
    ],
    [
      'bitsandbytes without its entry',
      { without, more: { [`${projection}.weight`]: codes('I8', [8, 8]), [`${projection}.SCB`]: codes('U8', [8]) } },
      /bitsandbytes/,
    ],
    [
      'GPTQ',
      {
        config: { quantization_config: { quant_method: 'gptq', bits: 4 } },
        without,
        more: { [`${projection}.qweight`]: codes('I32', [1, 8]) },
      },
      /gptq/,
    ],
    [
      'AWQ',
      {
        config: { quantization_config: { quant_method: 'awq' } },
        without,
        more: { [`${projection}.qweight`]: codes('I32', [8, 1]) },
      },
      /awq/,
    ],
    [
      'GPTQ or AWQ without an entry',
      { without, more: { [`${projection}.qweight`]: codes('I32', [8, 1]) } },
      /GPTQ or AWQ/,
    ],
    [
      'fp8',
      {
        without,
        more: {
          [`${projection}.weight`]: codes('F8_E4M3', [8, 8]),
          [`${projection}.weight_scale_inv`]: codes('U8', [4]),
        },
      },
      /fp8/,
    ],
    [
      'MLX',
      {
        config: { quantization: { group_size: 64, bits: 4 } },
        without,
        more: { [`${projection}.weight`]: codes('I32', [8, 1]), [`${projection}.biases`]: codes('U8', [8]) },
      },
      /4 bits/,
    ],
    [
      'with scales beside numbers',
      {
        config: { quantization_config: { quant_method: 'compressed-tensors' } },
        more: { [`${projection}.weight_scale`]: codes('U8', [1]) },
      },
      /compressed-tensors/,
    ],
  ])('are refused by its name: %s', async (_, change, name) => {
    const { directory } = written(llama, 'causal-lm', change);
    const loading = loadModel(directory, { task: 'causal-lm' });
    await expect(loading).rejects.toMatchObject({
      code: 'CHECKPOINT_UNSUPPORTED',
      message: expect.stringMatching(name),
    });
    await expect(loading).rejects.toThrow('use the float checkpoint that it was made from');
  });

  it('are none where only config.json says so, and what is saved says it no more', async () => {
    const quantization_config = { quant_method: 'bitsandbytes', load_in_4bit: true };
    const { directory, parameters } = written(llama, 'causal-lm', { config: { quantization_config } });
    const loaded = await loadedWithNotes(directory, 'causal-lm');
    expect(loaded.parameters).toEqual(parameters);
    expect(loaded.notes).toEqual([
      expect.stringMatching(/declares quantized weights \(bitsandbytes\), but they are not quantized/),
    ]);
    const saved = temporaryDirectory();
    await saveModel(saved, { ...loaded.model, parameters });
    expect(readFileSync(join(saved, 'config.json'), 'utf8')).not.toContain('quantization');
  });
});
