import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory, tinyConfig } from '../../test/files';

/** A directory with data and the options that train on it, as a config file has them. */
function setUp() {
  const directory = temporaryDirectory();
  const options = {
    task: 'sequence-classification',
    model: 'new',
    modelConfig: fileIn(directory, 'tiny.json', tinyConfig),
    data: fileIn(directory, 'data.csv', csv(farmAndCode(60))),
    text: '{title}. {text}',
    label: 'label',
    epochs: 1,
    batchSize: 8,
    learningRate: 1e-2,
    engine: 'onnx',
    seed: 5,
    classWeights: { farm: 2 },
    freeze: ['distilbert.embeddings.*'],
  };
  const train = async (name: string, ...flags: string[]) => {
    const out = join(directory, name);
    const { code, stderr } = await attune(['train', ...flags, '--out', out]);
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    return {
      weights: readFileSync(join(out, 'model', 'model.safetensors')),
      config: JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')),
    };
  };
  return { directory, options, train };
}

/** The same options as flags. */
const flagsOf = ({ freeze, classWeights, ...options }: ReturnType<typeof setUp>['options']) => [
  ...Object.entries(options).flatMap(([name, value]) => [
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    `${value}`,
  ]),
  '--freeze',
  freeze.join(),
  '--class-weights',
  JSON.stringify(classWeights),
];

describe('attune train --config', () => {
  it('trains what the same flags train, to the byte; the run’s own config.json trains it again', async () => {
    const { directory, options, train } = setUp();
    const json = { $schema: './config.schema.json', ...options };
    const file = fileIn(directory, 'attune.config.json', JSON.stringify(json));
    const byFlags = await train('flags', ...flagsOf(options));
    const byFile = await train('file', '--config', file);
    expect(byFile.weights.equals(byFlags.weights)).toBe(true);
    const { epochs, batchSize, ...others } = options;
    expect(byFile.config.options).toEqual({ ...others, numTrainEpochs: epochs, perDeviceTrainBatchSize: batchSize });

    for (const first of ['flags', 'file']) {
      const again = await train(`${first}-again`, '--config', join(directory, first, 'config.json'));
      expect(again.weights.equals(byFlags.weights)).toBe(true);
      expect(again.config.options).toEqual((first === 'flags' ? byFlags : byFile).config.options);
    }
  });

  it('puts flags over the file', async () => {
    const { directory, options, train } = setUp();
    const file = fileIn(directory, 'attune.config.ts', `export default ${JSON.stringify(options)};`);
    const five = await train('five', '--config', file);
    const six = await train('six', '--config', file, '--seed', '6', '--batch-size', '4');
    expect(six.config.options).toMatchObject({ seed: '6', perDeviceTrainBatchSize: '4', numTrainEpochs: 1 });
    expect(six.weights.equals(five.weights)).toBe(false);
  });

  it.each<[string, string, string[]]>([
    [
      'unknown keys',
      'epoch: 3\nfoo: 1\nbatch-size: 2\n',
      [
        'line 1 column 1: expected an option of attune train, got "epoch"; did you mean "epochs"?',
        'line 2 column 1: expected an option of attune train, got "foo"; npx attune train --help lists them',
        'line 3 column 1: expected an option of attune train, got "batch-size"; did you mean "batchSize"?',
      ],
    ],
    [
      'arguments that only transformers has',
      'loadBestModelAtEnd: true\ngreater_is_better: false',
      [
        'line 1 column 1: loadBestModelAtEnd: the best model is always the one that is kept; remove it',
        'line 2 column 1: greater_is_better: the direction follows from metricForBestModel; remove it',
      ],
    ],
    ['options of the command line alone', 'config: other.yaml\nresume: true', ['got "config"', 'got "resume"']],
    ['wrong values', 'epochs: many\nseed: ~', ['line 1 column 1: epochs: expected a number, got "many"', 'seed: exp']],
    [
      'an option twice',
      'epochs: 2\nnumTrainEpochs: 3',
      ['line 1 column 1: epochs and numTrainEpochs are the same option; remove one'],
    ],
    ['wrong values in a run', 'options:\n  seed: x', ['line 2 column 3: seed: expected a number, got "x"']],
  ])('refuses %s', async (_, yaml, problems) => {
    const file = fileIn(temporaryDirectory(), 'attune.config.yaml', yaml);
    const { code, stderr } = await attune(['train', '--config', file]);
    expect(code).toBe(2);
    for (const problem of problems) expect(stderr).toContain(problem);
  });

  it('asks for what neither the file nor a flag says', async () => {
    const file = fileIn(temporaryDirectory(), 'attune.config.yaml', 'data: jobs.csv\ntext: title\nmodel: new');
    const { code, stderr } = await attune(['train', '--config', file, '--label', 'sector']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/--task: required, one of .*\n.*--out: required\n/)]);
    expect(stderr).not.toMatch(/--(data|label|model)/);
  });

  it('stands for itself: --resume takes none beside it', async () => {
    const { code, stderr } = await attune(['train', '--resume', '--out', 'run', '--config', 'a.yaml']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--config: cannot be used with --resume')]);
  });

  it('says where there is nothing to resume, and what to do', async () => {
    const early = temporaryDirectory();
    const resumed = async (command: string, out: string) => (await attune([command, '--resume', '--out', out])).stderr;
    const [file, none] = ['config.json does not exist', 'the directory does not exist'];
    expect(await resumed('train', early)).toBe(
      `attune: no run found in ${early}: ${file}; correct --out, or remove --resume to start a new run\n`,
    );
    expect(await resumed('train', join(early, 'no'))).toContain(
      `no run found in ${join(early, 'no')}: ${none}; correct`,
    );
    expect(await resumed('search', early)).toBe(
      `attune: no search found in ${early}: search.json does not exist; correct --out, or remove --resume to start a new search\n`,
    );
    fileIn(early, 'config.json', '{');
    expect(await resumed('train', early)).toMatch(
      /config\.json: expected .*; restore it, or pass the directory of another/,
    );
  });
});
