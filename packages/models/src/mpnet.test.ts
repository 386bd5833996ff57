import {
  float32,
  gradientName,
  type HostTensors,
  int32,
  optimize,
  type ProgramFunction,
  record,
  withGradients,
} from '@attune/engine';
import { centralDifferences, largestDifference, replayFloat64 } from '@attune/engine/testing';
import { describe, expect, it } from 'vitest';
import { openOnnxFile } from '../test/run-onnx';
import { tinyConfig, tinyParameters } from '../test/tiny';
import { type PackedBatch, packSequences, type Sequence } from './batch';
import type { Task } from './checkpoint/model-config';
import { exportModel } from './export/export-model';
import { layerOf } from './families';
import { withGradientCheckpointing } from './gradient-checkpointing';
import { type Model, modelForTask } from './model';
import { selectLabeled } from './select-tokens';

const table = 'mpnet.encoder.relative_attention_bias.weight';

/** An MPNet of a few thousand parameters, whose bias differs from head to head and from bucket to bucket. */
const tiny = (task: Task, more: Readonly<Record<string, unknown>> = {}): Model =>
  modelForTask(tinyConfig('mpnet', { max_position_embeddings: 514, ...more }), task);

const sequenceOf = (length: number, seed: number): Sequence => ({
  ids: Array.from({ length }, (_, i) => 2 + ((seed * 13 + i * i + 7 * i) % 38)),
});

/** Two sequences that reach the last buckets and lie in one row with a short one, and one that fills most of another row. */
const sequences = [160, 9, 131, 240].map(sequenceOf);

/** Ordinary padding: a row of 240 per sequence. What a classifier reads lies row by row. */
function paddedRows(): PackedBatch {
  const rows = sequences.map((sequence, i) => packSequences([sequence], { rowLength: 240, firstSequence: i }));
  const joined = (key: keyof PackedBatch) => Int32Array.from(rows.flatMap((row) => [...row[key].data]));
  const shape = [rows.length, 240];
  return {
    inputIds: int32(joined('inputIds')),
    tokenTypeIds: int32(joined('tokenTypeIds')),
    positionIds: int32(joined('positionIds')),
    sequenceIds: int32(joined('sequenceIds'), shape),
    reads: int32(rows.map((_, i) => i * 240)),
    readSequenceIds: int32(joined('readSequenceIds'), [rows.length, 1]),
    readPositionIds: int32(joined('readPositionIds')),
  };
}

/** What each task reads and learns of the sequences. */
function batchOf(task: Task, packed: PackedBatch, chosen = sequences): HostTensors {
  const classes = chosen.map((_, i) => i % 2);
  if (task === 'sequence-classification')
    return { ...packed, labels: int32(classes), weights: float32(classes.map((_, i) => i + 1)) };
  const labels = chosen.map(({ ids }) => Int32Array.from({ length: ids.length }, (_, i) => (i % 3 ? i % 2 : -100)));
  return { ...selectLabeled(packed, labels) };
}

function exact(fn: ProgramFunction, batch: HostTensors, parameters: HostTensors) {
  return replayFloat64(optimize(record(fn, batch, parameters)), { ...batch, ...parameters });
}

describe('sequences of 9 to 240 tokens', () => {
  it.each(['sequence-classification', 'token-classification', 'masked-lm'] as const)(
    'have packed the logits, the loss and the gradients that they have padded: %s',
    (task) => {
      const model = tiny(task, { num_hidden_layers: 2 });
      const parameters = tinyParameters(model);
      const names = Object.keys(model.specs);
      const fn = withGradients(model.program, names);
      const packed = packSequences(sequences, { rowLength: 300 });
      expect(packed.sequenceIds.shape).toEqual([2, 300]);
      const [one, other] = [packed, paddedRows()].map((batch) => exact(fn, batchOf(task, batch), parameters));
      for (const key of ['logits', 'loss', ...names.map(gradientName)])
        expect(largestDifference(one[key].data, other[key].data).absolute, key).toBeLessThan(1e-9);
      expect(one[gradientName(table)].data.filter((gradient) => gradient !== 0).length).toBe(2 * 31);
    },
    60_000,
  );

  it.each(['sequence-classification', 'token-classification'] as const)(
    'have these logits in an exported file, padded: %s',
    async (task) => {
      const model = tiny(task);
      const parameters = tinyParameters(model);
      const { logits } = exact(model.program, batchOf(task, packSequences(sequences, { rowLength: 300 })), parameters);
      const { data, shape } = await (await openOnnxFile(exportModel(model, { parameters }))).logits(sequences);
      const [length, width] = shape.slice(-2);
      const read = (row: number) => Array.from(sequences[row].ids, (_, i) => row * length + i).filter((_, i) => i % 3);
      const places = task === 'sequence-classification' ? [0, 1, 2, 3] : sequences.flatMap((_, row) => read(row));
      const own = places.flatMap((place) => [...data.subarray(place * width, (place + 1) * width)]);
      expect(largestDifference(own, logits.data).absolute).toBeLessThan(1e-5);
    },
  );

  it('have the logits of each alone', () => {
    const model = tiny('sequence-classification');
    const parameters = tinyParameters(model);
    const together = exact(model.program, { ...packSequences(sequences, { rowLength: 300 }) }, parameters).logits.data;
    sequences.forEach((sequence, i) => {
      const alone = packSequences([sequence], { rowLength: sequence.ids.length });
      const own = exact(model.program, { ...alone }, parameters);
      expect(largestDifference(own.logits.data, together.slice(2 * i, 2 * i + 2)).absolute).toBeLessThan(1e-9);
    });
  });
});

describe('the bias by distance', () => {
  const task = 'token-classification';
  const few = [100, 9].map(sequenceOf);
  const batch = batchOf(task, packSequences(few, { rowLength: 110 }), few);

  it('has the gradient of central differences, summed by bucket once for all layers', () => {
    const model = tiny(task, { num_hidden_layers: 3 });
    const parameters = tinyParameters(model);
    const fn = withGradients(model.program, [table]);
    const { data } = exact(fn, batch, parameters)[gradientName(table)];
    const expected = centralDifferences(model.program, { batch, parameters }, table);
    expect(largestDifference(data, expected.data).absolute).toBeLessThan(1e-8);
    const { nodes, values } = optimize(record(fn, batch, parameters));
    const sums = nodes.filter(({ kernel }) => kernel === 'UnsortedSegmentSum');
    const ofBuckets = sums.filter(({ outputs: [sum] }) => `${values[sum].shape}` === `${[32, 2]}`);
    expect(ofBuckets.length).toBe(2); // every two tokens of a row in two layers, and what the head reads in the third
  }, 60_000);

  it('has the same gradient where layers are computed again', () => {
    const model = tiny(task, { num_hidden_layers: 3 });
    const parameters = tinyParameters(model);
    const names = Object.keys(model.specs);
    const [kept, again] = [model, withGradientCheckpointing(model)].map(({ program }) =>
      exact(withGradients(program, names), batch, parameters),
    );
    for (const name of names.map(gradientName))
      expect(largestDifference(again[name].data, kept[name].data).relative, name).toBeLessThan(1e-11);
  });

  it('is learned as slowly as the embeddings', () => {
    const config = tinyConfig('mpnet', { num_hidden_layers: 12 });
    const depths = [table, 'mpnet.encoder.layer.0.attention.attn.q.weight', 'classifier.out_proj.weight'];
    expect(depths.map((name) => layerOf(config, name))).toEqual([0, 1, 13]);
  });
});
