import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCpuEngine } from '@attune/engine';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { fitCausalLm } from '../causal-lm/fit';
import { adaptMaskedLm } from '../masked-lm/adapt';
import { fitMaskedLm } from '../masked-lm/fit';
import { compareClassifiers } from '../sequence/compare-classifiers';
import { fitSequenceClassifier } from '../sequence/fit';
import { fitTokenClassifier } from '../token/fit';
import { crossValidate } from '../tuning/folds';
import { search } from '../tuning/search';
import { checkLabeledParts, checkPrompted } from './data';

const engine = openCpuEngine();
const directory = mkdtempSync(join(tmpdir(), 'attune-border-'));
afterAll(() => rmSync(directory, { recursive: true }));
const out = join(directory, 'run');
const run = { model: 'new', engine, out };

/** What a caller without types may pass. */
type Loose = (options: never) => Promise<unknown>;
const refused = (call: Loose, options: unknown) =>
  call(options as never).then(
    () => 'nothing',
    ({ name, code, message }) => ({ name, code, message }),
  );
const invalid = (message: string) => ({ name: 'AttuneError', code: 'ARGUMENT_INVALID', message });

afterEach(() => {
  expect(existsSync(out)).toBe(false);
  expect(readdirSync(directory)).toEqual([]);
});

const part = { texts: ['a', 'b'], labels: ['x', 'y'] };
const sentence = { words: ['a', 'b'], tags: ['O', 'B-X'] };
const sequence = (train: unknown, more: object = {}) => ({ ...run, data: { train, validation: part }, ...more });

describe('what a run is given is refused before anything is written', () => {
  it.each<[string, Loose, unknown]>([
    ['fitSequenceClassifier', fitSequenceClassifier, { ...run, data: { train: part, validation: part } }],
    ['fitTokenClassifier', fitTokenClassifier, { ...run, data: { train: [sentence], validation: [sentence] } }],
    ['fitMaskedLm', fitMaskedLm, { ...run, data: { train: ['a'], validation: ['a'] } }],
    ['fitCausalLm', fitCausalLm, { ...run, data: { train: ['a'], validation: ['a'] } }],
    ['adaptMaskedLm', adaptMaskedLm, { ...run, data: { train: ['a'], validation: ['a'] } }],
    ['compareClassifiers', compareClassifiers, { ...run, data: { train: part, validation: part, test: ['a'] } }],
    ['crossValidate', crossValidate, { ...run, folds: [] }],
  ])('by %s', async (name, call, good) => {
    const wrong = (more: object) => refused(call, { ...(good as object), ...more });
    expect(await refused(call, undefined)).toEqual(invalid(`${name}: options expected an object, got undefined`));
    expect(await wrong({ epochs: 3 })).toEqual(
      invalid(
        `${name}: expected known options, got epochs; did you mean arguments.numTrainEpochs (arguments: { numTrainEpochs: … })?`,
      ),
    );
    expect(await wrong({ arguments: { num_train_epochs: 3 } })).toEqual(
      invalid(
        `${name}: expected known options, got arguments.num_train_epochs; did you mean arguments.numTrainEpochs?`,
      ),
    );
    expect(await wrong({ lora: { r: 8, alpha: 16, targetModules: 'all-linear', lora_dropout: 0.1 } })).toEqual(
      invalid(`${name}: expected known options, got lora.lora_dropout; did you mean lora.dropout?`),
    );
    expect(await wrong({ lora_alpha: 8 })).toEqual(
      invalid(`${name}: expected known options, got lora_alpha; did you mean lora.alpha (lora: { alpha: … })?`),
    );
    expect(await wrong({ lora: { r: 8, lora_alpha: 8 } })).toEqual(
      invalid(`${name}: expected known options, got lora.lora_alpha; did you mean lora.alpha?`),
    );
    expect(await wrong({ lora: { rank: 8 } })).toEqual(
      invalid(`${name}: expected known options, got lora.rank; did you mean lora.r?`),
    );
    expect(await wrong({ lora: { r: 8, targetModules: 8 } })).toEqual(
      invalid(`${name}: lora.targetModules expected an array of names, a regular expression, or "all-linear", got 8`),
    );
    expect(await wrong({ engine: Promise.resolve(engine) })).toEqual(
      invalid(`${name}: engine expected an open engine, got a promise; await it: engine: await openEngine()`),
    );
    expect(await wrong({ model: undefined })).toEqual(
      invalid(`${name}: model expected a path or a name, got undefined`),
    );
  });

  it.each([
    [
      { texts: ['a', 'b'], labels: [0, 1] },
      'data.train.labels[0] expected a label, which is a string, got 0; make strings of them: labels: labels.map(String)',
    ],
    [
      { texts: ['a', 'b'], labels: ['x', true] },
      'data.train.labels[1] expected a label, which is a string, got true; make strings of them: labels: labels.map(String)',
    ],
    [
      { texts: ['a', 'b'], labels: Int32Array.of(0, 1) },
      'data.train.labels expected strings, got an Int32Array; labels: Array.from(labels, String)',
    ],
    [
      { texts: ['a', 'b'], labels: [['x'], ['y']] },
      "data.train.labels[0] expected a label, which is a string, got an array; for several labels per text pass problemType: 'multi_label_classification'",
    ],
    [
      { texts: ['a', undefined], labels: ['x', 'y'] },
      'data.train.texts[1] expected a text, got undefined; remove the example, or give it a value',
    ],
    [
      { texts: ['a', 'b'], labels: ['x', null] },
      'data.train.labels[1] expected a label, which is a string, got null; remove the example, or give it a value',
    ],
    [{ texts: 'a', labels: ['x'] }, 'data.train.texts expected an array, got "a"'],
    [{ texts: Promise.resolve(['a']), labels: ['x'] }, 'data.train.texts expected an array, got a promise; await it'],
    [
      [{ text: 'a', label: 'x' }],
      'data.train expected { texts, labels }, got an array; give columns: { texts: rows.map((row) => row.text), labels: rows.map((row) => row.label) }',
    ],
  ])('labeled texts: %j', async (train, message) => {
    const expected = invalid(`fitSequenceClassifier: ${message}`);
    expect(await refused(fitSequenceClassifier, sequence(train))).toEqual(expected);
    const folds = [
      { train, test: part },
      { train: part, test: part },
    ];
    const inFolds = invalid(`crossValidate: ${message.replace('data.', 'folds[0].')}`);
    expect(await refused(crossValidate, { ...run, folds })).toEqual(inFolds);
  });

  it('labels of other kinds of problem', async () => {
    const several = (labels: unknown[]) =>
      refused(fitSequenceClassifier, sequence({ texts: ['a'], labels }, { problemType: 'multi_label_classification' }));
    expect(await several(['x'])).toMatchObject({
      message: expect.stringMatching(/labels\.map\(\(label\) => \[label\]\)$/),
    });
    expect(await several([[1]])).toMatchObject({
      message: expect.stringMatching(/is 1; .*\(\(own\) => own\.map\(String\)\)$/),
    });
    expect(await several([[0, 1]])).toEqual(
      invalid(
        'fitSequenceClassifier: data.train.labels[0] expected the labels of a text, an array of strings, got an array; a row of 0 and 1 needs the names of its labels: labels: labels.map((row) => names.filter((_, i) => row[i]))',
      ),
    );
    expect(await several([[true, false]])).toMatchObject({ message: expect.stringMatching(/names\.filter/) });
    expect(await several([[3, 1]])).toMatchObject({ message: expect.stringMatching(/own\.map\(String\)/) });
    const measured = sequence({ texts: ['a'], labels: Float32Array.of(1) }, { problemType: 'regression' });
    expect(await refused(fitSequenceClassifier, measured)).toEqual(
      invalid(
        'fitSequenceClassifier: data.train.labels expected an array, got a Float32Array; labels: Array.from(labels)',
      ),
    );
    const numbers = sequence(part, { problemType: 'regression' });
    expect(await refused(fitSequenceClassifier, numbers)).toMatchObject({
      message: expect.stringMatching(/labels\[0\] expected a number, got "x"; .*labels\.map\(Number\)$/),
    });
    expect(await refused(fitSequenceClassifier, sequence(part, { problemType: 'multi_label' }))).toMatchObject({
      message: expect.stringMatching(
        /^fitSequenceClassifier: problemType expected one of .*, got "multi_label"; did you mean "multi_label_classification"\?$/,
      ),
    });
  });

  it('another number of labels than of texts', async () => {
    const message =
      'fitSequenceClassifier: data.train expected a label for each text, got 2 texts and 1 labels; check where rows were dropped';
    const error = { name: 'RangeError', code: undefined, message };
    expect(await refused(fitSequenceClassifier, sequence({ texts: ['a', 'b'], labels: ['x'] }))).toEqual(error);
  });

  it('a part of another name', async () => {
    const options = { ...run, data: { train: part, valid: part, test: part } };
    expect(await refused(fitSequenceClassifier, options)).toEqual(
      invalid('fitSequenceClassifier: expected known options, got data.valid; did you mean data.validation?'),
    );
  });

  it.each([
    [
      { words: ['a'], tags: [1] },
      '[0].tags[0] expected a tag, which is a string, got 1; write their names: tags.map((id) => names[id])',
    ],
    [{ words: 'a b', tags: ['O'] }, '[0].words expected an array, got "a b"'],
    [{ words: ['a', 'b'], tags: ['O'] }, '[0] expected a tag for each word, got 2 words and 1 tags'],
    ['a b', '[0] expected a sentence { words, tags }, got "a b"'],
  ])('sentences: %j', async (wrong, message) => {
    const options = { ...run, data: { train: [wrong], validation: [sentence] } };
    expect(await refused(fitTokenClassifier, options)).toMatchObject({
      message: `fitTokenClassifier: data.train${message}`,
    });
  });

  it.each<[string, Loose, unknown, string]>([
    ['fitMaskedLm', fitMaskedLm, { text: 'a' }, 'a text, got an object; give its text: rows.map((row) => row.text)'],
    ['adaptMaskedLm', adaptMaskedLm, 3, 'a text, got 3'],
    [
      'fitCausalLm',
      fitCausalLm,
      { prompt: 'a', response: 'b' },
      'a text, or { prompt, completion } of texts, got an object; it has no completion, but prompt, response',
    ],
  ])('texts of %s', async (name, call, wrong, message) => {
    const options = { ...run, data: { train: ['a', wrong], validation: ['a'] } };
    expect(await refused(call, options)).toEqual(invalid(`${name}: data.train[1] expected ${message}`));
  });

  it.each<[string, Loose, object, string]>([
    [
      'fitTokenClassifier',
      fitTokenClassifier,
      { decoding: 'viterbi' },
      'decoding expected one of argmax, constrained, got "viterbi"; did you mean "constrained"?',
    ],
    ['fitTokenClassifier', fitTokenClassifier, { mode: 'x' }, 'mode expected one of strict, default, got "x"'],
    [
      'fitTokenClassifier',
      fitTokenClassifier,
      { scheme: 'BIO' },
      'scheme expected one of IOB1, IOB2, IOE1, IOE2, IOBES, BILOU, IO, none, got "BIO"; did you mean "IOB2"?',
    ],
    ['fitTokenClassifier', fitTokenClassifier, { stride: -1 }, 'stride expected an integer ≥ 0, got -1'],
    [
      'fitCausalLm',
      fitCausalLm,
      { truncationMode: 'left' },
      'truncationMode expected one of keep_start, keep_end, keep_completion, got "left"; did you mean "keep_end"?',
    ],
    [
      'fitSequenceClassifier',
      fitSequenceClassifier,
      { baseline: 'no' },
      'baseline expected one of default, tuned, none, got "no"; did you mean "none"?',
    ],
    [
      'fitSequenceClassifier',
      fitSequenceClassifier,
      { baseline: 'tune' },
      'baseline expected one of default, tuned, none, got "tune"; did you mean "tuned"?',
    ],
    [
      'fitSequenceClassifier',
      fitSequenceClassifier,
      { baseline: false },
      'baseline expected one of default, tuned, none, got false',
    ],
    [
      'fitMaskedLm',
      fitMaskedLm,
      { keepCheckpoints: 'yes' },
      'keepCheckpoints expected true or false, or "until-reported", got "yes"',
    ],
    [
      'adaptMaskedLm',
      adaptMaskedLm,
      { arguments: { classWeights: 'balance' } },
      'arguments.classWeights expected an object, or "balanced", got "balance"; did you mean "balanced"?',
    ],
    ['compareClassifiers', compareClassifiers, { learningRates: 'x' }, 'learningRates expected an array, got "x"'],
    [
      'crossValidate',
      crossValidate,
      { folds: [], baseline: 'off' },
      'baseline expected one of default, tuned, none, got "off"; did you mean "none"?',
    ],
  ])('words and numbers that are none of the option: %s %#', async (name, call, wrong, message) => {
    expect(
      await refused(call, {
        ...run,
        ...(name !== 'crossValidate' && { data: { train: [], validation: [], test: [] } }),
        ...wrong,
      }),
    ).toEqual(invalid(`${name}: ${message}`));
  });

  it.each<[string, Loose, unknown, string]>([
    [
      'fitCausalLm',
      fitCausalLm,
      { train: [{ promt: 'a', completion: ' b' }] },
      'data.train[0].promt; did you mean data.train[0].prompt?',
    ],
    [
      'fitCausalLm',
      fitCausalLm,
      { train: ['a', { instruction: 'a', completion: ' b' }] },
      'data.train[1].instruction; did you mean data.train[1].prompt?',
    ],
    [
      'fitCausalLm',
      fitCausalLm,
      { train: [{ prompt: 'a', completion: ' b', has_special_tokens: true }] },
      'data.train[0].has_special_tokens; did you mean data.train[0].hasSpecialTokens?',
    ],
    [
      'fitSequenceClassifier',
      fitSequenceClassifier,
      { train: { ...part, pair: part.texts } },
      'data.train.pair; did you mean data.train.pairs?',
    ],
    [
      'fitSequenceClassifier',
      fitSequenceClassifier,
      { train: part, validation: { ...part, text_pair: part.texts } },
      'data.validation.text_pair; did you mean data.validation.pairs?',
    ],
    [
      'fitSequenceClassifier',
      fitSequenceClassifier,
      { train: { text: part.texts, labels: part.labels } },
      'data.train.text; did you mean data.train.texts?',
    ],
  ])('columns that were meant for others: %s %#', async (name, call, data, message) => {
    expect(await refused(call, { ...run, data })).toEqual(invalid(`${name}: expected known columns, got ${message}`));
  });

  it('but not other columns, such as ids', async () => {
    const train = { ...part, ids: [1, 2], pairs: undefined, groups: [1, 1], lines: [1, 2] };
    expect(await refused(fitSequenceClassifier, { ...sequence(train), epochs: 1 })).toMatchObject({
      message: expect.stringContaining('got epochs'),
    });
    expect(() => checkLabeledParts('fit', { train }, {})).not.toThrow();
    expect(() => checkPrompted('fit', 'train', [{ id: 3, source: 'x', completion: ' b' }])).not.toThrow();
  });

  it('a search', async () => {
    const good = {
      space: {},
      trials: 2,
      objective: { metric: 'loss', greaterIsBetter: false },
      runTrial: () => {},
      out,
    };
    expect(await refused(search, { ...good, n_trials: 3 })).toEqual(
      invalid('search: expected known options, got n_trials; did you mean trials?'),
    );
    expect(await refused(search, { ...good, runTrial: undefined })).toEqual(
      invalid('search: runTrial expected a function, got undefined'),
    );
    expect(await refused(search, { ...good, strategy: 'grid' })).toEqual(
      invalid('search: strategy expected one of random, halving, got "grid"'),
    );
    expect(await refused(search, { ...good, objective: { metric: 'loss' } })).toEqual(
      invalid('search: objective.greaterIsBetter expected true or false, got undefined'),
    );
    expect(await refused(search, { ...good, leastBudget: 2 })).toEqual(
      invalid('search: leastBudget expected a number in (0, 1], got 2'),
    );
    const typo = { learningRate: { mn: 1, max: 2 } };
    expect(await refused(search, { ...good, space: typo })).toMatchObject({
      code: 'SEARCH_SPACE',
      message: 'learningRate: expected min, max, scale, integer, got "mn"; did you mean "min"?',
    });
  });
});
