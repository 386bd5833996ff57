import { int32, record, withGradients } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { largestDifference } from '@attune/engine/testing';
import {
  bert,
  distilbert,
  initialize,
  layerOf,
  modelForTask,
  mpnet,
  packSequences,
  parseModelConfig,
  sequenceClassifier,
} from '@attune/models';
import { describe, expect, it } from 'vitest';
import { tinyModel } from '../../test/tiny';
import { targetTensors } from '../tasks/sequence/task';
import { frozenParameters, hasWeightDecay, type OptimizerArguments, optimizerConfig } from './optimizer';

const base: OptimizerArguments = {
  optim: 'adamw',
  adamBeta1: 0.8,
  adamBeta2: 0.99,
  adamEpsilon: 1e-7,
  weightDecay: 0,
  maxGradNorm: 0,
};
const model = tinyModel(['a', 'b'], { n_layers: 2 });
const parameters = initialize(model.specs, model.config, 1);
const packed = packSequences([{ ids: [2, 5, 9, 3] }, { ids: [2, 7, 3] }], { rowLength: 8 });
const batch = { ...packed, ...targetTensors([1, 0], 2, model.config), seed: int32([1, 0]) };
const engine = openOnnxEngine();

/** What a step adds to each parameter, and the gradients it took. */
async function takeStep(args: Partial<OptimizerArguments>, learningRate = 0.1) {
  const config = optimizerConfig({ ...base, ...args }, model);
  const training = await engine.openTraining(engine.compile(model.program), parameters, config);
  await training.gradients(batch);
  const gradients = await training.readGradients();
  await training.update({ learningRate });
  return { gradients, after: await training.readParameters() };
}

describe('optimizerConfig', () => {
  it('hands each optimizer its own settings, 0 meaning no clipping', () => {
    const adam = { beta1: 0.8, beta2: 0.99, epsilon: 1e-7, weightDecay: 0, maxGradNorm: undefined };
    expect(optimizerConfig(base, model)).toEqual({ name: 'adamw', ...adam, hasWeightDecay: expect.any(Function) });
    expect(optimizerConfig({ ...base, optim: 'adam' }, model)).toMatchObject({ name: 'adam', ...adam });
    const sgd = {
      ...base,
      optim: 'sgd',
      sgdMomentum: 0.9,
      sgdNesterov: true,
      maxGradNorm: 1,
      weightDecay: 0.1,
    } as const;
    const expected = { name: 'sgd', momentum: 0.9, nesterov: true, maxGradNorm: 1, weightDecay: 0.1 };
    expect(optimizerConfig(sgd, model)).toMatchObject(expected);
    expect(optimizerConfig(sgd, model)).not.toHaveProperty('beta1');
  });

  it('lets lower layers learn at a share of the rate of the next', async () => {
    const { gradients, after } = await takeStep({ optim: 'sgd', layerwiseLrDecay: 0.5 });
    const rates = [0.25, 0.5, 1, 1]; // embeddings, two layers, head
    for (const [name, { data }] of Object.entries(after)) {
      const rate = 0.1 * rates[layerOf(model.config, name)];
      const expected = Float64Array.from(data, (_, i) => parameters[name].data[i] - rate * gradients[name].data[i]);
      expect(largestDifference(data, expected).absolute, name).toBeLessThan(1e-7);
    }
    expect(gradients['distilbert.transformer.layer.0.ffn.lin1.bias'].data.some((g) => Math.abs(g) > 1e-4)).toBe(true);
  });

  it('decays weights, not biases and norms, by their own rate', async () => {
    const { gradients, after } = await takeStep({ optim: 'sgd', layerwiseLrDecay: 0.5, weightDecay: 0.3 });
    for (const [name, decay] of [
      ['distilbert.transformer.layer.0.ffn.lin1.weight', 0.3],
      ['distilbert.transformer.layer.0.output_layer_norm.weight', 0],
    ] as const) {
      const before = parameters[name].data;
      const expected = Float64Array.from(before, (x, i) => x - 0.05 * (gradients[name].data[i] + decay * x));
      expect(largestDifference(after[name].data, expected).absolute, name).toBeLessThan(1e-7);
    }
  });

  it('leaves what is frozen as it was and trains the rest, with less to compute', async () => {
    const freeze = { freezeLayers: 1, freeze: ['classifier.bias'] };
    const { after } = await takeStep(freeze);
    const frozen = (name: string) => layerOf(model.config, name) <= 1 || name === 'classifier.bias';
    for (const [name, { data }] of Object.entries(after)) {
      if (frozen(name)) expect(data, name).toEqual(parameters[name].data);
      else if (!name.includes('k_lin.bias')) expect(data, name).not.toEqual(parameters[name].data);
    }
    const { isTrainable } = optimizerConfig({ ...base, ...freeze }, model);
    const nodes = (names: string[]) => record(withGradients(model.program, names), batch, parameters).nodes.length;
    const all = Object.keys(model.specs);
    expect(nodes(all.filter((name) => isTrainable!(name)))).toBeLessThan(nodes(all) * 0.8);
  });

  it.each([
    [{ optim: 'adamW' as 'adamw' }, 'optim: expected adamw, adam, sgd, got adamW; did you mean "adamw"?'],
    [{ sgdMomentum: 1 }, 'sgdMomentum: expected a number in [0, 1), got 1'],
    [{ optim: 'sgd', sgdNesterov: true }, 'sgdNesterov: expected an sgdMomentum above 0, got 0; set sgdMomentum'],
    [{ layerwiseLrDecay: 0 }, 'layerwiseLrDecay: expected a number in (0, 1], got 0'],
    [{ layerwiseLrDecay: 1.1 }, 'got 1.1'],
  ] as const)('refuses %j', (args, message) => {
    const make = () => optimizerConfig({ ...base, ...args }, model);
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ name: 'AttuneError', code: 'ARGUMENT_INVALID' }));
  });
});

const tinyBert = {
  model_type: 'bert',
  num_hidden_layers: 3,
  hidden_size: 8,
  num_attention_heads: 2,
  intermediate_size: 8,
};
const bertModel = modelForTask(parseModelConfig(tinyBert, 'test'), 'sequence-classification');
const names = Object.keys(bertModel.specs);
const starting = (...prefixes: string[]) => names.filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
const sorted = (some: Iterable<string>) => [...some].sort();

describe('frozenParameters', () => {
  it('freezes nothing unless asked to', () => {
    expect(frozenParameters({}, bertModel).size).toBe(0);
  });

  it('freezes what a pattern matches as a whole', () => {
    const frozen = frozenParameters({ freeze: ['bert.encoder.layer.1.*', 'classifier.bias'] }, bertModel);
    expect(sorted(frozen)).toEqual(sorted([...starting('bert.encoder.layer.1.'), 'classifier.bias']));
    const norms = frozenParameters({ freeze: ['*.layer.*.LayerNorm.*'] }, bertModel);
    expect(sorted(norms)).toEqual(sorted(starting('bert.encoder').filter((name) => name.includes('LayerNorm'))));
  });

  it('takes a dot for a dot', () => {
    expect(() => frozenParameters({ freeze: ['classifier?bias'] }, bertModel)).toThrow(
      'did you mean "classifier.bias"?',
    );
    expect(() => frozenParameters({ freeze: ['classifierXbias'] }, bertModel)).toThrow(
      'did you mean "classifier.bias"?',
    );
  });

  it('freezes the embeddings and the first layers', () => {
    const first = ['bert.embeddings.', 'bert.encoder.layer.0.', 'bert.encoder.layer.1.'];
    expect(sorted(frozenParameters({ freezeLayers: 2 }, bertModel))).toEqual(sorted(starting(...first)));
    expect(sorted(frozenParameters({ freezeLayers: 0 }, bertModel))).toEqual(sorted(starting(first[0])));
    const both = frozenParameters({ freezeLayers: 0, freeze: ['bert.pooler.*'] }, bertModel);
    expect(sorted(both)).toEqual(sorted(starting(first[0], 'bert.pooler.')));
  });

  it.each([
    [{ freeze: ['bert.encodr.layer.0.*'] }, 'got "bert.encodr.layer.0.*"; did you mean "bert.encoder.layer.0.*"?'],
    [{ freeze: ['zzz'] }, 'got "zzz"; the model has bert.embeddings.word_embeddings.weight … classifier.bias'],
    [{ freeze: ['*'] }, 'freeze: expected a parameter left to train, got all parameters frozen; freeze fewer'],
    [{ freezeLayers: 3, freeze: ['bert.pooler.*', 'classifier.*'] }, 'expected a parameter left to train'],
    [{ freezeLayers: 4 }, "freezeLayers: expected an integer in [0, 3], the model's layers, got 4"],
    [{ freezeLayers: 0.5 }, 'got 0.5'],
  ])('refuses %j', (args, message) => {
    const freeze = () => frozenParameters(args, bertModel);
    expect(freeze).toThrow(message);
    expect(freeze).toThrow(expect.objectContaining({ name: 'AttuneError', code: 'FREEZE_INVALID' }));
  });
});

it.each([
  ['bert', []],
  ['distilbert', []],
  ['mpnet', ['mpnet.encoder.relative_attention_bias.weight']],
])('spares biases and norms of %s from decay, and nothing else', (model_type, tables) => {
  const { specs } = sequenceClassifier(parseModelConfig({ model_type }, 'test'));
  const spared = Object.keys(specs).filter((name) => !hasWeightDecay(name));
  expect(spared.filter((name) => specs[name].shape.length !== 1)).toEqual(tables);
  expect(Object.keys(specs).filter((name) => specs[name].shape.length === 1 && hasWeightDecay(name))).toEqual([]);
  expect(spared.length).toBeGreaterThan(10);
  expect([bert.prefix, distilbert.prefix, mpnet.prefix]).toContain(model_type);
});
