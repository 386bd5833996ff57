import { initialize, initializeAdapter, quantized, quantizeParameters, withLora } from '@attune/models';
import { describe, expect, it } from 'vitest';
import { tinyModel } from '../../test/tiny';
import { type TrainingArguments, trainingArguments } from '../arguments/arguments';
import { sequenceTask } from '../tasks/sequence/task';
import { heldBytes, memoryEstimate, trainingEstimate } from './estimate';
import { noteEstimate } from './note';

const model = tinyModel(['bank', 'farm', 'ship']);
const parameters = initialize(model.specs, model.config, 1);
const bytes = Object.values(parameters).reduce((sum, { data }) => sum + data.byteLength, 0);

/** Texts of 20 tokens, 64 of them. */
const data = {
  sequences: Array.from({ length: 64 }, () => ({ ids: Array.from({ length: 20 }, (_, i) => 1 + i) })),
  targets: Array.from({ length: 64 }, (_, i) => i % 3),
};
const optionsOf = (own: Partial<TrainingArguments> = {}) => ({
  model,
  parameters,
  task: sequenceTask(model.config),
  data,
  arguments: trainingArguments({ perDeviceTrainBatchSize: 8, ...own }),
});
const parametersWithout = (names: ReadonlySet<string>) =>
  Object.keys(parameters).reduce((sum, name) => sum + (names.has(name) ? 0 : parameters[name].data.byteLength), 0);
/** Of the head, which is trained whole and is the model's. */
const plainTrained = 4 * (32 * 32 + 32 + (3 * 32 + 3));
const estimate = (own?: Partial<TrainingArguments>) => memoryEstimate(optionsOf(own));

describe('memoryEstimate', () => {
  it('counts what training holds of every parameter', () => {
    expect(estimate()).toMatchObject({
      parameters: 2 * bytes,
      gradients: bytes,
      moments: 2 * bytes,
      copies: 4 * bytes, // parameters and moments of a save, and the best parameters
    });
    const plain = { optim: 'sgd', saveStrategy: 'no', evalStrategy: 'no', gradientAccumulationSteps: 2 } as const;
    expect(estimate(plain)).toMatchObject({ gradients: 2 * bytes, moments: bytes, copies: 0 });
  });

  it('counts gradients and moments of trained parameters only', () => {
    const frozen = Object.keys(parameters).filter((name) => name.includes('embeddings'));
    const rest = frozen.reduce((sum, name) => sum - parameters[name].data.byteLength, bytes);
    const { parameters: all, gradients, moments, copies } = estimate({ freeze: ['distilbert.embeddings.*'] });
    expect([all, gradients, moments, copies]).toEqual([bytes + rest, rest, 2 * rest, 4 * rest]);
  });

  it('counts them of adapters and a head alone, where the rest is frozen', () => {
    const adapted = withLora(model, { r: 2, alpha: 4, targetModules: ['q_lin'] });
    const all = { ...parameters, ...initializeAdapter(adapted, 1) };
    const trained = Object.keys(all).filter(adapted.isTrainable);
    const own = trained.reduce((sum, name) => sum + all[name].data.byteLength, 0);
    const { gradients, moments, copies } = memoryEstimate({ ...optionsOf(), model: adapted, parameters: all });
    expect([gradients, moments]).toEqual([own, 2 * own]);
    expect(copies).toBe(4 * own + 4 * 32 * 32); // and q_lin's matrix, merged
    expect(own).toBe(4 * (2 * 32 + 32 * 2 + (32 * 32 + 32) + (3 * 32 + 3))); // q_lin's A and B, pre_classifier, classifier
  });

  it('counts codes as they are, and float32 numbers of them where they are to be merged', () => {
    const base = quantized(model, { format: 'int4', keep: ['classifier'] });
    const adapted = withLora(base, { r: 2, alpha: 4, targetModules: ['q_lin'] });
    const all = { ...quantizeParameters(base, parameters), ...initializeAdapter(adapted, 1) };
    const own = Object.keys(all)
      .filter(adapted.isTrainable)
      .reduce((sum, name) => sum + all[name].data.byteLength, 0);
    const weights = 4 * 32 * 32 + 2 * 32 * 64; // of attention and feed-forward
    const codes = Object.keys(all).filter((name) => base.frozen.has(name));
    const bytesOfCodes = codes.reduce((sum, name) => sum + all[name].data.byteLength, 0);
    expect(bytesOfCodes).toBeLessThan((4 * weights) / 2); // of float32, though these rows are shorter than a block
    const options = { ...optionsOf(), model: adapted, parameters: all };
    const beside = memoryEstimate(options);
    const plain = parametersWithout(base.quantized.weights);
    expect(beside.parameters).toBe(plain + bytesOfCodes + (own - plainTrained) + own);
    expect(beside.copies).toBe(4 * own);
    const merged = memoryEstimate({ ...options, mergesAdapters: true });
    expect(merged.copies - beside.copies).toBe(4 * (weights + 32 * 32));
  });

  it('counts the operations of all steps: six a weight and token, but for what is not read or learned', () => {
    const { operations } = trainingEstimate(optionsOf({ numTrainEpochs: 2 }));
    const { layers, hiddenSize, intermediateSize } = model.config;
    const weights = layers * (4 * hiddenSize ** 2 + 2 * hiddenSize * intermediateSize);
    const tokens = 2 * 64 * 20;
    expect(operations).toBeGreaterThan(0.3 * 6 * weights * tokens); // of the last of two layers, one token in 20 is read
    expect(operations).toBeLessThan(1.5 * 6 * weights * tokens); // with attention, and places left empty
    expect(trainingEstimate(optionsOf({ numTrainEpochs: 4 })).operations).toBeCloseTo(2 * operations, 5);
    const frozen = trainingEstimate(optionsOf({ numTrainEpochs: 2, freeze: ['distilbert.*'] })).operations;
    expect(frozen / operations).toBeGreaterThan(0.28); // a third, the way forward
    expect(frozen / operations).toBeLessThan(0.45);
  });

  it('is the sum of its parts, of which activations grow with the batch', () => {
    const { total, ...parts } = estimate();
    expect(total).toBe(Object.values(parts).reduce((a, b) => a + b, 0));
    const [small, large] = [8, 32].map((size) => estimate({ perDeviceTrainBatchSize: size }).activations);
    // Linear in the tokens, but for attention of the tokens that are read. At least the hidden states of the layers, in rows of 32 that hold one text each.
    expect(small).toBeGreaterThan(8 * 32 * model.config.hiddenSize * 4);
    expect(large / small).toBeGreaterThan(3.5);
    expect(large / small).toBeLessThan(16);
  });

  it('adds up the shapes that stay ready', () => {
    const mixed = { ...data, sequences: data.sequences.map((sequence, i) => (i < 32 ? sequence : { ids: [1, 2, 3] })) };
    const { activations } = memoryEstimate({ ...optionsOf(), data: mixed });
    expect(activations).toBeGreaterThan(1.5 * estimate().activations);
  });

  it('adds up shapes until one finds no room; then the largest counts, for all share its memory', () => {
    const limits = { programs: 4, bytes: 100, shared: 1 };
    expect(heldBytes([30, 50, 20], limits)).toBe(100);
    expect(heldBytes([30, 50, 21], limits)).toBe(80); // kept before the third one came
    expect(heldBytes([10, 90, 95, 5], limits)).toBe(100);
    expect(heldBytes([10, 20, 99, 5], limits)).toBe(99 + 4);
    expect(heldBytes([300], limits)).toBe(300); // the first may take all it needs
    expect(heldBytes([300, 20, 20, 20, 20, 20], limits)).toBe(300 + 4);
    expect(heldBytes([30, 10, 10, 10, 20, 10, 10], limits)).toBe(60); // of five the first leaves
  });

  it('takes no other shapes ready with TensorFlow, but masks twice', () => {
    const of = (own: Partial<ReturnType<typeof optionsOf>>, engine?: string) =>
      memoryEstimate({ ...optionsOf(), ...own, engine: engine ? { name: engine } : undefined });
    const { activations, runtime } = of({}, 'tfjs-node');
    expect(runtime).toBeGreaterThan(estimate().runtime);
    const plain = tinyModel(['bank', 'farm', 'ship'], { dropout: 0, attention_dropout: 0, seq_classif_dropout: 0 });
    expect(of({ model: plain }, 'tfjs-node').activations).toBe(of({ model: plain }).activations);
    const mixed = { ...data, sequences: data.sequences.map((sequence, i) => (i < 32 ? sequence : { ids: [1, 2, 3] })) };
    const ready = of({ model: plain, data: mixed }).activations;
    expect(of({ model: plain, data: mixed }, 'tfjs-node').activations).toBeLessThan(0.7 * ready);
    // In rows of 32: hidden states of the embeddings; of the last layer, where a token a text is read, attention [8, 2, 8, 32], two times hidden states, and the head's.
    const masks = 4 * 32 * (8 * 32 + 8 * 2 + 3 * 8);
    expect(activations - estimate().activations).toBeGreaterThanOrEqual(masks);
    expect(activations - estimate().activations).toBeLessThan(2 * masks);
  });
});

describe('noteEstimate', () => {
  const notesWith = (free?: number, gflops?: number, besideBytes?: number) => {
    const notes: string[] = [];
    noteEstimate(optionsOf({ maxLength: 20 }), (note) => notes.push(note), { free, gflops, besideBytes });
    return notes;
  };

  it('says how much it is', () => {
    expect(notesWith(1e12)).toEqual([`training takes about ${(estimate().total / 1e9).toFixed(1)} GB of memory`]);
    expect(notesWith()).toHaveLength(1);
  });

  it('says what a baseline takes that is large, and that it is left out where that is more than is free', () => {
    expect(notesWith(1e12, undefined, 1e6)).toHaveLength(1);
    expect(notesWith(1e12, undefined, 1.2e10)).toEqual([
      expect.stringMatching(/ of memory, the baseline after it up to 12\.0 GB$/),
    ]);
    expect(notesWith(3e9, undefined, 1.2e10)[1]).toBe(
      'memory: 3.0 GB are free, too little for the baseline, which is then skipped',
    );
  });

  it('says how long it takes, where the speed is known', () => {
    const { operations } = trainingEstimate(optionsOf({ maxLength: 20 }));
    const seconds = (count: number) => operations / count / 0.8 / 1e9;
    expect(notesWith(1e12, seconds(240))[0]).toMatch(/ of memory and at least 4 minutes$/);
    expect(notesWith(1e12, seconds(1))[0]).toMatch(/ of memory and at least 1 second$/);
    expect(notesWith(1e12, seconds(36_000))[0]).toMatch(/ of memory and at least 10 hours$/);
  });

  it('warns where it is more than is free', () => {
    const [, warning] = notesWith(1e8);
    expect(warning).toMatch(/memory: 0\.1 GB are free, and training may be killed; choose a smaller model, /);
    expect(warning).toMatch(
      /a --batch-size of 4 with --gradient-accumulation-steps 2 \(the same steps\), or a smaller --max-length than 20$/,
    );
  });
});
