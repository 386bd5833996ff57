import { AttuneError } from '@attune/internal';
import { describe, expect, it } from 'vitest';
import {
  asFlagError,
  asFlagNote,
  choiceFlag,
  dashed,
  isRequired,
  numberFlag,
  parseFlags,
  refuseFlags,
  switchFlag,
  textFlag,
  typedExample,
} from './command';
import { UsageError } from './failure';

const options = {
  data: { schema: textFlag(), help: '' },
  numTrainEpochs: { schema: numberFlag().optional(), help: '', alias: 'epochs' },
  engine: { schema: choiceFlag(['onnx', 'cpu']).default('onnx'), help: '' },
  json: { schema: switchFlag(), help: '' },
} as const;

describe('parseFlags', () => {
  it('gives typed values, defaults included', () => {
    expect(parseFlags(options, { data: 'a.csv', numTrainEpochs: '3', json: true })).toEqual({
      data: 'a.csv',
      numTrainEpochs: 3,
      engine: 'onnx',
      json: true,
    });
    expect(parseFlags(options, { data: 'a.csv' })).toMatchObject({ numTrainEpochs: undefined, json: false });
  });

  it.each([
    ['1e-5', 1e-5],
    ['-2', -2],
    ['.5', 0.5],
    ['5.', 5],
    ['1E30', 1e30],
  ])('reads %s as a number', (text, value) => {
    expect(parseFlags(options, { data: 'a', numTrainEpochs: text }).numTrainEpochs).toBe(value);
  });

  it.each(['', ' ', 'abc', '0x10', '1,5', 'NaN', 'Infinity', '3 '])('refuses %j as a number', (text) => {
    expect(() => parseFlags(options, { data: 'a', numTrainEpochs: text })).toThrow(
      `--epochs: expected a number, got ${JSON.stringify(text)}`,
    );
  });

  it('says everything that is wrong at once, under the shorter names', () => {
    const parse = () => parseFlags(options, { numTrainEpochs: 'x', engine: 'gpu' });
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(
      '--data: required\n--epochs: expected a number, got "x"\n--engine: expected one of onnx, cpu, got "gpu"',
    );
    const task = { task: { schema: choiceFlag(['a', 'b']), help: 'the task' } };
    expect(() => parseFlags(task, {})).toThrow('--task: required, one of a, b');
    expect(() => parseFlags(options, { data: '' })).toThrow('--data: expected a value, got an empty one');
  });
});

describe('flags', () => {
  it('are dashed', () => {
    expect(dashed('perDeviceTrainBatchSize')).toBe('--per-device-train-batch-size');
    expect(dashed('adamBeta1')).toBe('--adam-beta1');
  });

  it('are required unless the schema takes their absence', () => {
    expect(Object.values(options).map(isRequired)).toEqual([true, false, false, false]);
  });

  it('take over the errors of the arguments they set', () => {
    const error = new AttuneError('ARGUMENT_INVALID', 'numTrainEpochs: expected an integer ≥ 1, got 0');
    expect(asFlagError(error, options)).toEqual(new UsageError('--epochs: expected an integer ≥ 1, got 0'));
    const other = new AttuneError('DATA_EMPTY', 'data: nothing');
    expect(asFlagError(other, options)).toBe(other);
    const advice = new AttuneError(
      'DATA_EMPTY',
      'numTrainEpochs.csv: got "numTrainEpochs"; give fewer numTrainEpochs, or perDevice',
    );
    expect(asFlagError(advice, options)).toMatchObject({
      code: 'DATA_EMPTY',
      message: 'numTrainEpochs.csv: got "numTrainEpochs"; give fewer --epochs, or perDevice',
    });
    const layers = new AttuneError('MODEL_LAYERS', 'engine: expected other layers of engine');
    expect(asFlagError(layers, options)).toMatchObject({
      code: 'MODEL_LAYERS',
      message: '--engine: expected other layers of engine',
    });
    const place = new AttuneError('CHECKPOINT_MISSING', 'data: expected a model');
    expect(asFlagError(place, options)).toBe(place);
  });
});

it('refuses flags that are not used, by their use', () => {
  expect(() => refuseFlags({ topK: 2, keep: false }, ['keep', 'topK'], 'by a tagger')).toThrow(
    new UsageError('--top-k: not used by a tagger; remove it'),
  );
  expect(() => refuseFlags({ keep: false, topK: undefined }, ['keep', 'topK'], 'by a tagger')).not.toThrow();
});

it.each([
  ['attune report runs/a', 'npx attune report runs/a'],
  ["echo 'a' | attune predict runs/a --input -", "echo 'a' | npx attune predict runs/a --input -"],
  ['attune train --config attune.config.yaml', 'npx attune train --config attune.config.yaml'],
  ['             --model new', '                 --model new'],
])('shows the example %j as it is typed', (line, typed) => {
  expect(typedExample(line)).toBe(typed);
});

describe('asFlagNote', () => {
  it.each([
    ['numTrainEpochs is ignored because maxSteps is set', '--epochs is ignored because maxSteps is set'],
    ['engine is ignored because numTrainEpochs is 3: so', '--engine is ignored because --epochs is 3: so'],
    ['lower numTrainEpochs (--num-train-epochs).', 'lower --epochs.'],
    ['such as numTrainEpochs 6 (--epochs 6); more', 'such as --epochs 6; more'],
    ['lower numTrainEpochs (--data).', 'lower --epochs (--data).'],
    ['"numTrainEpochs", a/numTrainEpochs, numTrainEpochs.csv: engine and data stay', undefined],
  ])('writes %j with flags', (note, expected = note) => expect(asFlagNote(note, options)).toBe(expected));
});

describe('asFlagError of adapters', () => {
  const adapters = { loraR: options.numTrainEpochs, loraTargetModules: options.data, loraModulesToSave: options.data };
  const lora = { ...adapters, loraR: { ...adapters.loraR, alias: undefined } };
  it.each([
    ['withLora: r expected an integer ≥ 1, got 0; correct it', '--lora-r: expected an integer ≥ 1, got 0; correct it'],
    [
      'withLora: targetModules expected the name of a linear module that is not in modulesToSave, got "a"',
      '--lora-target-modules: expected the name of a linear module that is not in --lora-modules-to-save, got "a"',
    ],
    ['runs/a: no adapter', 'runs/a: no adapter'],
  ])('%j names the flags', (message, expected) => {
    expect(asFlagError(new AttuneError('LORA_TARGET', message), lora)).toMatchObject({
      code: 'LORA_TARGET',
      message: expected,
    });
  });
});
