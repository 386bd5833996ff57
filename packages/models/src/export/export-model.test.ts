import { fileURLToPath } from 'node:url';
import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference } from '@attune/engine/testing';
import { describe, expect, it } from 'vitest';
import { openOnnxFile } from '../../test/run-onnx';
import { encoderTypes, tinyConfig, tinyParameters } from '../../test/tiny';
import { packSequences, type Sequence } from '../batch';
import { encoders } from '../families';
import { type Model, maskedLanguageModel, sequenceClassifier, tokenClassifier } from '../model';
import { loadModel } from '../node';
import { selectTokens } from '../select-tokens';
import { readAll, unpadded } from '../testing/golden';
import { exportModel } from './export-model';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const engine = openOnnxEngine();

/** Sequences of the lengths given, of ids that differ. */
const sequencesOf = (lengths: readonly number[]): Sequence[] =>
  lengths.map((length, row) => ({
    ids: Array.from({ length }, (_, i) => 1 + ((row * 11 + i * 7) % 39)),
    typeIds: Array.from({ length }, (_, i) => (2 * i > length ? 1 : 0)),
  }));

const batches = [[1], [16], [3, 9], [5, 5, 5], [16, 1, 7, 12, 2, 9, 4]].map(sequencesOf);

/** The engine's logits of every sequence, or of every token where the file has them. */
async function engineLogits(model: Model, parameters: ReturnType<typeof tinyParameters>, sequences: Sequence[]) {
  const packed = packSequences(sequences, { rowLength: 16 });
  const everyToken = sequences.map(({ ids }) => [...Array(ids.length).keys()]);
  const batch = model.task === 'sequence-classification' ? packed : selectTokens(packed, everyToken);
  return (await engine.compile(model.program).run({ ...batch }, parameters)).logits.data;
}

/** The rows [sequence, position] of logits [batch, length, width] that are no padding. */
function withoutPadding({ data, shape }: { data: Float32Array; shape: readonly number[] }, sequences: Sequence[]) {
  const [, length, width] = shape;
  return sequences.flatMap(({ ids }, row) => [
    ...data.subarray(row * length * width, (row * length + ids.length) * width),
  ]);
}

/** ‖actual − expected‖ / ‖expected‖. */
function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const norm = (value: (i: number) => number) => Math.hypot(...Array.from(expected, (_, i) => value(i)));
  return norm((i) => actual[i] - expected[i]) / norm((i) => expected[i]);
}

describe.each(encoderTypes)('an exported %s', (modelType) => {
  const classifier = sequenceClassifier(tinyConfig(modelType, { id2label: { 0: 'a', 1: 'b', 2: 'c' } }));
  const parameters = tinyParameters(classifier);

  it("has the engine's logits for any number of sequences, of any length, padded further or not", async () => {
    const file = await openOnnxFile(exportModel(classifier, { parameters }));
    expect(file.inputNames).toEqual([
      'input_ids',
      'attention_mask',
      ...(['bert', 'electra'].includes(modelType) ? ['token_type_ids'] : []),
    ]);
    expect(file.outputMetadata).toMatchObject([{ name: 'logits', type: 'float32', shape: ['batch', 3] }]);
    for (const sequences of batches) {
      const expected = await engineLogits(classifier, parameters, sequences);
      for (const length of [undefined, 16]) {
        const { data, shape } = await file.logits(sequences, length);
        expect(shape).toEqual([sequences.length, 3]);
        expect(largestDifference(data, expected).absolute).toBeLessThan(1e-5);
      }
    }
  });

  const { prefix } = encoders[modelType]; // of an XLM-R, whose computation is RoBERTa's, RoBERTa's
  it.each(['single', 'multi'])("has transformers' logits of %s-label fixtures", async (labels) => {
    const { model, parameters } = await loadModel(`${fixtures}${prefix}-${labels}`);
    const io = await readAll(`${fixtures}${prefix}-${labels}/io.safetensors`);
    const file = await openOnnxFile(exportModel(model, { parameters }));
    const { data } = await file.logits(unpadded(io), io.input_ids.shape[1]);
    expect(largestDifference(data, io.logits.data as Float32Array).relative).toBeLessThan(5e-6);
  });

  it.each([
    ['token classifier', tokenClassifier(tinyConfig(modelType)), 2],
    ['masked language model', maskedLanguageModel(tinyConfig(modelType)), 40],
  ] as const)('has logits of every token of a %s', async (_, model, width) => {
    const own = tinyParameters(model);
    const [file, small] = [
      exportModel(model, { parameters: own }),
      exportModel(model, { parameters: own, precision: 'int8' }),
    ];
    const [exact, near] = [await openOnnxFile(file), await openOnnxFile(small)];
    for (const sequences of batches) {
      const expected = await engineLogits(model, own, sequences);
      const logits = await exact.logits(sequences, 16);
      expect(logits.shape).toEqual([sequences.length, 16, width]);
      expect(largestDifference(withoutPadding(logits, sequences), expected).absolute).toBeLessThan(1e-5);
      const rounded = withoutPadding(await near.logits(sequences, 16), sequences);
      expect(relativeError(rounded, expected)).toBeLessThan(0.15);
    }
  });

  // Weights are off by up to 1/128 of their row's largest, activations by 1/510 of their range: about half a per cent a
  // product, which over two layers of 16 untrained channels comes to 2 to 10 % of the logits.
  it('is near with 8-bit weights', async () => {
    const file = await openOnnxFile(exportModel(classifier, { parameters, precision: 'int8' }));
    for (const sequences of batches) {
      const expected = await engineLogits(classifier, parameters, sequences);
      const { data } = await file.logits(sequences, 16);
      expect(relativeError(data, expected)).toBeLessThan(0.15);
    }
  });

  it('is about a quarter as large with 8-bit weights', () => {
    const model = sequenceClassifier(tinyConfig(modelType, { vocab_size: 2000, dim: 128, hidden_size: 128 }));
    const own = tinyParameters(model);
    const [full, small] = (['fp32', 'int8'] as const).map((precision) =>
      exportModel(model, { parameters: own, precision }),
    );
    expect(small.byteLength / full.byteLength).toBeLessThan(0.3);
  });
});
