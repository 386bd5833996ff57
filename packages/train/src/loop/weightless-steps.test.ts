import type { Training } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { initialize } from '@attune/models';
import { trainWordPiece } from '@attune/tokenizer';
import { describe, expect, it } from 'vitest';
import { fieldTexts, tinyModel } from '../../test/tiny';
import { type TrainingArguments, trainingArguments } from '../arguments/arguments';
import { encodeTexts } from '../tasks/sequence/examples';
import { sequenceTask } from '../tasks/sequence/task';
import type { TrainEvent } from './events';
import { planTraining } from './plan';
import type { SavedTraining } from './saved-training';
import { takeStep } from './step';
import { train } from './train';

// Steps and batches in which every example weighs 0.

const labels = ['bank', 'farm', 'ship'];
const { texts, labels: own } = fieldTexts(12, 1);
const tokenizer = trainWordPiece(texts, { vocabSize: 300 });
const data = { sequences: encodeTexts(tokenizer, texts, 64), targets: own.map((label) => labels.indexOf(label)) };
const model = tinyModel(labels);
const engine = openOnnxEngine();
/** Examples of the first class teach nothing. */
const task = sequenceTask(model.config, { classWeights: Float32Array.of(0, 1, 1) });
const weightless = data.targets.filter((target) => target === 0).length;

function run(own: Partial<TrainingArguments>, resume?: SavedTraining) {
  const events: TrainEvent[] = [];
  const saves: SavedTraining[] = [];
  const args = trainingArguments({ learningRate: 5e-3, saveSteps: 1, loggingSteps: 1, ...own });
  return train({
    engine,
    model,
    parameters: initialize(model.specs, model.config, 1),
    task,
    evaluationTask: sequenceTask(model.config),
    data: { train: data, validation: data },
    arguments: args,
    onEvent: (event) => events.push(event),
    save: async (saved) => void saves.push(structuredClone(saved)),
    resume,
  }).then((result) => ({ result, events, saves }));
}

describe('a step in which every example weighs 0', () => {
  it('changes nothing, has loss 0, and the others learn', async () => {
    const { saves, events } = await run({ perDeviceTrainBatchSize: 1, numTrainEpochs: 1 });
    const losses = events.flatMap((event) => (event.type === 'train' ? [event.loss] : []));
    expect(losses).toHaveLength(12);
    expect(losses.filter((loss) => loss === 0)).toHaveLength(weightless);
    expect(saves.map(({ state }) => state.step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(saves.at(-1)!.skipped).toBe(weightless);
    let before = { parameters: initialize(model.specs, model.config, 1), moments: undefined as unknown };
    saves.forEach(({ state }, i) => {
      const isSame = JSON.stringify(state.parameters) === JSON.stringify(before.parameters);
      expect([i, isSame]).toEqual([i, losses[i] === 0]);
      if (losses[i] === 0 && before.moments) expect(state.moments).toEqual(before.moments);
      before = state;
    });
  });

  it('is counted when training goes on from it, to the same bits', async () => {
    const args = { perDeviceTrainBatchSize: 1, numTrainEpochs: 2 };
    const whole = await run(args);
    for (const i of [2, 12]) {
      const again = await run(args, structuredClone(whole.saves[i]));
      expect(again.result.parameters).toEqual(whole.result.parameters);
      const counts = ({ state, skipped }: SavedTraining) => [state.step, skipped];
      expect(again.saves.map(counts)).toEqual(whole.saves.slice(i + 1).map(counts));
      expect(again.saves.at(-1)!.state.moments).toEqual(whole.saves.at(-1)!.state.moments);
    }
  });

  it.each([
    [1, 4],
    [2, 2],
  ])('is no part of a step of several batches: %i examples by %i is 4 by 1', async (batchSize, accumulated) => {
    const args = { optim: 'sgd', learningRate: 0.1, numTrainEpochs: 1 } as const;
    const whole = await run({ ...args, perDeviceTrainBatchSize: 4 });
    const parts = { perDeviceTrainBatchSize: batchSize, gradientAccumulationSteps: accumulated };
    const { result, events } = await run({ ...args, ...parts });
    for (const [name, { data }] of Object.entries(whole.result.parameters))
      for (const [i, value] of data.entries())
        expect(Math.abs(value - result.parameters[name].data[i]), name).toBeLessThan(1e-5);
    const losses = (all: TrainEvent[]) => all.flatMap((event) => (event.type === 'train' ? [event.loss] : []));
    losses(events).forEach((loss, i) => expect(loss).toBeCloseTo(losses(whole.events)[i], 4));
  });

  it('asks nothing of the engine', async () => {
    const plan = planTraining(data, trainingArguments({ perDeviceTrainBatchSize: 4 }), 0);
    const nothing = sequenceTask(model.config, { classWeights: Float32Array.of(0, 0, 0) });
    const untouched = {} as Training; // any call is an error
    const taken = await takeStep(untouched, 0, { plan, task: nothing, data, seed: 1, onBatch: () => {} });
    expect(taken).toMatchObject({ loss: 0, gradNorm: 0, isSkipped: true });
  });

  it('leaves a training loss of 0 where an evaluation has nothing but such steps before it', async () => {
    const { events } = await run({ perDeviceTrainBatchSize: 1, numTrainEpochs: 1, evalSteps: 1 });
    const losses = events.flatMap((event) => (event.type === 'eval' ? [event.trainLoss] : []));
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(losses.filter((loss) => loss === 0)).toHaveLength(weightless);
  });
});
