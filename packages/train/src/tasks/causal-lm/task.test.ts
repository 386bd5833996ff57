import { type HostTensor, record, withGradients } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference, replayFloat64 } from '@attune/engine/testing';
import { causalLanguageModel, initialize, initializeAdapter, parseModelConfig, withLora } from '@attune/models';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../loop/evaluate';
import { causalLmTask } from './task';

const json = { hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 24, vocab_size: 30 };
const base = causalLanguageModel(
  parseModelConfig({ model_type: 'llama', ...json, max_position_embeddings: 32, initializer_range: 0.4 }, 'tiny'),
);
const model = withLora(base, { r: 2, alpha: 4, targetModules: ['q_proj', 'down_proj', 'lm_head'], dropout: 0.3 });
const parameters = { ...initialize(base.specs, base.config, 2), ...initializeAdapter(model, 3) };
for (const [name, { data }] of Object.entries(parameters))
  if (name.includes('lora_B')) data.set(Array.from(data, (_, i) => Math.sin(i)));

const data = {
  sequences: [
    [3, 9, 4, 11, 2],
    [5, 5, 8],
    [7, 1, 12, 20, 21, 22, 2],
    [4, 2],
  ].map((ids) => ({ ids })),
  promptLengths: [3, 1, 0, 1],
};
const task = causalLmTask();
const shape = { batchSize: 4, rowLength: 9, padTokenId: 0, random: { seed: 1, epoch: 1 } };
const every = Int32Array.of(0, 1, 2, 3);

describe('causalLmTask', () => {
  it('measures plain texts without their end tokens too, as a mean over the other tokens', async () => {
    const plain = { sequences: data.sequences, promptLengths: [0, 0, 0, 0] };
    const engine = openOnnxEngine();
    const forward = engine.compile(base.program);
    const run = (batch: Parameters<typeof forward.run>[0]) => forward.run(batch, parameters);
    const settings = { batchSize: 3, padTokenId: 0, seed: 1 };
    const measured = (task: ReturnType<typeof causalLmTask>, own = plain) => evaluate(run, own, { task, ...settings });
    const whole = await measured(causalLmTask());
    expect(whole).not.toHaveProperty('perplexityWithoutEnd');
    const found = await measured(causalLmTask({ endTokenId: 2 }));
    expect(found).toEqual({ ...whole, perplexityWithoutEnd: found.perplexityWithoutEnd });
    // The same model over the texts with their last tokens cut off; the last text has no token but that to learn.
    const cut = plain.sequences.map(({ ids }) => ({ ids: ids.at(-1) === 2 ? ids.slice(0, -1) : ids }));
    const sequences = cut.filter(({ ids }) => ids.length > 1);
    const { perplexity } = await measured(causalLmTask(), { sequences, promptLengths: sequences.map(() => 0) });
    expect(found.perplexityWithoutEnd / perplexity).toBeCloseTo(1, 5);
    expect(Math.abs(found.perplexityWithoutEnd / whole.perplexity - 1)).toBeGreaterThan(1e-3);
    expect(await measured(causalLmTask({ endTokenId: 29 }))).toEqual(whole); // none ends with it
  });

  it('learns the tokens after the prompts, and reads no other position', () => {
    const { tensors, weight, tokens, answers } = task.batch(data, every, shape);
    const expected = [[11, 2], [5, 8], [1, 12, 20, 21, 22, 2], [2]];
    expect([weight, answers, tokens]).toEqual([11, 11, 17]);
    expect(Array.from(tensors.labels.data.subarray(0, 11))).toEqual(expected.flat());
    const positions = [[2, 3], [0, 1], [0, 1, 2, 3, 4, 5], [0]];
    expect(Array.from(tensors.readPositionIds.data.subarray(0, 11))).toEqual(positions.flat());
    expect(Array.from(tensors.weights.data)).toEqual([...Array(11).fill(1), ...Array(21).fill(0)]);
    const { data: ids } = tensors.inputIds;
    const read = Array.from(tensors.reads.data.subarray(0, 11), (place) => ids[place]);
    expect(read).toEqual([4, 11, 5, 5, 7, 1, 12, 20, 21, 22, 4]);
  });

  it.each([undefined, { shape: [2], dtype: 'int32', data: Int32Array.of(4, 2) } as HostTensor])(
    'is packed what its examples are one by one, loss and gradients, in float64 (seed %#)',
    (seed) => {
      const trained = Object.keys(model.specs);
      const fn = withGradients(model.program, trained);
      const run = (examples: Int32Array, rowLength: number) => {
        const firstExample = examples.length === 1 ? examples[0] : 0;
        const { tensors, weight } = task.batch(data, examples, { ...shape, rowLength, firstExample });
        const batch = { ...tensors, ...(seed && { seed }) };
        return { weight, out: replayFloat64(record(fn, batch, parameters), { ...batch, ...parameters }) };
      };
      const whole = run(every, 9); // two rows, of several examples each
      const single = Array.from(every, (i) => run(Int32Array.of(i), 8));
      const mixed = (name: string, at: number) =>
        single.reduce((sum, { weight, out }) => sum + (weight / whole.weight) * out[name].data[at], 0);
      expect(Math.abs(whole.out.loss.data[0] - mixed('loss', 0))).toBeLessThan(1e-12);
      const gradients = Object.keys(whole.out).filter((name) => name !== 'loss' && name !== 'logits');
      expect(gradients.length).toBe(trained.length);
      for (const name of gradients) {
        const { data: values } = whole.out[name];
        const expected = Array.from(values, (_, at) => mixed(name, at));
        expect(largestDifference(values, expected).absolute, name).toBeLessThan(1e-12);
      }
    },
  );

  it('measures what plain formulas do over all next tokens', async () => {
    const engine = openOnnxEngine();
    const program = engine.compile(model.program);
    const forward = (batch: Record<string, HostTensor>) => program.run(batch, parameters);
    const metrics = await evaluate(forward as never, data, { task, batchSize: 2, padTokenId: 0, seed: 1 });
    const { tensors, weight } = task.batch(data, every, shape);
    const { logits } = await program.run(tensors, parameters);
    const rows = Array.from({ length: weight }, (_, i) => Array.from(logits.data.subarray(i * 30, (i + 1) * 30)));
    const expected = Array.from(tensors.labels.data.subarray(0, weight));
    const guessed = rows.map((row) => row.indexOf(Math.max(...row)));
    const logSum = (row: number[]) => Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0));
    const loss = rows.reduce((sum, row, i) => sum + logSum(row) - row[expected[i]], 0) / weight;
    expect(metrics.loss).toBeCloseTo(loss, 5);
    expect(metrics.perplexity).toBeCloseTo(Math.exp(loss), 3);
    const hits = (id: number) => expected.filter((own, i) => own === id && guessed[i] === id).length;
    const count = (ids: number[], id: number) => ids.filter((own) => own === id).length;
    const weighted = (score: (id: number) => number) =>
      [...new Set(expected)].reduce((sum, id) => sum + (count(expected, id) / weight) * score(id), 0);
    expect(metrics.accuracy).toBeCloseTo(expected.filter((id, i) => id === guessed[i]).length / weight, 12);
    expect(metrics.weightedPrecision).toBeCloseTo(
      weighted((id) => hits(id) / Math.max(1, count(guessed, id))),
      12,
    );
    expect(metrics.weightedRecall).toBeCloseTo(
      weighted((id) => hits(id) / count(expected, id)),
      12,
    );
    expect(metrics.weightedF1).toBeCloseTo(
      weighted((id) => (2 * hits(id)) / (count(expected, id) + count(guessed, id))),
      12,
    );
    await engine.close();
  });

  it('reads few numbers of tokens, hardly more than there are to learn', () => {
    const reads = (tokens: number) => {
      const long = { sequences: [{ ids: new Int32Array(tokens + 1) }], promptLengths: [1] };
      return task.batch(long, Int32Array.of(0), { ...shape, rowLength: 2048 }).tensors.reads.shape[0];
    };
    const some = Array.from({ length: 130 }, (_, i) => 1 + 13 * i);
    const between = some.filter((tokens) => tokens > 256 && tokens <= 512);
    expect([...new Set(between.map(reads))]).toEqual([320, 384, 448, 512]);
    for (const tokens of some) {
      expect(reads(tokens)).toBeGreaterThanOrEqual(tokens);
      expect(reads(tokens) - tokens).toBeLessThan(Math.max(32, tokens / 4));
    }
  });

  it('packs in rows as long as suits the batch: of ragged texts few places stay empty', () => {
    const places = (lengths: readonly number[]) => {
      const ragged = { sequences: lengths.map((length) => ({ ids: new Int32Array(length) })), promptLengths: [1, 1] };
      return task.batch(ragged, Int32Array.of(0, 1), { ...shape, rowLength: 312 }).tensors.sequenceIds.shape;
    };
    expect(places([20, 40])).toEqual([1, 64]);
    expect(places([130, 120])).toEqual([1, 256]);
    expect(places([200, 180])).toEqual([2, 224]);
    expect(places([312, 5])).toEqual([2, 312]);
  });

  it('refuses a batch of prompts alone', () => {
    const prompts = { sequences: data.sequences, promptLengths: [5, 3, 7, 2] };
    expect(() => task.batch(prompts, every, shape)).toThrow(expect.objectContaining({ code: 'DATA_NO_LABELS' }));
  });
});
