// Hints, as a training prints them: once, as notes, and none where nothing is amiss.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { attune } from '../../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory, tinyConfig, tinyLlamaConfig } from '../../../test/files';
import { tinyTraining } from '../../../test/tiny-run';

const directory = temporaryDirectory(afterAll);
const rows = farmAndCode(120);
const data = fileIn(directory, 'data.csv', csv(rows));
const flags = tinyTraining(directory, data);
/** A model that answers all texts alike before it has learned anything. */
const even = fileIn(directory, 'even.json', JSON.stringify({ ...JSON.parse(tinyConfig), initializer_range: 1e-4 }));
const json = (...path: string[]) => JSON.parse(readFileSync(join(directory, ...path), 'utf8'));

const hint =
  /^note: .*(predicted for all|training loss (did not|hardly|grew)|still improved at the last|usual for whole models|multiplies the adapters by).*$/gm;

/** Trains, well; gives the hints that were printed. */
async function hintsOf(out: string, argv: readonly string[]): Promise<readonly string[]> {
  const { code, stderr } = await attune([...argv, '--out', join(directory, out)]);
  expect([code, stderr]).toEqual([0, stderr]);
  return stderr.match(hint) ?? [];
}

it('says nothing of a training that went well', async () => {
  expect(await hintsOf('well', [...flags, '--epochs', '8'])).toEqual([]);
});

it('says once that one class is predicted for all, and that the loss did not fall', async () => {
  const slow = [...flags, '--learning-rate', '1e-9', '--logging-steps', '6', '--baseline', 'none'];
  const hints = await hintsOf('slow', slow);
  expect(hints).toEqual([expect.stringMatching(/"(farm|code)" is predicted for all 12 test texts: .*--learning-rate/)]);
  expect(hints[0]).toMatch(
    /the training loss (did not fall|hardly fell): .* at the learning rate 1e-9; .*--learning-rate 1e-8/,
  );
  expect(await hintsOf('folds', [...slow, '--folds', '2', '--epochs', '2'])).toHaveLength(1);
});

it('recommends a pretrained model where the baseline is far ahead of a new one', async () => {
  const hints = await hintsOf('behind', [...flags, '--learning-rate', '1e-9', '--logging-steps', '6']);
  expect(hints).toEqual([
    expect.stringMatching(
      /; the baseline is far ahead, with macroF1 1 where this model has 0\.\d+: start from a pretrained model, such as .* \(--model distilbert-base-uncased\), or try a higher learning rate/,
    ),
  ]);
});

it('tells a run that diverged to lower its learning rate, and never to train longer', async () => {
  const wild = [...flags, '--learning-rate', '5', '--epochs', '2', '--baseline', 'none', '--logging-steps', '4'];
  const hints = await hintsOf('wild', wild);
  expect(hints).toEqual([expect.stringMatching(/too high: try a lower one, such as --learning-rate 0.001$/)]);
});

it.each<[string, readonly string[], RegExp]>([
  ['labels', ['--problem-type', 'multi_label_classification'], /"[a-z, ]+" is predicted|nothing is predicted/],
  ['value', ['--problem-type', 'regression', '--label', 'number'], /"about [\d.]+" is predicted for all 12 test texts/],
])('says that one %s is predicted for all, of other kinds', async (name, more, said) => {
  const numbered = fileIn(directory, 'numbers.csv', csv(rows.map((row, i) => ({ ...row, number: i % 7 }))));
  const slow = ['--learning-rate', '1e-9', '--epochs', '1', '--baseline', 'none', '--data', numbered];
  const hints = await hintsOf(name, [...flags, ...slow, ...more, '--model-config', even]);
  expect(hints).toEqual([expect.stringMatching(said)]);
});

it('says that no word is tagged', async () => {
  const tagOf = (i: number, at: number) => (i % 3 === 0 && at === (i / 3) % 4 ? 'B-X' : 'O'); // nothing in a text tells
  const sentences = rows.map(({ text }, i) =>
    text
      .split(' ')
      .map((word, at) => `${word} ${tagOf(i, at)}\n`)
      .join(''),
  );
  const conll = fileIn(directory, 'words.conll', sentences.join('\n'));
  const task = ['train', '--task', 'token-classification', '--data', conll, '--model', 'new', '--engine', 'onnx'];
  const how = ['--model-config', even, '--learning-rate', '1e-2', '--epochs', '2'];
  const [said] = await hintsOf('words', [...task, ...how]);
  expect(said).toMatch(/"O" is predicted for all \d+ words of the test sentences/);
});

it('learns with adapters as they are by default, and says what keeps others from it', async () => {
  const config = fileIn(directory, 'llama.json', tinyLlamaConfig);
  const task = ['train', '--task', 'causal-lm', '--data', data, '--prompt-template', 'Field of: {text}'];
  const shared = [...task, '--completion', ' {label}', '--engine', 'onnx', '--batch-size', '4'];
  await hintsOf('base', [...shared, '--model', 'new', '--model-config', config, '--epochs', '1']);
  const adapted = [...shared, '--model', join(directory, 'base', 'model'), '--lora-r', '32'];
  const usual = await hintsOf('usual', adapted);
  expect(usual).toEqual([expect.stringContaining('such as --epochs 6;')]);
  expect(json('usual', 'config.json')).toMatchObject({ arguments: { learningRate: 2e-4 }, lora: { r: 32, alpha: 64 } });
  const former = await hintsOf('former', [...adapted, '--lora-alpha', '8', '--learning-rate', '5e-5']);
  expect(former).toEqual(
    expect.arrayContaining([
      expect.stringContaining('the learning rate 5e-5 is usual for whole models'),
      expect.stringContaining('alpha 8 for rank 32 multiplies the adapters by 0.25'),
    ]),
  );
  const [base, learned, little] = ['base', 'usual', 'former'].map((run) => json(run, 'summary.json').loss);
  expect(base - learned).toBeGreaterThan(3 * (base - little));
});
