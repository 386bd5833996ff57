import { fileURLToPath } from 'node:url';
import { openCpuEngine } from '@attune/engine';
import { openOnnxEngine, openOnnxFile } from '@attune/engine/node';
import { largestDifference } from '@attune/engine/testing';
import { describe, expect, it } from 'vitest';
import { decoderGoldens, hasGoldens } from '../../test/goldens';
import { greedy } from '../../test/greedy';
import { tinyConfig, tinyDecoders, tinyParameters } from '../../test/tiny';
import { exportDecoder } from '../export/export-decoder';
import { causalLanguageModel } from '../model';
import { type LoadedModel, loadModel } from '../node';
import { readAll } from '../testing/golden';
import { cachedProgram, openDecoding } from './decoding';
import { openFileDecoding } from './file-decoding';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const engines = [openCpuEngine(), openOnnxEngine()];
const [cpu, onnx] = engines;

type Written = Pick<LoadedModel, 'model' | 'parameters'>;

const decodingOf = ({ model, parameters }: Written, rows: number, engine = onnx) =>
  openDecoding({ config: model.config, parameters, program: engine.compile(cachedProgram(model)) }, rows);

const rowOf = ({ data }: { data: unknown }, row: number, width: number): number[] =>
  Array.from((data as Float32Array).subarray(row * width, (row + 1) * width));

const waysToDecode = {
  'on an engine': (written: Written, rows: number) => decodingOf(written, rows),
  'from a file': async ({ model, parameters }: Written, rows: number) => {
    const file = await openOnnxFile(exportDecoder(model, { parameters, reads: 'last', isPortable: false }));
    return openFileDecoding(file, model.config, rows);
  },
};

const tinyLlama = (maxPositions: number): Written => {
  const model = causalLanguageModel(
    tinyConfig('llama', { num_key_value_heads: 1, max_position_embeddings: maxPositions }),
  );
  return { model, parameters: tinyParameters(model) };
};

describe.skipIf(!hasGoldens)('transformers goldens (needs ../shared/goldens)', () => {
  describe.each(Object.entries(decoderGoldens))('%s', (_, directory) => {
    it.each(engines)("has the reference's logits, step by step, on $name", async (engine) => {
      const { prompt, tokens, logits } = await readAll(`${directory}/generate.safetensors`);
      const [rows, steps, vocab] = logits.shape;
      const loaded = await loadModel(directory, { task: 'causal-lm' });
      const decoding = decodingOf(loaded, rows, engine);
      let next = Array.from({ length: rows }, (_, row) => rowOf(prompt, row, prompt.shape[1]));
      for (let step = 0; step < steps; step++) {
        const got = await decoding.read(next);
        for (let row = 0; row < rows; row++) {
          const expected = rowOf(logits, row * steps + step, vocab);
          expect(largestDifference(rowOf(got, row, vocab), expected).absolute).toBeLessThan(5e-5);
        }
        next = Array.from({ length: rows }, (_, row) => [rowOf(tokens, row, steps)[step]]);
      }
    });
  });
});

describe('a step with cached keys and values', () => {
  const prompts = [[1, 7, 9], [1, 8, 2, 11, 30, 5, 17], [1]];

  it.each(tinyDecoders)('has the logits of the whole sequence: %s', async (name) => {
    await expectAsWhole(await loadModel(fixtures + name, { task: 'causal-lm' }), prompts, 12);
  });

  it('has them where the cache has grown', async () => {
    const long = Array.from({ length: 60 }, (_, i) => (i * 7) % 40);
    await expectAsWhole(tinyLlama(150), [long, [1, 2, 3]], 80); // 64, 128, then the model's 150
  });

  it('has them on the engine in plain JavaScript', async () => {
    await expectAsWhole(tinyLlama(64), prompts, 3, cpu);
  });

  it('leaves a row as it is while the row reads nothing', async () => {
    const vocab = 40;
    const paused = decodingOf(tinyLlama(64), 2);
    await paused.read([
      [1, 7, 9],
      [1, 8],
    ]);
    await paused.read([[], [4]]);
    const logits = await paused.read([[5], [6]]);
    const alone = decodingOf(tinyLlama(64), 1);
    await alone.read([[1, 7, 9]]);
    const expected = await alone.read([[5]]);
    expect(largestDifference(rowOf(logits, 0, vocab), rowOf(expected, 0, vocab)).absolute).toBeLessThan(1e-6);
  });
});

describe.each(Object.entries(waysToDecode))('rows that have ended, %s', (way, open) => {
  const prompts = [[1, 7, 9], [2, 8, 3, 11], [5], [4, 6]];
  const logitsAlone = async (prompt: number[], ...more: number[]) => {
    const alone = decodingOf(tinyLlama(150), 1);
    let logits = await alone.read([prompt]);
    for (const token of more) logits = await alone.read([[token]]);
    return rowOf(logits, 0, 40);
  };

  it('leave, and the others go on as if they were alone, beyond the room that they had', async () => {
    const decoding = await open(tinyLlama(150), prompts.length);
    await decoding.read(prompts);
    const first = decoding.shrink([true, false, true, false]);
    expect(first).toEqual([1, 3]);
    await decoding.read([[9], [10]]);
    expect(decoding.shrink([true, false])).toEqual([1]);
    const rest = Array.from({ length: 70 }, (_, i) => (i * 11) % 40);
    let logits = await decoding.read([[12]]);
    for (const token of rest) logits = await decoding.read([[token]]);
    const expected = await logitsAlone(prompts[3], 10, 12, ...rest);
    expect(largestDifference(rowOf(logits, 0, 40), expected).absolute).toBeLessThan(1e-5);
  });

  it('leave one by one where that costs nothing, and else by halves', async () => {
    const decoding = await open(tinyLlama(150), prompts.length);
    await decoding.read(prompts);
    expect(decoding.shrink([false, true, false, false])).toEqual(way === 'from a file' ? [0, 2, 3] : [0, 1, 2, 3]);
  });
});

/** Reads on with the tokens that the model chooses when it computes everything anew. */
async function expectAsWhole(loaded: Written, prompts: number[][], steps: number, engine = onnx) {
  const whole = await greedy(loaded as LoadedModel, prompts, { engine: onnx, steps });
  const { vocabSize } = loaded.model.config;
  const decoding = decodingOf(loaded, prompts.length, engine);
  let next = prompts;
  for (const [step, expected] of whole.logits.entries()) {
    const got = await decoding.read(next);
    prompts.forEach((_, row) => {
      const [own, others] = [got, expected].map((logits) => rowOf(logits, row, vocabSize));
      expect(largestDifference(own, others).absolute).toBeLessThan(1e-5);
    });
    next = prompts.map(({ length }, row) => [whole.sequences[row][length + step]]);
  }
}
