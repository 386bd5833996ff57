import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { activationKinds, type HostTensor, quantizedFormats } from '@attune/engine';
import { openOnnxEngine, openOnnxFile } from '@attune/engine/node';
import { describe, expect, it } from 'vitest';
import { decoderGoldens, hasGoldens } from '../../test/goldens';
import { tinyConfig, tinyParameters } from '../../test/tiny';
import { exportDecoder } from '../export/export-decoder';
import { mergeAdapter } from '../lora/merge-adapter';
import { initializeAdapter, type LoraModel, withLora } from '../lora/with-lora';
import { causalLanguageModel, type Model, maskedLanguageModel } from '../model';
import { type LoadedModel, loadModel } from '../node';
import { quantized, quantizeParameters } from '../quantized/quantized';
import { readAll, readGoldenJson } from '../testing/golden';
import { type DecoderFile, openFileDecoding } from './file-decoding';
import { type TokenGenerator, tokenGenerator } from './token-generator';

const engine = openOnnxEngine();
const stories = fileURLToPath(new URL('../../../../../shared/weights/stories260K', import.meta.url));
const fromFile = async ({ model, parameters }: Pick<LoadedModel, 'model' | 'parameters'>) =>
  tokenGenerator({
    model,
    file: await openOnnxFile(exportDecoder(model, { parameters, reads: 'last', isPortable: false }), {
      isSteady: true,
    }),
  });
/** A directory's model, on an engine or as its exported file. */
const loads = {
  'on an engine': async (directory: string) =>
    tokenGenerator({ ...(await loadModel(directory, { task: 'causal-lm' })), engine }),
  'from a file': async (directory: string) => fromFile(await loadModel(directory, { task: 'causal-lm' })),
};
const idsOf = async (...[prompts, options]: Parameters<TokenGenerator['generate']>) =>
  (await tiny.generate(prompts, options)).map(({ ids }) => ids);

/** Adapters that change something. */
function randomAdapter(adapted: LoraModel) {
  const fresh = initializeAdapter(adapted, 5);
  for (const [name, { data }] of Object.entries(fresh))
    if (name.includes('lora_B')) data.set(Array.from(data, (_, i) => Math.sin(i + name.length)));
  return fresh;
}

const model = causalLanguageModel(tinyConfig('llama', { eos_token_id: [39] }));
const tiny = tokenGenerator({ model, parameters: tinyParameters(model), engine });
const prompts = [[1, 7, 9], [1], [4, 4, 4, 4, 4, 8]];

describe.skipIf(!hasGoldens).each(Object.entries(loads))(
  'transformers goldens (needs ../shared/goldens), %s',
  (_, load) => {
    it.each(Object.entries(decoderGoldens))('%s writes what transformers does', async (_, directory) => {
      const { prompt, tokens } = await readAll(`${directory}/generate.safetensors`);
      const rowsOf = ({ data, shape: [rows, width] }: typeof prompt) =>
        Array.from({ length: rows }, (_, row) =>
          Array.from((data as unknown as Int32Array).subarray(row * width, (row + 1) * width)),
        );
      const generator = await load(directory);
      const written = await generator.generate(rowsOf(prompt), { maxNewTokens: tokens.shape[1], stopTokenIds: [] });
      expect(written.map(({ ids }) => ids)).toEqual(rowsOf(tokens));
    });
  },
);

describe.skipIf(!existsSync(stories)).each(Object.entries(loads))(
  'stories260K (needs ../shared/weights), %s',
  (_, load) => {
    it('tells its story', async () => {
      const { greedy_from_bos_ids: ids } = await readGoldenJson<{ greedy_from_bos_ids: number[] }>(
        `${stories}/golden_numpy.json`,
      );
      expect(ids.length).toBeGreaterThan(200);
      const [story] = await (await load(stories)).generate([[1]], { maxNewTokens: ids.length - 1 });
      expect(story).toEqual({ ids: ids.slice(1), ended: 'max-new-tokens' });
    });

    it('tells several stories at once as it tells each alone', async () => {
      const generator = await load(stories);
      const openings = [[1], [1, 403, 407, 261, 378, 432, 383], [1, 338, 401, 396]];
      const options = { maxNewTokens: 140, stopTokenIds: [] };
      const together = await generator.generate(openings, options);
      for (const [i, opening] of openings.entries())
        expect(await generator.generate([opening], options)).toEqual([together[i]]);
      expect(together.map(({ ids }) => ids.length)).toEqual([140, 140, 140]);
    });

    it("goes on to the model's last position", async () => {
      const [{ ids, ended }] = await (await load(stories)).generate([[1, 403]], {
        maxNewTokens: 1000,
        stopTokenIds: [],
      });
      expect([ids.length, ended]).toEqual([510, 'context']);
    });
  },
);

describe('what is drawn', () => {
  const options = { temperature: 1.5, topK: 20, maxNewTokens: 8, seed: 3 };

  it('is the same with the same seed, and another with another', async () => {
    const first = await idsOf(prompts, options);
    expect(await idsOf(prompts, options)).toEqual(first);
    expect(await idsOf(prompts, { ...options, seed: 4 })).not.toEqual(first);
  });

  it('differs between equal prompts, and does not depend on the prompts beside it', async () => {
    const [first, second] = await idsOf([[1], [1]], options);
    expect(second).not.toEqual(first);
    expect(await idsOf([[1], [4, 4, 8]], options)).toEqual([first, expect.anything()]);
  });

  it('is the likeliest where nothing is drawn, and where one token is left to draw', async () => {
    const greedy = await idsOf(prompts, { maxNewTokens: 8 });
    expect(await idsOf(prompts, { maxNewTokens: 8, topK: 1 })).toEqual(greedy);
    expect(await idsOf(prompts, { maxNewTokens: 8, topP: 1e-9 })).toEqual(greedy);
    expect(await idsOf(prompts, { maxNewTokens: 8, temperature: 9, doSample: false })).toEqual(greedy);
    expect(await idsOf(prompts, { maxNewTokens: 8, temperature: 9 })).not.toEqual(greedy);
  });
});

describe('a text ends', () => {
  it('at a stop token, which is not part of it, while the others go on', async () => {
    const whole = await tiny.generate(prompts, { maxNewTokens: 8, stopTokenIds: [] });
    const stop = whole[0].ids[3];
    const cut = await tiny.generate(prompts, { maxNewTokens: 8, stopTokenIds: [stop] });
    whole.forEach(({ ids }, i) => {
      const at = ids.indexOf(stop);
      expect(cut[i]).toEqual(at < 0 ? { ids, ended: 'max-new-tokens' } : { ids: ids.slice(0, at), ended: 'stop' });
    });
    expect(new Set(cut.map(({ ids }) => ids.length)).size).toBeGreaterThan(1);
  });

  it("at the model's own end token unless other ones are given", async () => {
    const [{ ids }] = await tiny.generate([[1]], { maxNewTokens: 8, stopTokenIds: [] });
    const other = causalLanguageModel(tinyConfig('llama', { eos_token_id: ids[2] }));
    const generator = tokenGenerator({ model: other, parameters: tinyParameters(model), engine });
    expect(await generator.generate([[1]])).toEqual([{ ids: ids.slice(0, ids.indexOf(ids[2])), ended: 'stop' }]);
  });

  it('where it is told to after a token, which is part of it', async () => {
    const [{ ids }] = await tiny.generate([[1]], { maxNewTokens: 8, stopTokenIds: [] });
    const endsAfter = ({ id }: { id: number }) => id === ids[2];
    const expected = { ids: ids.slice(0, ids.indexOf(ids[2]) + 1), ended: 'stop' };
    expect(await tiny.generate([[1]], { stopTokenIds: [], endsAfter })).toEqual([expected]);
  });

  it("at the end of the model's context", async () => {
    const written = await tiny.generate([[1, 2, 3]], { stopTokenIds: [] });
    expect(written).toEqual([{ ids: expect.any(Array), ended: 'context' }]);
    expect(written[0].ids).toHaveLength(13);
  });
});

it('writes from a file what it writes on an engine, of prompts of different lengths, drawn and not, to the end of the context', async () => {
  const file = await fromFile({ model, parameters: tinyParameters(model) });
  for (const options of [{}, { stopTokenIds: [] }, { temperature: 2, topK: 20, seed: 3, stopTokenIds: [5, 6] }])
    expect(await file.generate(prompts, options)).toEqual(await tiny.generate(prompts, options));
});

it('reads from a file the new tokens of the texts that go on alone, and gets their keys and values alone', async () => {
  const parameters = tinyParameters(model);
  const whole = await tiny.generate(prompts, { maxNewTokens: 8, stopTokenIds: [] });
  const opened = await openOnnxFile(exportDecoder(model, { parameters, reads: 'last', isPortable: false }));
  const read: (readonly number[])[] = [];
  const given: (readonly number[])[] = [];
  const file: DecoderFile = {
    async run(inputs) {
      read.push(inputs.input_ids.shape);
      const outputs = await opened.run(inputs);
      given.push(outputs['new.1.value'].shape);
      return outputs;
    },
  };
  const counts = [4, 1, 7]; // so many tokens of each prompt
  const left = counts.slice();
  const endsAfter = ({ prompt }: { prompt: number }) => --left[prompt] === 0;
  const written = await tokenGenerator({ model, file }).generate(prompts, { stopTokenIds: [], endsAfter });
  expect(written).toEqual(whole.map(({ ids }, i) => ({ ids: ids.slice(0, counts[i]), ended: 'stop' })));
  expect(read).toEqual([
    [3, 6],
    [2, 1],
    [2, 1],
    [2, 1],
    [1, 1],
    [1, 1],
    [1, 1],
  ]);
  expect(given).toEqual(read.map(([rows, queries]) => [rows, 2, queries, 8]));
});

describe.each(quantizedFormats)('in %s', (format) => {
  const made = (size: number) => {
    const sizes = { hidden_size: size, intermediate_size: 3 * size, head_dim: 8, vocab_size: 300 };
    const plain = causalLanguageModel(tinyConfig('llama', { ...sizes, eos_token_id: [39] }));
    const base = quantized(plain, { format });
    return { base, parameters: quantizeParameters(base, tinyParameters(plain)) };
  };

  it.each([16, 128, 192])('writes from a file what it writes on an engine, of a hidden size of %i', async (size) => {
    const { base, parameters } = made(size);
    const adapted = withLora(base, { r: 3, alpha: 6, targetModules: 'all-linear' });
    const both = { ...parameters, ...randomAdapter(adapted) };
    for (const [model, values] of [
      [base, parameters],
      [adapted, both],
    ] as const) {
      const onEngine = tokenGenerator({ model, parameters: values, engine });
      const file = await fromFile({ model, parameters: values });
      expect(await file.generate(prompts, { stopTokenIds: [] })).toEqual(
        await onEngine.generate(prompts, { stopTokenIds: [] }),
      );
    }
  });
});

it.each(['int8', 'int4'] as const)('has near logits from a file in %s with activations in 8 bits', async (format) => {
  const sizes = { hidden_size: 128, intermediate_size: 384, head_dim: 8, vocab_size: 300 };
  const plain = causalLanguageModel(tinyConfig('llama', sizes));
  const base = quantized(plain, { format });
  const parameters = quantizeParameters(base, tinyParameters(plain));
  const [exact, near] = await Promise.all(
    activationKinds.map(async (activations) => {
      const file = exportDecoder(base, { parameters, reads: 'last', isPortable: false, activations });
      return (await openFileDecoding(await openOnnxFile(file), base.config, 3).read(prompts)).data as Float32Array;
    }),
  );
  const norm = (values: Float32Array) => Math.hypot(...values);
  const difference = norm(near.map((value, i) => value - exact[i])) / norm(exact);
  expect(difference).toBeLessThan(0.12);
  expect(difference).toBeGreaterThan(1e-4);
});

it.each([
  ['every linear', { r: 3, alpha: 6, targetModules: 'all-linear' }],
  ['the logits too', { r: 2, alpha: 4, targetModules: ['lm_head', 'v_proj'] }],
])('writes with adapters beside its matrices what it writes with them merged: %s', async (_, options) => {
  const adapted = withLora(model, options);
  const parameters = { ...tinyParameters(model), ...randomAdapter(adapted) };
  const written = (own: Model, values: Record<string, HostTensor>) =>
    tokenGenerator({ model: own, parameters: values, engine }).generate(prompts, { maxNewTokens: 8, stopTokenIds: [] });
  const merged = await written(model, mergeAdapter(adapted, parameters));
  expect(await written(adapted, parameters)).toEqual(merged);
  expect(await tiny.generate(prompts, { maxNewTokens: 8, stopTokenIds: [] })).not.toEqual(merged);
});

it('streams tokens as they come, a step at a time, and ends with all of them', async () => {
  const stream = tiny.stream(prompts, { maxNewTokens: 3, stopTokenIds: [] });
  const order: number[] = [];
  const ids: number[][] = [[], [], []];
  let next = await stream.next();
  for (; !next.done; next = await stream.next()) {
    order.push(next.value.prompt);
    ids[next.value.prompt].push(next.value.id);
  }
  expect(order).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
  expect(next.value.map((text) => text.ids)).toEqual(ids);
});

describe('more prompts than go together', () => {
  const many = [[1, 7, 9], [1], [4, 4, 4, 4, 4, 8], [1, 3], [5, 5], [6, 2, 6, 2, 6], [9]];

  it('get what they get alone, drawn and not, at their own places', async () => {
    for (const options of [{}, { temperature: 1.5, topK: 20, seed: 3 }])
      expect(await idsOf(many, { ...options, maxNewTokens: 8, batchSize: 2 })).toEqual(
        await idsOf(many, { ...options, maxNewTokens: 8 }),
      );
  });

  it('are written on from those of like length together, the shortest first', async () => {
    const order: number[] = [];
    for await (const { prompt } of tiny.stream(many, { maxNewTokens: 2, stopTokenIds: [], batchSize: 3 }))
      order.push(prompt);
    expect(order).toEqual([1, 6, 3, 1, 6, 3, 4, 0, 5, 4, 0, 5, 2, 2]);
  });
});

describe('what cannot be', () => {
  it.each([
    [[[1]], { temperature: 0 }, 'ARGUMENT_INVALID', 'temperature: expected a number above 0'],
    [[[1]], { batchSize: 0 }, 'ARGUMENT_INVALID', 'batchSize: expected an integer ≥ 1, got 0'],
    [[[1]], { topK: 0 }, 'ARGUMENT_INVALID', 'topK: expected an integer ≥ 1, got 0'],
    [[[1]], { topP: 1.5 }, 'ARGUMENT_INVALID', 'topP: expected a number above 0, at most 1, got 1.5'],
    [[[1]], { repetitionPenalty: Number.NaN }, 'ARGUMENT_INVALID', 'repetitionPenalty: expected'],
    [[[1]], { maxNewTokens: 1.5 }, 'ARGUMENT_INVALID', 'maxNewTokens: expected an integer ≥ 1, got 1.5'],
    [[[1]], { seed: 0.5 }, 'ARGUMENT_INVALID', 'seed: expected an integer, got 0.5'],
    [[], {}, 'ARGUMENT_INVALID', 'at least one prompt'],
    [[[1], []], {}, 'ARGUMENT_INVALID', 'at least one token in prompt 1'],
    [[[1, 40]], {}, 'ARGUMENT_INVALID', 'token ids from 0 to 39 in prompt 0, got 40'],
    [[[1], new Array(16).fill(1)], {}, 'PROMPT_TOO_LONG', 'prompt 1 expected at most 15 tokens'],
  ])('is refused: %j %j', async (prompts, options, code, message) => {
    const error = { name: 'AttuneError', code, message: expect.stringContaining(message) };
    await expect(tiny.generate(prompts, options)).rejects.toMatchObject(error);
  });

  it('is refused: a model of another task', () => {
    const masked = maskedLanguageModel(tinyConfig('bert'));
    expect(() => tokenGenerator({ model: masked, parameters: {}, engine })).toThrow(
      expect.objectContaining({ code: 'MODEL_TASK', message: expect.stringContaining('got one for masked-lm') }),
    );
  });

  it('is refused: parameters beside the model, which it would write without', () => {
    const specs = {
      ...model.specs,
      'model.layers.0.mlp.up_proj.lora_A.weight': { shape: [2, 16], dtype: 'float32' },
    } as const;
    expect(() => tokenGenerator({ model: { ...model, specs }, parameters: {}, engine })).toThrow(
      expect.objectContaining({ code: 'MODEL_UNSUPPORTED', message: expect.stringContaining('lora_A.weight') }),
    );
  });
});
