import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference } from '@attune/engine/testing';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { decoderTypes, tinyConfig, tinyParameters } from '../../test/tiny';
import { packSequences } from '../batch';
import { withLora } from '../lora/with-lora';
import { causalLanguageModel, type Model, sequenceClassifier } from '../model';
import { quantized } from '../quantized/quantized';
import { selectTokens } from '../select-tokens';
import { exportDecoder } from './export-decoder';
import { exportModel, exportSavedModel } from './export-model';

const engine = openOnnxEngine();
const llama3 = {
  rope_type: 'llama3',
  factor: 4,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8,
};
const models: Record<string, Model> = {
  'heads of its own, a head of its own': causalLanguageModel(tinyConfig('llama', { num_key_value_heads: 2 })),
  'shared keys, a tied head, scaled rotations': causalLanguageModel(
    tinyConfig('llama', {
      ...{ num_attention_heads: 4, num_key_value_heads: 2, tie_word_embeddings: true },
      rope_scaling: llama3,
    }),
  ),
  'the norms and windows of a Gemma 3': causalLanguageModel(tinyConfig('gemma3_text')),
  'the window of a Mistral': causalLanguageModel(tinyConfig('mistral')),
  'the biases of a Qwen2': causalLanguageModel(tinyConfig('qwen2')),
  'the norms of a Qwen3': causalLanguageModel(tinyConfig('qwen3')),
};
const sequences = [
  [5, 9, 2, 7, 4, 8],
  [8, 3, 11],
];
const width = 6;

/** Logits of every token of each sequence, one after another. */
async function expectedLogits(model: Model, parameters: ReturnType<typeof tinyParameters>): Promise<Float32Array> {
  const packed = packSequences(
    sequences.map((ids) => ({ ids })),
    { rowLength: 16 },
  );
  const batch = selectTokens(
    packed,
    sequences.map(({ length }) => [...Array(length).keys()]),
  );
  return (await engine.compile(model.program).run({ ...batch }, parameters)).logits.data as Float32Array;
}

const int64 = (rows: readonly (readonly number[])[]) =>
  new ort.Tensor('int64', BigInt64Array.from(rows.flat().map(BigInt)), [rows.length, rows[0].length]);

/** The sequences, padded on the left, through a file a few tokens at a time; the logits of what is no padding. */
async function logitsInParts(
  session: ort.InferenceSession,
  { config }: Model,
  parts: readonly number[],
  firstPosition = 0,
) {
  const { keyValueHeads, headDim } = config.decoder!;
  const empty = () => new ort.Tensor('float32', new Float32Array(0), [sequences.length, keyValueHeads, 0, headDim]);
  const states = session.inputNames.filter((name) => name.startsWith('past_key_values.'));
  let past: Record<string, ort.Tensor> = Object.fromEntries(states.map((name) => [name, empty()]));
  const padding = sequences.map(({ length }) => width - length);
  const columns = Array.from({ length: width }, (_, column) => column);
  const logits: number[][] = sequences.map(() => []);
  let start = 0;
  for (const count of parts) {
    const own = columns.slice(start, start + count);
    const seen = columns.slice(0, start + count);
    const outputs = await session.run({
      input_ids: int64(sequences.map((ids, row) => own.map((column) => ids[column - padding[row]] ?? 0))),
      attention_mask: int64(padding.map((pad) => seen.map((column) => (column < pad ? 0 : 1)))),
      position_ids: int64(padding.map((pad) => own.map((column) => Math.max(column - pad, 0) + firstPosition))),
      ...past,
    });
    expect(outputs.logits.dims).toEqual([sequences.length, count, config.vocabSize]);
    const data = outputs.logits.data as Float32Array;
    sequences.forEach((_, row) => {
      own.forEach((column, i) => {
        const at = (row * count + i) * config.vocabSize;
        if (column >= padding[row]) logits[row].push(...data.subarray(at, at + config.vocabSize));
      });
    });
    past = Object.fromEntries(states.map((name) => [name, outputs[name.replace('past_key_values', 'present')]]));
    expect(Object.values(past)[0].dims).toEqual([sequences.length, keyValueHeads, start + count, headDim]);
    start += count;
  }
  return logits.flat();
}

const open = (file: ReturnType<typeof exportModel>) => ort.InferenceSession.create(Buffer.concat([...file.chunks()]));

describe.each(Object.entries(models))('an exported decoder with %s', (_, model) => {
  const parameters = tinyParameters(model);

  it("has Hugging Face's borders", async () => {
    const { inputNames, outputNames } = await open(exportModel(model, { parameters }));
    const [past, present] = ['past_key_values', 'present'].map((prefix) =>
      [0, 1].flatMap((layer) => [`${prefix}.${layer}.key`, `${prefix}.${layer}.value`]),
    );
    expect(inputNames).toEqual(['input_ids', 'attention_mask', 'position_ids', ...past]);
    expect(outputNames).toEqual(['logits', ...present]);
  });

  it('gives the last logits and the new states alone for a cache of its own', async () => {
    const { inputNames, outputNames } = await open(exportDecoder(model, { parameters, reads: 'last' }));
    const named = (prefix: string) => [0, 1].flatMap((layer) => [`${prefix}.${layer}.key`, `${prefix}.${layer}.value`]);
    expect(inputNames).toEqual(['input_ids', 'attention_mask', 'position_ids', ...named('past_key_values')]);
    expect(outputNames).toEqual(['logits', ...named('new')]);
  });

  it.each([[[6]], [[2, 4]], [[1, 1, 1, 1, 1, 1]]])("has the model's logits, read in parts of %j", async (parts) => {
    const expected = await expectedLogits(model, parameters);
    const logits = await logitsInParts(await open(exportModel(model, { parameters })), model, parts);
    expect(largestDifference(Float32Array.from(logits), expected).absolute).toBeLessThan(1e-5);
  });

  it('is near with 8-bit weights', async () => {
    const file = exportModel(model, { parameters, precision: 'int8' });
    const expected = await expectedLogits(model, parameters);
    const logits = await logitsInParts(await open(file), model, [3, 3]);
    const norm = (values: ArrayLike<number>) => Math.hypot(...Array.from(values));
    expect(norm(logits.map((value, i) => value - expected[i])) / norm(expected)).toBeLessThan(0.15);
  });
});

it('of a Gemma 3 sees the same tokens where positions begin at 1, as in transformers.js', async () => {
  const model = models['the norms and windows of a Gemma 3'];
  const parameters = tinyParameters(model);
  const expected = await expectedLogits(model, parameters);
  const session = await open(exportModel(model, { parameters }));
  for (const parts of [[6], [2, 4], [1, 1, 1, 1, 1, 1]]) {
    const logits = await logitsInParts(session, model, parts, 1);
    expect(largestDifference(Float32Array.from(logits), expected).absolute).toBeLessThan(1e-5);
  }
});

it('is of ONNX operators alone, unless it is for onnxruntime alone', () => {
  const [model] = Object.values(models);
  const parameters = tinyParameters(model);
  const extensions = ['SimplifiedLayerNormalization', 'RotaryEmbedding', 'FusedMatMul'];
  const foundIn = (options: object) => {
    const file = Buffer.concat([...exportDecoder(model, { parameters, ...options }).chunks()]);
    return extensions.filter((operator) => file.includes(operator));
  };
  expect(foundIn({})).toEqual([]);
  expect(foundIn({ precision: 'int8' })).toEqual([]);
  expect(foundIn({ isPortable: false })).toEqual(extensions);
});

it('is about a quarter as large with 8-bit weights', () => {
  const model = causalLanguageModel(
    tinyConfig('llama', { hidden_size: 128, vocab_size: 2000, intermediate_size: 256 }),
  );
  const parameters = tinyParameters(model);
  const [full, small] = (['fp32', 'int8'] as const).map((precision) => exportModel(model, { parameters, precision }));
  expect(small.byteLength / full.byteLength).toBeLessThan(0.3);
});

it('refuses codes, adapters, and a SavedModel by name', () => {
  const [plain] = Object.values(models);
  const parameters = tinyParameters(plain);
  const refusal = (message: RegExp) =>
    expect.objectContaining({ code: 'EXPORT_UNSUPPORTED', message: expect.stringMatching(message) });
  const adapted = withLora(plain, { r: 2, alpha: 4, targetModules: ['q_proj'] });
  expect(() => exportModel(adapted, { parameters })).toThrow(refusal(/adapters; merge them/));
  expect(() => exportModel(quantized(plain, { format: 'int8' }), { parameters })).toThrow(
    refusal(/quantized matrices; turn/),
  );
  const integers = (model: Model, isPortable = false) =>
    exportDecoder(model, { parameters, isPortable, activations: 'int8' });
  expect(() => integers(plain)).toThrow(refusal(/int8 or int4 in a file for onnxruntime.*got one in float32/));
  expect(() => integers(quantized(plain, { format: 'nf4' }))).toThrow(refusal(/got one in nf4/));
  expect(() => integers(plain, true)).toThrow(refusal(/got a portable file; remove it/));
  expect(() => exportSavedModel(plain, { parameters })).toThrow(refusal(/exportSavedModel: expected an encoder/));
});

describe.each(decoderTypes)('an exported %s that classifies', (type) => {
  const classifier = sequenceClassifier(
    tinyConfig(type, { id2label: { 0: 'a', 1: 'b', 2: 'c' }, num_key_value_heads: 1 }),
  );
  const parameters = tinyParameters(classifier);

  it('reads the last token of each row, padded on the right or the left', async () => {
    const batch = {
      ...packSequences(
        [...sequences, [7]].map((ids) => ({ ids })),
        { rowLength: 16 },
      ),
    };
    const expected = (await engine.compile(classifier.program).run(batch, parameters)).logits.data as Float32Array;
    const session = await open(exportModel(classifier, { parameters }));
    const padded = (isLeft: boolean) => {
      const rows = [...sequences, [7]].map((ids) => {
        const fill = new Array(8 - ids.length).fill(0);
        const ones = ids.map(() => 1);
        return isLeft
          ? [
              [...fill, ...ids],
              [...fill, ...ones],
            ]
          : [
              [...ids, ...fill],
              [...ones, ...fill],
            ];
      });
      return { input_ids: int64(rows.map(([ids]) => ids)), attention_mask: int64(rows.map(([, mask]) => mask)) };
    };
    for (const isLeft of [false, true]) {
      const { logits } = await session.run(padded(isLeft));
      expect(logits.dims).toEqual([3, 3]);
      expect(largestDifference(logits.data as Float32Array, expected).absolute).toBeLessThan(1e-5);
    }
  });
});
