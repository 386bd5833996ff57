import { float32, type HostTensor, int32, keyOf, uniform } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { initialize, parseModelConfig, tokenClassifier } from '@attune/models';
import { describe, expect, it } from 'vitest';
import { tinyConfig } from '../../../test/tiny';
import { rowLengthFor } from '../../loop/batches';
import { type TokenExamples, tokenTask } from './task';

const labels = ['O', 'B-X', 'I-X'];
const data: TokenExamples = {
  sequences: [{ ids: [2, 7, 8, 3] }, { ids: [2, 9, 3] }, { ids: [2, 5, 6, 7, 3] }],
  labels: [Int32Array.of(-100, 1, 2, -100), Int32Array.of(-100, 0, -100), Int32Array.of(-100, 1, -100, 0, -100)],
};
const shape = { batchSize: 2, rowLength: 8, padTokenId: 0, random: { seed: 1, epoch: 0 } };

/** Logits of which each row is largest at the label given. */
const logitsFor = (ids: readonly number[], reads: number): HostTensor =>
  float32(
    Float32Array.from({ length: reads * 3 }, (_, i) => Number(ids[Math.floor(i / 3)] === i % 3)),
    [reads, 3],
  );

describe('a batch of tokenTask', () => {
  const batch = tokenTask(labels).batch(data, Int32Array.of(2, 0), { ...shape, firstExample: 10 });

  it('reads the labeled tokens, and weighs as much as there are', () => {
    expect([batch.weight, batch.tokens, [...batch.examples]]).toEqual([4, 9, [2, 0]]);
    expect([...batch.tensors.labels.data.subarray(0, 4)]).toEqual([1, 0, 1, 2]);
    const read = [...batch.tensors.reads.data].map((place) => batch.tensors.inputIds.data[place]);
    expect(read.slice(0, 4)).toEqual([5, 7, 7, 8]);
    expect((batch.tensors.weights.data as Float32Array).reduce((sum, w) => sum + w, 0)).toBe(4);
    expect(batch.tensors.reads.data.length % 32).toBe(0);
  });

  it('numbers its sequences as the step does', () => {
    expect([...batch.tensors.readSequenceIds.data.subarray(0, 4)]).toEqual([10, 10, 11, 11]);
  });

  it('refuses one without a label', () => {
    const none = { ...data, labels: data.labels.map((own) => own.map(() => -100)) };
    expect(() => tokenTask(labels).batch(none, Int32Array.of(1), shape)).toThrow('the examples 1 (counted from 0)');
  });
});

describe('the figures of tokenTask', () => {
  it('are those of the labeled tokens and their entities, whatever the order', () => {
    const task = tokenTask(labels);
    const figures = task.metrics(data);
    const [first, second] = [Int32Array.of(2, 0), Int32Array.of(1)].map((own) => task.batch(data, own, shape));
    // Truth: B O | B I | O. Both entities are predicted, one with a wrong end, and one that is not there.
    figures.add(first, { loss: 0.5, logits: logitsFor([1, 0, 1, 0], 32) });
    figures.add(second, { loss: 2, logits: logitsFor([1], 32) });
    const result = figures.result();
    expect(result.loss).toBeCloseTo((0.5 * 4 + 2 * 1) / 5, 12);
    expect(result.accuracy).toBeCloseTo(3 / 5, 12);
    expect(result.precision).toBeCloseTo(1 / 3, 12);
    expect(result.recall).toBeCloseTo(1 / 2, 12);
    expect(result.f1).toBeCloseTo(0.4, 12);
  });

  it('are accuracy alone where labels stand for themselves', () => {
    const task = tokenTask(['NN', 'VB', 'JJ'], { scheme: 'none' });
    const figures = task.metrics(data);
    figures.add(task.batch(data, Int32Array.of(0), shape), { loss: 1, logits: logitsFor([1, 1], 32) });
    expect(figures.result()).toEqual({ loss: 1, accuracy: 0.5 });
  });

  it('take the windows onto a sentence for one, and choose tags as told', () => {
    const sentences = Int32Array.of(7, 7, 9); // B I | O, and B O
    const f1 = (decoding: 'argmax' | 'constrained', own: readonly number[]) => {
      const task = tokenTask(labels, { decoding });
      const figures = task.metrics({ ...data, sentences });
      figures.add(task.batch(data, Int32Array.of(1, 0), shape), {
        loss: 1,
        logits: logitsFor([own[2], own[0], own[1]], 32),
      });
      return figures.result();
    };
    expect(f1('argmax', [1, 2, 2])).toMatchObject({ accuracy: 2 / 3, f1: 0 }); // B I I: one entity too long
    expect(f1('argmax', [1, 2, 0])).toMatchObject({ accuracy: 1, f1: 1 });
    expect(f1('argmax', [0, 2, 0])).toMatchObject({ accuracy: 2 / 3, f1: 0 });
    expect(f1('constrained', [0, 2, 0]).accuracy).not.toBe(2 / 3); // O I O is forbidden: O O O or B I O
  });

  it('count the right tokens of a batch', () => {
    const task = tokenTask(labels);
    const batch = task.batch(data, Int32Array.of(2, 0), shape); // B O | B I
    expect([task.correct?.(data, batch, logitsFor([1, 1, 1, 2], 32)), batch.answers]).toEqual([3, 4]);
  });

  it('follow the scheme and the mode', () => {
    const f1 = (mode: 'strict' | 'default') => {
      const task = tokenTask(labels, { mode });
      const figures = task.metrics(data);
      figures.add(task.batch(data, Int32Array.of(0), shape), { loss: 1, logits: logitsFor([2, 2], 32) });
      return figures.result().f1;
    };
    expect([f1('strict'), f1('default')]).toEqual([0, 1]);
    expect(() => tokenTask(['O', 'U-X'])).toThrow('labels: expected tags of IOB2, got "U-X"');
    expect(() => tokenTask(['O', 'U-X'], { scheme: 'BILOU' })).not.toThrow();
  });
});

/** Sentences of random words 10 to 24: those below 15 begin an entity, and those from 20 on go on with one. */
function toySentences(count: number, seed: number): TokenExamples {
  const made = Array.from({ length: count }, (_, i) => {
    const words = Array.from({ length: 4 + (i % 5) }, (_, j) => 10 + Math.floor(15 * uniform(keyOf(seed, i, j))));
    const tags: number[] = [];
    for (const [j, word] of words.entries()) tags.push(word < 15 ? 1 : word >= 20 && tags[j - 1] > 0 ? 2 : 0);
    return { ids: [2, ...words, 3], labels: Int32Array.of(-100, ...tags, -100) };
  });
  return { sequences: made.map(({ ids }) => ({ ids })), labels: made.map((own) => own.labels) };
}

describe('training on a tokenTask', () => {
  it('learns to tag', async () => {
    const model = tokenClassifier({ ...parseModelConfig({ model_type: 'distilbert', ...tinyConfig }, 'tiny'), labels });
    const engine = openOnnxEngine();
    const program = engine.compile(model.program);
    const training = await engine.openTraining(program, initialize(model.specs, model.config, 1), { name: 'adamw' });
    const task = tokenTask(labels);
    const [train, held] = [toySentences(640, 1), toySentences(60, 2)];
    const figuresOf = async () => {
      const figures = task.metrics(held);
      const options = { ...shape, rowLength: rowLengthFor(held.sequences) };
      for (const start of [0, 30]) {
        const batch = task.batch(
          held,
          Int32Array.from({ length: 30 }, (_, i) => start + i),
          options,
        );
        const { loss, logits } = await training.run(program, batch.tensors);
        figures.add(batch, { loss: loss.data[0], logits });
      }
      return figures.result();
    };
    const before = await figuresOf();
    for (let step = 0; step < 320; step++) {
      const examples = Int32Array.from({ length: 16 }, (_, i) => (step * 16 + i) % 640);
      const batch = task.batch(train, examples, { ...shape, rowLength: rowLengthFor(train.sequences) });
      await training.gradients({ ...batch.tensors, seed: int32([1, step]) });
      await training.update({ learningRate: 5e-3 });
    }
    const after = await figuresOf();
    await training.close();
    expect(before.f1).toBeLessThan(0.3);
    expect(after.f1).toBeGreaterThan(0.9);
    expect(after.accuracy).toBeGreaterThan(0.95);
    expect(after.loss).toBeLessThan(before.loss / 4);
  });
});
