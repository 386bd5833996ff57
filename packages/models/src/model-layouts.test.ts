import {
  embedding,
  float32,
  gradientName,
  type HostTensors,
  int32,
  keyOf,
  record,
  uniform,
  withGradients,
} from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference, replayFloat64 } from '@attune/engine/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encoderTypes, tinyConfig, tinyParameters } from '../test/tiny';
import { type PackedBatch, packSequences, type Sequence } from './batch';
import type { ModelConfig, ModelTask, ModelType } from './checkpoint/model-config';
import type { Head } from './heads/head';
import { headFor, type Model, modelWithHead } from './model';
import { selectLabeled } from './select-tokens';

/** The head on the states of a last layer that was computed for every token. */
const onEveryToken = (head: Head): Head => ({
  ...head,
  logits: (_, inputs) => head.logits(embedding(inputs.states[inputs.states.length - 1], inputs.batch.reads), inputs),
});

interface Case {
  readonly modelType: ModelType;
  readonly task: ModelTask;
  readonly lengths: readonly number[];
  readonly rowLength: number;
  readonly readMultiple: number;
  readonly seed: number;
}

const layouts = {
  lengths: fc.array(fc.integer({ min: 1, max: 14 }), { minLength: 1, maxLength: 7 }),
  rowLength: fc.integer({ min: 14, max: 30 }),
  readMultiple: fc.integer({ min: 1, max: 8 }),
  seed: fc.nat(1000),
};
const encoderCases: fc.Arbitrary<Case> = fc.record({
  modelType: fc.constantFrom(...encoderTypes),
  task: fc.constantFrom('sequence-classification', 'token-classification', 'masked-lm'),
  ...layouts,
});
const decoderCases: fc.Arbitrary<Case> = fc.record({
  modelType: fc.constant('llama'),
  task: fc.constant('causal-lm'),
  ...layouts,
});

const chance = (...at: number[]) => uniform(keyOf(...at));

function sequencesOf({ lengths, seed }: Case): Sequence[] {
  return lengths.map((length, i) => ({
    ids: Int32Array.from({ length }, (_, j) => 1 + Math.floor(39 * chance(seed, i, j))),
    typeIds: Int32Array.from({ length }, (_, j) => (2 * j > length ? 1 : 0)),
  }));
}

/** Labels for about a third of the tokens, and for the first one of all. */
function tokenLabels({ lengths, seed }: Case, classes: number): Int32Array[] {
  return lengths.map((length, i) =>
    Int32Array.from({ length }, (_, j) => {
      const isLabeled = (i === 0 && j === 0) || chance(seed, 7, i, j) < 0.33;
      return isLabeled ? Math.floor(classes * chance(seed, 8, i, j)) : -100;
    }),
  );
}

/** One sequence a row, padded to the longest. */
function paddedRows(sequences: readonly Sequence[]): PackedBatch {
  const length = Math.max(...sequences.map(({ ids }) => ids.length));
  const flat = (value: (sequence: Sequence, row: number, i: number) => number, padding: number) =>
    int32(
      sequences.flatMap((sequence, row) =>
        Array.from({ length }, (_, i) => (i < sequence.ids.length ? value(sequence, row, i) : padding)),
      ),
    );
  const sequenceIds = flat((_, row) => row, -1);
  return {
    inputIds: flat(({ ids }, _, i) => ids[i], 0),
    tokenTypeIds: flat(({ typeIds }, _, i) => typeIds?.[i] ?? 0, 0),
    positionIds: flat((_, __, i) => i, 0),
    sequenceIds: { ...sequenceIds, shape: [sequences.length, length] },
    reads: int32(sequences.map((_, row) => row * length)),
    readSequenceIds: int32(sequences.map((_, row) => row)),
    readPositionIds: int32(sequences.map(() => 0)),
  };
}

/** What a task trains on: labels of sequences or of tokens; a sequence that only fills up the shape has no weight. */
function labeled(
  own: Case,
  packed: PackedBatch,
  config: ModelConfig,
  { first = 0, count = own.lengths.length } = {},
): HostTensors {
  const seed = int32([own.seed, 3]);
  if (own.task !== 'sequence-classification') {
    const labels = tokenLabels(own, own.task.endsWith('lm') ? config.vocabSize : config.labels.length);
    return { ...selectLabeled(packed, labels.slice(first, first + count), { readMultiple: own.readMultiple }), seed };
  }
  const reads = Array.from(packed.reads.data, (_, i) => i);
  return {
    ...packed,
    seed,
    labels: int32(reads.map((i) => Math.floor(2 * chance(own.seed, 9, first + i)))),
    weights: float32(reads.map((i) => (i < count ? 1 + first + i : 0))),
  };
}

/** Llama drops nothing unless told to. */
const dropping: Partial<Record<ModelType, object>> = { llama: { attention_dropout: 0.2, num_key_value_heads: 1 } };

const engine = openOnnxEngine({ threads: 1 });

/** Loss and gradients, in float64 and on the engine. */
async function derived({ config, program, specs }: Model, batch: HostTensors, parameters: HostTensors) {
  const names = Object.keys(specs);
  const fn = withGradients(program, names);
  const exact = replayFloat64(record(fn, batch, parameters), { ...batch, ...parameters });
  const single = await engine.compile(fn).run(batch, parameters);
  return { config, exact, single, names };
}

describe('packed rows and a last layer for the tokens that are read', () => {
  const families = [
    ['an encoder', encoderCases],
    ['a Llama', decoderCases],
  ] as const;

  it.each(families)(
    'have the loss and the gradients of padded rows computed in full, dropout on, in %s',
    async (_, own) => {
      await fc.assert(
        fc.asyncProperty(own, async (own) => {
          const config = tinyConfig(own.modelType, { id2label: { 0: 'a', 1: 'b' }, ...dropping[own.modelType] });
          const [model, naive] = [
            modelWithHead(config, headFor(config, own.task)),
            modelWithHead(config, onEveryToken(headFor(config, own.task))),
          ];
          const parameters = tinyParameters(model, own.seed);
          const sequences = sequencesOf(own);
          const minimumReads = Math.ceil(sequences.length / own.readMultiple) * own.readMultiple;
          const rows = packSequences(sequences, { rowLength: own.rowLength, rowMultiple: 2, minimumReads });
          const packed = await derived(model, labeled(own, rows, config), parameters);
          const padded = await derived(naive, labeled(own, paddedRows(sequences), config), parameters);
          expect(Math.abs(packed.exact.loss.data[0] / padded.exact.loss.data[0] - 1)).toBeLessThan(1e-9);
          const [loss, other] = [packed.single.loss.data[0], padded.single.loss.data[0]];
          // Logits near 1 are rounded to 6e-8 term by term: a small loss carries as much of that as a large one.
          expect(Math.abs(loss - other)).toBeLessThan(3e-6 * Math.max(1, other));
          for (const name of packed.names) {
            const key = gradientName(name);
            expect(largestDifference(packed.exact[key].data, padded.exact[key].data).absolute, name).toBeLessThan(1e-9);
            const { absolute } = largestDifference(packed.single[key].data, padded.single[key].data);
            const largest = padded.exact[key].data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
            // Where terms of a gradient cancel, exactly as in a key bias's or nearly, what is left is rounding.
            expect(absolute, name).toBeLessThan(largest < 1e-12 ? 1e-6 : 3e-5 * largest + 1e-7);
          }
        }),
        { numRuns: 30 },
      );
    },
    120_000,
  );

  it('add up over the parts of a batch, weighted by what each loss was divided by', async () => {
    await fc.assert(
      fc.asyncProperty(encoderCases, async (own) => {
        // A part of a token task has to hold a label.
        const task = own.lengths.length < 2 ? 'sequence-classification' : own.task;
        const cut = Math.max(1, own.lengths.length >> 1);
        const config = tinyConfig(own.modelType, { id2label: { 0: 'a', 1: 'b' } });
        const whole = { ...own, task };
        if (task !== 'sequence-classification') {
          const labels = tokenLabels(whole, 2);
          const hasLabel = (part: readonly Int32Array[]) => part.some((list) => list.some((label) => label >= 0));
          fc.pre(hasLabel(labels.slice(0, cut)) && hasLabel(labels.slice(cut)));
        }
        const model = modelWithHead(config, headFor(config, task));
        const parameters = tinyParameters(model, own.seed);
        const sequences = sequencesOf(whole);
        const rowsOf = (first: number, part: readonly Sequence[]) =>
          packSequences(part, { rowLength: own.rowLength, firstSequence: first });
        const parts = [
          { first: 0, count: cut },
          { first: cut, count: sequences.length - cut },
        ]
          .filter(({ count }) => count > 0)
          .map(({ first, count }) =>
            labeled(whole, rowsOf(first, sequences.slice(first, first + count)), config, { first, count }),
          );
        const all = await derived(model, labeled(whole, rowsOf(0, sequences), config), parameters);
        const shares = parts.map(({ weights }) => (weights.data as Float32Array).reduce((a, b) => a + b, 0));
        const total = shares.reduce((a, b) => a + b, 0);
        const each = await Promise.all(parts.map((batch) => derived(model, batch, parameters)));
        for (const name of all.names) {
          const key = gradientName(name);
          const sum = all.exact[key].data.map((_, i) =>
            each.reduce((acc, { exact }, p) => acc + (exact[key].data[i] * shares[p]) / total, 0),
          );
          expect(largestDifference(sum, all.exact[key].data).absolute, name).toBeLessThan(1e-9);
        }
      }),
      { numRuns: 20 },
    );
  }, 120_000);
});
