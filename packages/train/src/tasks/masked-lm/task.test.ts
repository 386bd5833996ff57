import { float32, int32 } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { initialize, maskedLanguageModel, parseModelConfig } from '@attune/models';
import { describe, expect, it } from 'vitest';
import type { Examples } from '../../loop/task';
import { maskedLmTask } from './task';

const ids = { maskTokenId: 4, vocabSize: 1000, specialTokenIds: [0, 2, 3, 4] };
const shape = { batchSize: 2, rowLength: 4096, padTokenId: 0, random: { seed: 1, epoch: 0 } };
/** Ids 100 to 999; every third goes on with the word before it. */
const longSequence = (length: number) => ({ ids: [2, ...Array.from({ length }, (_, i) => 100 + ((i * 17) % 900)), 3] });
const isContinuation = (id: number) => id % 3 === 0;

/** What became of each token of a batch of one sequence a row: its id, and its label. */
function masked(data: Examples, options: Partial<Parameters<typeof maskedLmTask>[0]> = {}, random = shape.random) {
  const examples = Int32Array.from(data.sequences, (_, i) => i);
  const batch = maskedLmTask({ ...ids, ...options }).batch(data, examples, { ...shape, random });
  const [reads, labels, input] = ['reads', 'labels', 'inputIds'].map((name) => batch.tensors[name].data);
  const guesses = Array.from(reads.subarray(0, batch.weight) as Int32Array, (place, i) => ({
    place,
    id: input[place],
    was: labels[i],
  }));
  return { batch, guesses, input };
}

describe('a batch of maskedLmTask', () => {
  const data = { sequences: Array.from({ length: 20 }, () => longSequence(3000)) };
  const tokens = 20 * 3000;

  it('chooses 15 %, of which it hides 80 % and replaces 10 %', () => {
    const { guesses, batch } = masked(data);
    const share = (own: readonly unknown[], of: number) => own.length / of;
    expect(share(guesses, tokens)).toBeCloseTo(0.15, 2); // 5 standard deviations are 0.007
    expect(
      Math.abs(
        share(
          guesses.filter(({ id }) => id === 4),
          guesses.length,
        ) - 0.8,
      ),
    ).toBeLessThan(0.021);
    expect(
      Math.abs(
        share(
          guesses.filter(({ id, was }) => id === was),
          guesses.length,
        ) - 0.1,
      ),
    ).toBeLessThan(0.016);
    const random = guesses.filter(({ id, was }) => id !== 4 && id !== was);
    expect(
      Math.abs(
        share(
          random.filter(({ id }) => id < 500),
          random.length,
        ) - 0.5,
      ),
    ).toBeLessThan(0.09);
    expect(batch.weight).toBe(guesses.length);
  });

  it('leaves all other tokens, and special ones, as they are', () => {
    const [sequence] = data.sequences;
    const { guesses, input } = masked({ sequences: [sequence] });
    const restored = Array.from(input.subarray(0, sequence.ids.length) as Int32Array);
    for (const { place, was } of guesses) restored[place] = was;
    expect(restored).toEqual(sequence.ids);
    const special = { sequences: [{ ids: [2, 3, 100, 4, 2, 3] }] };
    expect(masked(special, { probability: 1 }).guesses.map(({ place }) => place)).toEqual([2]);
  });

  it('masks an example alike in any batch, and anew with another seed, epoch or index', () => {
    const task = maskedLmTask(ids);
    const three = { sequences: [longSequence(50), longSequence(50), longSequence(50)] };
    const wordsOf = (examples: number[], which: number, random = shape.random) => {
      const options = { ...shape, rowLength: 52, random };
      const { tensors } = task.batch(three, Int32Array.from(examples), options);
      return [...tensors.inputIds.data.subarray(52 * which, 52 * which + 52)];
    };
    expect(wordsOf([1], 0)).toEqual(wordsOf([0, 2, 1], 2));
    const others = [
      wordsOf([0], 0),
      wordsOf([2], 0),
      wordsOf([1], 0, { seed: 2, epoch: 0 }),
      wordsOf([1], 0, { seed: 1, epoch: 1 }),
    ];
    for (const other of others) expect(other).not.toEqual(wordsOf([1], 0));
  });

  it('guesses whole words or nothing of them', () => {
    const { guesses } = masked({ sequences: [longSequence(3000)] }, { wholeWord: true, isContinuation });
    const was = longSequence(3000).ids;
    const chosen = new Set(guesses.map(({ place }) => place));
    for (let i = 2; i < was.length - 1; i++) if (isContinuation(was[i])) expect(chosen.has(i)).toBe(chosen.has(i - 1));
    expect(chosen.size / 3000).toBeCloseTo(0.15, 1);
    expect(() => maskedLmTask({ ...ids, wholeWord: true })).toThrow('wholeWord expected isContinuation');
  });

  it('guesses one token where the draws would leave none', () => {
    const short = { sequences: [{ ids: [2, 500, 600, 3] }, { ids: [2, 700, 3] }] };
    const places = new Set<number>();
    for (let seed = 0; seed < 20; seed++) {
      const { guesses } = masked(short, { probability: 1e-9 }, { seed, epoch: 0 });
      expect(guesses).toHaveLength(1);
      places.add(guesses[0].was);
    }
    expect(places).toEqual(new Set([500, 600, 700]));
    expect(() => masked({ sequences: [{ ids: [2, 3] }] })).toThrow('expected a token with a label');
  });

  it('refuses options out of range', () => {
    expect(() => maskedLmTask({ ...ids, probability: 0 })).toThrow('probability expected a number in (0, 1], got 0');
    expect(() => maskedLmTask({ ...ids, maskTokenId: 1000 })).toThrow('maskTokenId expected an id below vocabSize');
  });
});

describe('the figures of maskedLmTask', () => {
  it('weigh batches by their guesses', () => {
    const task = maskedLmTask({ ...ids, vocabSize: 5, probability: 1, specialTokenIds: [] });
    const data = { sequences: [{ ids: [1, 2, 3] }, { ids: [4] }] };
    const figures = task.metrics(data);
    const right = [1, 2, 0]; // of which the last is wrong
    const logits = Float32Array.from({ length: 32 * 5 }, (_, i) => Number(right[Math.floor(i / 5)] === i % 5));
    figures.add(task.batch(data, Int32Array.of(0), shape), { loss: 1, logits: float32(logits, [32, 5]) });
    figures.add(task.batch(data, Int32Array.of(1), shape), {
      loss: 3,
      logits: float32(new Float32Array(160), [32, 5]),
    });
    const { loss, perplexity, accuracy } = figures.result();
    expect([loss, accuracy]).toEqual([6 / 4, 2 / 4]);
    expect(perplexity).toBeCloseTo(Math.exp(1.5), 12);
  });
});

describe('training on a maskedLmTask', () => {
  it('lowers the perplexity of new masks', async () => {
    const sizes = { num_hidden_layers: 1, hidden_size: 32, num_attention_heads: 2, intermediate_size: 64 };
    const small = { ...sizes, vocab_size: 40, max_position_embeddings: 32, initializer_range: 0.2 };
    const model = maskedLanguageModel(parseModelConfig({ model_type: 'bert', ...small }, 'tiny'));
    const engine = openOnnxEngine();
    const program = engine.compile(model.program);
    const training = await engine.openTraining(program, initialize(model.specs, model.config, 1), { name: 'adamw' });
    const task = maskedLmTask({ ...ids, vocabSize: 40 });
    // Counting up by one: a neighbor tells what is hidden.
    const data = {
      sequences: Array.from({ length: 64 }, (_, i) => ({
        ids: [2, ...Array.from({ length: 14 }, (_, j) => 5 + ((i * 11 + j) % 35)), 3],
      })),
    };
    const options = { ...shape, rowLength: 16 };
    const perplexity = async () => {
      const figures = task.metrics(data);
      const batch = task.batch(
        data,
        Int32Array.from({ length: 64 }, (_, i) => i),
        options,
      );
      const { loss, logits } = await training.run(program, batch.tensors);
      figures.add(batch, { loss: loss.data[0], logits });
      return figures.result().perplexity;
    };
    const before = await perplexity();
    for (let step = 0; step < 150; step++) {
      const examples = Int32Array.from({ length: 32 }, (_, i) => (step * 32 + i) % 64);
      const random = { seed: 1, epoch: 1 + Math.floor(step / 2) };
      const batch = task.batch(data, examples, { ...options, random });
      await training.gradients({ ...batch.tensors, seed: int32([1, step]) });
      await training.update({ learningRate: 5e-3 });
    }
    const after = await perplexity();
    await training.close();
    expect(before).toBeGreaterThan(30);
    expect(after).toBeLessThan(before / 3);
  });
});
