import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openCpuEngine } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference } from '@attune/engine/testing';
import { describe, expect, it } from 'vitest';
import { decoderGoldens, hasGoldens } from '../../test/goldens';
import { greedy } from '../../test/greedy';
import { packSequences } from '../batch';
import { loadModel } from '../node';
import { nextTokens, selectLabeled, selectTokens } from '../select-tokens';
import { testEncoder } from '../testing';
import { readAll, readGoldenJson } from '../testing/golden';

const engines = [openCpuEngine(), openOnnxEngine()];
const [, onnx] = engines;
const stories = fileURLToPath(new URL('../../../../../shared/weights/stories260K', import.meta.url));

describe.skipIf(!hasGoldens)('transformers goldens (needs ../shared/goldens)', () => {
  describe.each(Object.entries(decoderGoldens))('%s', (_, directory) => {
    it.each(testEncoder({ directory, task: 'causal-lm', engines }))('$title', ({ run }) => run());

    it.each(engines)("chooses the reference's tokens, from its logits, on $name", async (engine) => {
      const { prompt, tokens, logits } = await readAll(`${directory}/generate.safetensors`);
      const [rows, steps, vocab] = logits.shape;
      const rowOf = ({ data }: { data: unknown }, row: number, width: number) =>
        Array.from((data as Float32Array).subarray(row * width, (row + 1) * width));
      const prompts = Array.from({ length: rows }, (_, row) => rowOf(prompt, row, prompt.shape[1]));
      const loaded = await loadModel(directory, { task: 'causal-lm' });
      const out = await greedy(loaded, prompts, { engine, steps });
      out.sequences.forEach((sequence, row) => {
        expect(sequence).toEqual([...prompts[row], ...rowOf(tokens, row, steps)]);
        out.logits.forEach((ofStep, step) => {
          const expected = rowOf(logits, row * steps + step, vocab);
          expect(largestDifference(rowOf(ofStep, row, vocab), expected).absolute).toBeLessThan(5e-5);
        });
      });
    });
  });
});

interface Story {
  readonly greedy_from_bos_ids: readonly number[];
  /** A sentence, and the model's mean loss over it. */
  readonly encode_ids: readonly number[];
  readonly mean_nll: number;
  readonly last_logits_first8: readonly number[];
}

describe.skipIf(!existsSync(stories))('stories260K (needs ../shared/weights)', () => {
  const load = () => loadModel(stories, { task: 'causal-lm' });
  const golden = () => readGoldenJson<Story>(`${stories}/golden_numpy.json`);

  it('has every tensor, and a use for every one', async () => {
    const { initialized, unexpected, model } = await load();
    expect([initialized, unexpected]).toEqual([[], []]);
    expect(model.config.decoder).toEqual({
      keyValueHeads: 4,
      headDim: 8,
      rope: { type: 'default', theta: 10_000 },
      tied: true,
    });
  });

  it('tells its story', async () => {
    const { greedy_from_bos_ids: ids } = golden();
    const { sequences } = await greedy(await load(), [[1]], { engine: onnx, steps: ids.length - 1 });
    expect(sequences[0]).toEqual(ids);
  });

  it('has the loss of a sentence, and the logits after it', async () => {
    const { encode_ids: ids, mean_nll, last_logits_first8 } = golden();
    const { model, parameters } = await load();
    const packed = packSequences([{ ids }], { rowLength: ids.length });
    const program = onnx.compile(model.program);
    const { loss } = await program.run({ ...selectLabeled(packed, [nextTokens(ids)]) }, parameters);
    expect(Math.abs(loss.data[0] / mean_nll - 1)).toBeLessThan(1e-5);
    const { logits } = await program.run({ ...selectTokens(packed, [[ids.length - 1]]) }, parameters);
    expect(largestDifference(logits.data.slice(0, 8), last_logits_first8).absolute).toBeLessThan(5e-5);
  });
});
