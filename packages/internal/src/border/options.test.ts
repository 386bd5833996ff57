import { describe, expect, it } from 'vitest';
import { checkArgument, checkItems, checkOptions, type Table, type TableOf, texts } from './options';
import { oneOf } from './words';

interface Options {
  readonly engine: object;
  readonly out: string;
  readonly overwrite?: boolean;
  readonly labelList?: readonly string[];
  readonly arguments?: Partial<{ readonly numTrainEpochs: number; readonly learningRate: number }>;
}

const table = {
  engine: 'engine!',
  out: 'path!',
  overwrite: 'boolean',
  labelList: 'strings',
  arguments: { numTrainEpochs: 'number', learningRate: 'number' },
} satisfies TableOf<Options>;

const { arguments: _, ...lacking } = table;
// @ts-expect-error a name that the table lacks
lacking satisfies TableOf<Options>;
const lenient = { ...table, out: 'path' } as const;
// @ts-expect-error a required option that the table lets be absent
lenient satisfies TableOf<Options>;

interface Choices {
  readonly precision?: 'fp32' | 'int8';
  readonly keep?: boolean | 'until-reported';
}

const choices = {
  precision: oneOf(['fp32', 'int8']),
  keep: oneOf(['until-reported'], 'boolean'),
} satisfies TableOf<Choices>;
// @ts-expect-error a word that the table lacks
({ ...choices, precision: oneOf(['fp32']) }) satisfies TableOf<Choices>;
// @ts-expect-error a word that the type lacks
({ ...choices, precision: oneOf(['fp32', 'int8', 'fp16']) }) satisfies TableOf<Choices>;
// @ts-expect-error words that nobody checks
({ ...choices, precision: 'string' as const }) satisfies TableOf<Choices>;
// @ts-expect-error the same beside another type
({ ...choices, keep: 'any' as const }) satisfies TableOf<Choices>;

const engine = { compile: () => {} };
const good = { engine, out: 'runs/a' };

const refusal = (check: () => void) => {
  try {
    check();
  } catch (error) {
    return error;
  }
  return undefined;
};
const invalid = (message: string) =>
  expect.objectContaining({ name: 'AttuneError', code: 'ARGUMENT_INVALID', message });
const refused = (options: unknown, own: Table = table) => refusal(() => checkOptions('fit', options, own));

describe('options', () => {
  it('are taken as they are where they fit, and where a value is undefined', () => {
    expect(refused({ ...good, overwrite: undefined, epochs: undefined, arguments: {} })).toBeUndefined();
    expect(refused({ ...good, labelList: ['a'], arguments: { numTrainEpochs: 3 } })).toBeUndefined();
  });

  it.each([
    [{ overwrit: true }, 'fit: expected known options, got overwrit; did you mean overwrite?'],
    [{ label_list: ['a'] }, 'fit: expected known options, got label_list; did you mean labelList?'],
    [{ output_dir: 'a' }, 'fit: expected known options, got output_dir; did you mean out?'],
    [
      { epochs: 3 },
      'fit: expected known options, got epochs; did you mean arguments.numTrainEpochs (arguments: { numTrainEpochs: … })?',
    ],
    [
      { learning_rate: 3 },
      'fit: expected known options, got learning_rate; did you mean arguments.learningRate (arguments: { learningRate: … })?',
    ],
    [
      { arguments: { epochs: 3 } },
      'fit: expected known options, got arguments.epochs; did you mean arguments.numTrainEpochs?',
    ],
    [{ arguments: { lr: 3 } }, 'fit: expected known options, got arguments.lr; did you mean arguments.learningRate?'],
    [
      { arguments: { overwrite: true } },
      'fit: expected known options, got arguments.overwrite; did you mean overwrite (overwrite: … next to the others)?',
    ],
    [{ zzz: 1 }, 'fit: expected known options, got zzz; the options are engine, out, overwrite, labelList, arguments'],
  ])('of names that are none are refused: %j', (more, message) => {
    expect(refused({ ...good, ...more })).toEqual(invalid(message));
  });

  it.each([
    [{ out: undefined }, 'fit: out expected a path or a name, got undefined'],
    [{ out: ' ' }, 'fit: out expected a path or a name, got " "'],
    [{ overwrite: null }, 'fit: overwrite expected true or false, got null; remove it'],
    [{ overwrite: 'true' }, 'fit: overwrite expected true or false, got "true"; write it without quotes: true'],
    [
      { arguments: { numTrainEpochs: '3' } },
      'fit: arguments.numTrainEpochs expected a number, got "3"; write it without quotes: 3',
    ],
    [{ arguments: [] }, 'fit: arguments expected an object, got an empty array'],
    [{ labelList: 'a' }, 'fit: labelList expected an array of strings, got "a"; write ["a"]'],
    [{ labelList: ['a', 1] }, 'fit: labelList expected an array of strings, got an array; [1] is 1'],
    [
      { engine: Promise.resolve(engine) },
      'fit: engine expected an open engine, got a promise; await it: engine: await openEngine()',
    ],
    [
      { engine: 'onnx' },
      'fit: engine expected an open engine, got "onnx"; open one: engine: await openEngine({ name: "onnx" })',
    ],
    [{ engine: undefined }, 'fit: engine expected an open engine, got undefined; open one: engine: await openEngine()'],
  ])('of another kind are refused: %j', (more, message) => {
    expect(refused({ ...good, ...more })).toEqual(invalid(message));
  });

  it.each([
    [{ precision: 'fp16' }, 'precision expected one of fp32, int8, got "fp16"; did you mean "fp32"?'],
    [{ precision: 'x' }, 'precision expected one of fp32, int8, got "x"'],
    [{ precision: null }, 'precision expected one of fp32, int8, got null; remove it'],
    [{ precision: 8 }, 'precision expected one of fp32, int8, got 8'],
    [{ keep: 'yes' }, 'keep expected true or false, or "until-reported", got "yes"'],
    [
      { keep: 'until reported' },
      'keep expected true or false, or "until-reported", got "until reported"; did you mean "until-reported"?',
    ],
  ])('of words that are none are refused: %j', (options, message) => {
    expect(refused(options, choices)).toEqual(invalid(`fit: ${message}`));
    expect(refused({ precision: 'int8', keep: true }, choices)).toBeUndefined();
    expect(refused({ keep: 'until-reported' }, choices)).toBeUndefined();
  });

  it.each([
    ['count', [1, 7], [0, 1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, '3', true]],
    ['index', [0, 7], [-1, 0.5, Number.NaN]],
    ['length', [3, 512], [2, 3.5, 0]],
    ['seed', [0, 2 ** 31 - 1], [-1, 2 ** 31, 0.5]],
    ['positive', [0.1, 7], [0, -1, Number.NaN, Number.POSITIVE_INFINITY]],
    ['notNegative', [0, 0.1], [-0.1, Number.NaN, Number.POSITIVE_INFINITY]],
    ['share', [0.1, 1], [0, 1.1, Number.NaN]],
    ['probability', [0, 1], [-0.1, 1.1, Number.NaN]],
  ] as const)('numbers of the kind %s', (kind, good, wrong) => {
    for (const value of good) expect(refused({ value }, { value: kind })).toBeUndefined();
    for (const value of wrong) expect(refused({ value }, { value: kind })).toMatchObject({ code: 'ARGUMENT_INVALID' });
  });

  it.each([undefined, null, 'runs', 3, [], Promise.resolve(good)])('are an object: %s', (options) => {
    expect(refused(options)).toMatchObject({
      message: expect.stringMatching(/^fit: options expected an object, got /),
    });
  });
});

it.each([
  ['output', ['arguments', 'out'], 'out'],
  ['decision', ['revision', 'tuneThreshold'], 'tuneThreshold'],
  ['max_new_tokens', ['seed', 'maxNewTokens', 'stopTokenIds'], 'maxNewTokens'],
  ['maxTokens', ['seed', 'maxNewTokens', 'stopTokenIds'], 'maxNewTokens'],
  ['stop', ['seed', 'stopStrings'], 'stopStrings'],
  ['batchSize', ['perDeviceTrainBatchSize', 'perDeviceEvalBatchSize'], 'perDeviceTrainBatchSize'],
  ['optimizer', ['seed', 'optim'], 'optim'],
  ['lora_alpha', ['r', 'alpha'], 'alpha'],
  ['lora_r', ['r', 'alpha'], 'r'],
  ['TopK', ['topK'], 'topK'],
])('%s of %j means %s', (name, known, meant) => {
  const own = Object.fromEntries(known.map((key) => [key, 'any' as const]));
  expect(refused({ [name]: 1 }, own)).toEqual(
    invalid(`fit: expected known options, got ${name}; did you mean ${meant}?`),
  );
});

it.each(['toString', 'constructor', 'hasOwnProperty'])('%s is no option, whatever objects inherit', (name) => {
  expect(refused({ ...good, arguments: { [name]: 1 } })).toMatchObject({
    message: expect.stringContaining(`got arguments.${name}`),
  });
  expect(refused({ precision: name }, choices)).toMatchObject({ message: expect.stringContaining(`got "${name}"`) });
});

it('refuses an argument of another kind, and an item by its index', () => {
  expect(refusal(() => checkArgument('load', { source: 3 }, 'path'))).toEqual(
    invalid('load: source expected a path or a name, got 3'),
  );
  const message = 'predict: texts[1] expected a text, got undefined; remove the example, or give it a value';
  expect(refusal(() => checkItems('predict', { texts: ['a', undefined] }, texts))).toEqual(invalid(message));
  const sparse = new Array(2);
  expect(refusal(() => checkItems('predict', { texts: sparse }, texts))).toMatchObject({ code: 'ARGUMENT_INVALID' });
  expect(refusal(() => checkItems('predict', { texts: Promise.resolve([]) }, texts))).toEqual(
    invalid('predict: texts expected an array, got a promise; await it'),
  );
  expect(refusal(() => checkItems('predict', { texts: ['a', ''] }, texts))).toBeUndefined();
});
