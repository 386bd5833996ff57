import { openCpuEngine } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference } from '@attune/engine/testing';
import { initialize } from '@attune/models';
import { trainWordPiece } from '@attune/tokenizer';
import { describe, expect, it } from 'vitest';
import { fieldTexts, tinyModel } from '../../test/tiny';
import { trainingArguments } from '../arguments/arguments';
import { trainingEstimate } from '../estimate/estimate';
import { type Dataset, encodeTexts } from '../tasks/sequence/examples';
import type { Target } from '../tasks/sequence/problem';
import { forwardAll, sequenceTask } from '../tasks/sequence/task';
import { isLogged, type TrainEvent } from './events';
import type { SavedTraining } from './saved-training';
import { train } from './train';
import type { TrainOptions } from './train-options';

const labels = ['bank', 'farm', 'ship'];
const parts = { train: fieldTexts(90, 1), validation: fieldTexts(30, 2) };
const tokenizer = trainWordPiece(parts.train.texts, { vocabSize: 300 });
const engine = openOnnxEngine();
const model = tinyModel(labels);

const datasetOf = ({ texts, labels: own }: typeof parts.train, target: (label: string) => Target) => ({
  sequences: encodeTexts(tokenizer, texts, 64),
  targets: own.map(target),
});
const classId = (label: string) => labels.indexOf(label);

function options(more: Partial<TrainOptions<Dataset>> = {}): TrainOptions<Dataset> {
  const { model: own = model } = more;
  return {
    engine,
    model: own,
    parameters: initialize(own.specs, own.config, 1),
    task: sequenceTask(own.config),
    data: { train: datasetOf(parts.train, classId), validation: datasetOf(parts.validation, classId) },
    arguments: trainingArguments({ learningRate: 5e-3, numTrainEpochs: 10, perDeviceTrainBatchSize: 16 }),
    ...more,
  };
}

describe('train', () => {
  it('learns, says how it goes, and keeps the best epoch', async () => {
    const events: TrainEvent[] = [];
    const result = await train(options({ onEvent: (event) => events.push(event) }));
    const evaluations = events.filter((event) => event.type === 'eval');
    expect(evaluations).toEqual(result.evaluations);
    expect(evaluations.map(({ epoch, step }) => [epoch, step])).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((e) => [e, e * 6]),
    );
    expect(evaluations.at(-1)!.accuracy).toBeGreaterThan(0.9);
    expect(evaluations.at(-1)!.macroF1).toBeGreaterThan(0.9);
    expect(evaluations.at(-1)!.trainLoss).toBeLessThan(evaluations[0].trainLoss / 2);
    expect(result.bestEpoch).toBe(evaluations.toSorted((a, b) => a.loss! - b.loss!)[0].epoch);
    const losses = events.filter((event) => event.type === 'train');
    expect(losses.map(({ step }) => step)).toEqual([10, 20, 30, 40, 50, 60]);
    expect(
      losses.every(
        ({ gradNorm, tokensPerSecond, learningRate }) => gradNorm > 0 && tokensPerSecond > 0 && learningRate > 0,
      ),
    ).toBe(true);
    expect(events.filter((event) => event.type === 'step')).toHaveLength(60);
  });

  it('gives the same bits for the same seed, and others for another', async () => {
    const short = (seed: number) =>
      options({ arguments: trainingArguments({ learningRate: 1e-3, numTrainEpochs: 1, seed }) });
    const [a, b, c] = [await train(short(1)), await train(short(1)), await train(short(2))];
    expect(a.parameters).toEqual(b.parameters);
    expect(a.parameters['classifier.weight'].data).not.toEqual(c.parameters['classifier.weight'].data);
  });

  it('takes the same course on the cpu engine, dropout included', async () => {
    const args = trainingArguments({ learningRate: 1e-3, numTrainEpochs: 1, perDeviceTrainBatchSize: 32 });
    const [onnx, cpu] = [
      await train(options({ arguments: args })),
      await train(options({ arguments: args, engine: openCpuEngine() })),
    ];
    expect(Math.abs(cpu.evaluations[0].loss! / onnx.evaluations[0].loss! - 1)).toBeLessThan(1e-5);
    expect(Math.abs(cpu.evaluations[0].trainLoss / onnx.evaluations[0].trainLoss - 1)).toBeLessThan(1e-5);
  });

  it('chooses by another metric, and refuses one that is none', async () => {
    const by = (metricForBestModel: string) =>
      options({ arguments: trainingArguments({ learningRate: 3e-3, numTrainEpochs: 3, metricForBestModel }) });
    const { evaluations, bestEpoch } = await train(by('macroF1'));
    const highest = Math.max(...evaluations.map(({ macroF1 }) => macroF1!));
    expect(evaluations[bestEpoch - 1].macroF1).toBe(highest);
    await expect(train(by('f1'))).rejects.toThrow(/no metric "f1"; use one of loss, accuracy, macroF1, weightedF1/);
  });

  it('keeps the last epoch without evaluation data', async () => {
    const { data } = options();
    const args = trainingArguments({ numTrainEpochs: 2 });
    const { bestEpoch, evaluations } = await train(options({ data: { train: data.train }, arguments: args }));
    expect(bestEpoch).toBe(2);
    expect(evaluations[1].loss).toBeUndefined();
  });

  it('stops at a loss that is not finite, naming the step', async () => {
    const broken = initialize(model.specs, model.config, 1);
    broken['classifier.bias'].data.fill(Number.NaN);
    await expect(train(options({ parameters: broken }))).rejects.toThrow(
      /the loss is NaN at step 1, on training examples \d+.*; training stopped/,
    );
  });

  it('says where it was last saved, and how to go on, when it diverges', async () => {
    const own = sequenceTask(model.config);
    let batches = 0;
    const task: typeof own = {
      ...own,
      batch(...args) {
        const batch = own.batch(...args);
        if (++batches === 5) batch.tensors.weights.data.fill(Number.NaN);
        return batch;
      },
    };
    const diverge = (more: Partial<TrainOptions<Dataset>>, saveSteps = 2) => {
      batches = 0;
      const settings = { saveStrategy: 'steps', saveSteps, evalStrategy: 'no' } as const;
      return train(options({ task, arguments: trainingArguments(settings), ...more }));
    };
    const save = async ({ state }: SavedTraining) => `runs/a/step-${state.step}`;
    await expect(diverge({ save })).rejects.toMatchObject({
      code: 'TRAINING_DIVERGED',
      message: expect.stringMatching(
        /^train: the loss is NaN at step 5, .*; the last checkpoint before it is runs\/a\/step-4: .*a lower learningRate/,
      ),
    });
    await expect(diverge({ save }, 9)).rejects.toThrow(/no checkpoint was written before it: --save-steps N/);

    const saves: SavedTraining[] = [];
    await expect(diverge({ save: async (saved) => void saves.push(saved) }, 1)).rejects.toThrow('no checkpoint');
    await expect(diverge({ resume: { ...saves[2], path: 'runs/a/step-3' } }, 9)).rejects.toThrow(
      /at step 8, .*before it is runs\/a\/step-3: /,
    );
  });

  it('stops when it is aborted', async () => {
    const abort = new AbortController();
    let steps = 0;
    const onEvent = ({ type }: TrainEvent) => {
      if (type === 'step' && ++steps === 3) abort.abort(new Error('enough'));
    };
    await expect(train(options({ signal: abort.signal, onEvent }))).rejects.toThrow('enough');
    expect(steps).toBe(3);
  });

  it('learns several labels at once', async () => {
    const multi = { ...model.config, problemType: 'multi_label_classification' as const };
    const own = { ...tinyModel(labels, { problem_type: multi.problemType }) };
    const target = (label: string) => labels.map((name) => Number(name === label || name === 'ship'));
    const data = { train: datasetOf(parts.train, target), validation: datasetOf(parts.validation, target) };
    const { evaluations } = await train(options({ model: own, data }));
    expect(evaluations.at(-1)!.microF1).toBeGreaterThan(0.9);
  });

  it('learns a number', async () => {
    const own = tinyModel(['score'], { problem_type: 'regression' });
    const target = (label: string) => [classId(label) - 1];
    const data = { train: datasetOf(parts.train, target), validation: datasetOf(parts.validation, target) };
    const { evaluations } = await train(options({ model: own, data }));
    expect(evaluations.at(-1)!.r2).toBeGreaterThan(0.8);
    expect(evaluations.at(-1)!.trainAccuracy).toBeUndefined();
  });
});

it('predicts the same for a text whatever is batched with it', async () => {
  const { sequences } = datasetOf(parts.validation, classId);
  const parameters = initialize(model.specs, { ...model.config, initializerRange: 0.3 }, 3);
  const program = engine.compile(model.program);
  const logitsIn = async (batchSize: number) =>
    (await forwardAll((batch) => program.run(batch, parameters), sequences, { model, batchSize })).logits;
  const alone = await logitsIn(1);
  for (const batchSize of [2, 7, 64])
    expect(largestDifference(await logitsIn(batchSize), alone).relative).toBeLessThan(1e-5);
});

describe('a course of training', () => {
  it('goes on from any save to the same bits and the same events', async () => {
    const args = trainingArguments({
      learningRate: 5e-3,
      numTrainEpochs: 3,
      perDeviceTrainBatchSize: 8,
      gradientAccumulationSteps: 2,
      weightDecay: 0.1,
      warmupRatio: 0.2,
      saveSteps: 1,
      evalSteps: 4,
      loggingSteps: 3,
      metricForBestModel: 'accuracy',
    });
    const saves: SavedTraining[] = [];
    const record = async (resume?: SavedTraining) => {
      const events: TrainEvent[] = [];
      const save = async (saved: SavedTraining) => void (resume ?? saves.push(structuredClone(saved)));
      const result = await train(options({ arguments: args, onEvent: (event) => events.push(event), save, resume }));
      return {
        result,
        events: events.filter(isLogged).map((event) => withoutTimes({ ...event })),
      };
    };
    const whole = await record();
    expect(saves.map(({ state }) => state.step)).toEqual(Array.from({ length: 18 }, (_, i) => i + 1));
    for (const saved of [saves[0], saves[4], saves[10], saves[17]]) {
      const again = await record(structuredClone(saved));
      expect(again.result.parameters).toEqual(whole.result.parameters);
      expect(again.result.bestStep).toBe(whole.result.bestStep);
      expect(again.events).toEqual(whole.events.filter(({ step }) => step > saved.state.step));
    }
  });

  it('is the same where layers are computed again, and needs less memory', async () => {
    const deep = tinyModel(labels, { n_layers: 6 });
    const course = (gradientCheckpointing: boolean) =>
      options({
        model: deep,
        arguments: trainingArguments({ learningRate: 1e-3, maxSteps: 4, gradientCheckpointing }),
      });
    const [kept, again] = [course(false), course(true)];
    const [expected, own] = [await train(kept), await train(again)];
    for (const [name, { data }] of Object.entries(expected.parameters))
      expect(largestDifference(own.parameters[name].data, data).absolute, name).toBeLessThan(1e-4);
    const [all, fewer] = [kept, again].map((each) => trainingEstimate({ ...each, data: each.data.train }));
    expect(fewer.memory.activations).toBeLessThan(0.6 * all.memory.activations);
    expect(fewer.operations).toBeGreaterThan(all.operations);
  });

  it('takes a step of several batches as one of them all, dropout included', async () => {
    const run = async (perDeviceTrainBatchSize: number, gradientAccumulationSteps: number) => {
      const args = { perDeviceTrainBatchSize, gradientAccumulationSteps, learningRate: 1e-3, maxSteps: 4 };
      return train(options({ arguments: trainingArguments(args) }));
    };
    const [whole, parts] = [await run(15, 1), await run(5, 3)];
    expect(Math.abs(parts.evaluations[0].trainLoss / whole.evaluations[0].trainLoss - 1)).toBeLessThan(1e-6);
    // Adam's first steps are signs of gradients: where one is nearly zero, rounding decides.
    for (const [name, { data }] of Object.entries(whole.parameters)) {
      if (name.endsWith('k_lin.bias')) continue; // its gradient is zero
      const differences = data.map((value: number, i: number) => Math.abs(value - parts.parameters[name].data[i]));
      expect(differences.filter((difference: number) => difference > 1e-5).length / data.length, name).toBeLessThan(
        0.01,
      );
    }
  });

  it('evaluates by steps, stops after so many, and sooner when nothing gets better', async () => {
    const few = await train(options({ arguments: trainingArguments({ maxSteps: 10, evalSteps: 4 }) }));
    expect(few.evaluations.map(({ step }) => step)).toEqual([4, 8, 10]);
    expect(few.steps).toBe(10);
    const none = await train(options({ arguments: trainingArguments({ maxSteps: 3, evalStrategy: 'no' }) }));
    expect([none.evaluations, none.bestStep]).toEqual([[], 3]);
    const still = trainingArguments({
      learningRate: 1e-12,
      numTrainEpochs: 9,
      earlyStoppingPatience: 2,
      metricForBestModel: 'accuracy',
    });
    const stopped = await train(options({ arguments: still }));
    expect(stopped.evaluations).toHaveLength(3);
    expect(stopped.bestEpoch).toBe(1);
  });

  it('saves before it stops when it is aborted', async () => {
    const abort = new AbortController();
    let saved: SavedTraining | undefined;
    const save = async (state: SavedTraining) => {
      saved = state;
    };
    const onEvent = (event: TrainEvent) => {
      if (event.type === 'step' && event.step === 3) abort.abort(new Error('enough'));
    };
    await expect(train(options({ signal: abort.signal, onEvent, save }))).rejects.toThrow('enough');
    expect(saved?.state.step).toBe(3);
  });
});

const withoutTimes = ({ time: _, tokensPerSecond: __, ...event }: Record<string, unknown>) => event as { step: number };
