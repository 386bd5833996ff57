import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attune } from '../../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory, tinyConfig } from '../../../test/files';
import { Interrupted } from '../../program/process';

const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

const space = { learningRate: { min: 1e-4, max: 1e-2, scale: 'log' }, batchSize: [8, 16] };

/** A directory with data, config and space, and the flags that search there. */
function setUp(more: Record<string, unknown> = {}) {
  const directory = temporaryDirectory();
  const options = {
    task: 'sequence-classification',
    data: fileIn(directory, 'data.csv', csv(farmAndCode(80))),
    text: '{title}. {text}',
    label: 'label',
    model: 'new',
    modelConfig: fileIn(directory, 'tiny.json', tinyConfig),
    epochs: 3,
    engine: 'onnx',
    out: 'not here',
    ...more,
  };
  const config = fileIn(directory, 'attune.config.json', JSON.stringify(options));
  const file = fileIn(directory, 'space.json', JSON.stringify(space, null, 1));
  const flags = ['search', '--config', config, '--space', file, '--trials', '3', '--metric', 'macroF1'];
  return { directory, out: join(directory, 'search'), flags, config, file };
}

describe('attune search', () => {
  it('prints the trials best first, and writes a config that trains as the best did', async () => {
    const { directory, flags, out } = setUp();
    const { code, stdout, stderr } = await attune([...flags, '--out', out]);
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining(`\nnpx attune train --config ${join(out, 'best.json')}`),
    ]);
    const { trials, best } = json(out, 'search.json');
    const values: number[] = stdout
      .split('\n')
      .slice(1, 4)
      .map((line) => Number(line.trim().split(/ +/)[1]));
    expect(stdout).toMatch(/^trial +macroF1 +learningRate +batchSize\n/);
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(stderr.match(/^\d\/3 {2}trial \d: macroF1 \d\.\d{4} {2}learningRate/gm)).toHaveLength(3);
    expect(stderr.match(/64 training, 8 validation, 8 test texts: split 80\/10\/10/g)).toHaveLength(1);

    const chosen = trials[best - 1];
    expect(chosen.results[0].value.toFixed(4)).toBe(values[0].toFixed(4));
    const run = join(out, `trial-${best}`, 'rung-1');
    expect(readdirSync(run).sort()).toEqual([
      'config.json',
      'metrics.jsonl',
      'predictions.jsonl',
      'report.html',
      'summary.json',
    ]);
    // The test part is split off, and nobody looked at it.
    expect(json(run, 'summary.json')).toMatchObject({ evaluatedOn: 'validation', trainExamples: 64, testExamples: 8 });

    const final = join(directory, 'final');
    expect((await attune(['train', '--config', join(out, 'best.json'), '--out', final])).code).toBe(0);
    expect(json(final, 'summary.json')).toMatchObject({ evaluatedOn: 'test', trainExamples: 64, testExamples: 8 });
    const evaluations = (path: string) =>
      readFileSync(join(path, 'metrics.jsonl'), 'utf8')
        .split('\n')
        .filter((line) => line.includes('"eval"'))
        .map((line) => ({ ...JSON.parse(line), time: 0 }));
    expect(evaluations(final)).toEqual(evaluations(run));
    expect(Math.max(...evaluations(run).map(({ macroF1 }) => macroF1))).toBe(chosen.results[0].value);
  });

  it('goes on with the defaults of adapters that it began with', async () => {
    const directory = temporaryDirectory();
    const base = setUp({ epochs: 1 });
    expect((await attune(['train', '--config', base.config, '--out', join(directory, 'base')])).code).toBe(0);
    const model = join(directory, 'base', 'model');
    const { flags, out } = setUp({ model, modelConfig: undefined, loraR: 16, epochs: 1 });
    const sizes = fileIn(directory, 'sizes.json', '{"batchSize": [8, 16]}');
    const searching = [...flags, '--space', sizes, '--trials', '2', '--out', out];
    expect(await attune(searching)).toMatchObject({ code: 0 });
    const first = join(out, 'trial-1', 'rung-1', 'config.json');
    const { lora, arguments: args, ...config } = json(first);
    expect([lora.alpha, args.learningRate]).toEqual([32, 2e-4]);
    const former = { ...config, lora: { ...lora, alpha: 8 }, arguments: { ...args, learningRate: 5e-5 } };
    writeFileSync(first, JSON.stringify(former));
    const { best: _, trials, ...state } = json(out, 'search.json');
    const cut = { ...state, trials: [trials[0], { ...trials[1], results: [] }] };
    writeFileSync(join(out, 'search.json'), JSON.stringify(cut));
    rmSync(join(out, 'trial-2'), { recursive: true });
    expect(await attune(['search', '--resume', '--out', out])).toMatchObject({ code: 0 });
    const begun = { lora: { alpha: 8 }, arguments: { learningRate: 5e-5 } };
    expect(json(out, 'trial-2', 'rung-1', 'config.json')).toMatchObject(begun);
    expect(json(out, 'best.json')).toMatchObject({ loraAlpha: 8, learningRate: 5e-5 });
  });

  it('interrupted in a trial and resumed, comes to the table of an undisturbed search', async () => {
    const { directory, flags, out } = setUp({ saveSteps: 3 });
    const halving = [...flags, '--strategy', 'halving'];
    const whole = await attune([...halving, '--out', join(directory, 'whole')]);
    expect(whole.stdout).toMatch(/^trial +macroF1 +rung .*\n\d +\d\.\d+ +2 of 2 .*\n\d .* 1 of 2 /);
    const interrupt = new AbortController();
    const running = attune([...halving, '--out', out], { signal: interrupt.signal });
    const poll = setInterval(() => {
      if (existsSync(join(out, 'trial-2', 'rung-1', 'checkpoints'))) interrupt.abort(new Interrupted('SIGINT'));
    }, 1);
    const { code, stderr } = await running;
    clearInterval(poll);
    expect([code, stderr]).toEqual([
      130,
      expect.stringContaining(`saved; to continue: npx attune search --resume --out ${out}`),
    ]);
    expect(json(out, 'search.json').trials.map(({ results }: { results: unknown[] }) => results.length)).toEqual([
      1, 0, 0,
    ]);
    const resumed = await attune(['search', '--resume', '--out', out]);
    expect(resumed.stdout).toBe(whole.stdout);
    expect(resumed.stderr).toMatch(/resuming after step \d/);
    expect(resumed.stderr.match(/^\d\/4 /gm)).toEqual(['2/4 ', '3/4 ', '4/4 ']);
    expect(json(out, 'best.json')).toEqual(json(directory, 'whole', 'best.json'));
  });

  it('reads a trial that had ended when the power went, and does not run it again', async () => {
    const { flags, out } = setUp();
    const first = await attune([...flags, '--trials', '1', '--out', out]);
    const state = json(out, 'search.json');
    const { best: _, ...unsaved } = state;
    writeFileSync(
      join(out, 'search.json'),
      JSON.stringify({ ...unsaved, trials: [{ ...state.trials[0], results: [] }] }),
    );
    const before = readFileSync(join(out, 'trial-1', 'rung-1', 'summary.json'), 'utf8');
    const again = await attune(['search', '--resume', '--out', out]);
    expect(again.stdout).toBe(first.stdout);
    expect(readFileSync(join(out, 'trial-1', 'rung-1', 'summary.json'), 'utf8')).toBe(before);
    expect(json(out, 'search.json')).toEqual(state);
  });

  it('never opens the test file', async () => {
    const { flags, out } = setUp({ testData: 'no-such-file.csv' });
    const { code, stderr } = await attune([...flags, '--trials', '1', '--out', out]);
    expect([code, stderr]).toEqual([0, expect.stringContaining('72 training, 8 validation texts: split 90/10')]);
    expect(json(out, 'best.json')).toMatchObject({ testData: 'no-such-file.csv' });
    rmSync(out, { recursive: true });
  });

  it('searches for the options of other tasks too', async () => {
    const { directory, flags, out } = setUp({ task: 'masked-lm', text: 'text', label: undefined, chunkLength: 16 });
    const { code, stdout, stderr } = await attune([...flags, '--metric', 'perplexity', '--out', out]);
    expect([code, stderr]).toEqual([0, expect.stringContaining('best: trial')]);
    const values = stdout.match(/^\d +[\d.]+/gm)?.map((line) => Number(line.split(/ +/)[1])) ?? [];
    expect(values).toHaveLength(3);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    rmSync(directory, { recursive: true });
  });

  it.each([
    [
      '{"lerningRate": [1]}',
      '--space line 1 column 2: expected a training option, got "lerningRate"; did you mean "learningRate"?',
    ],
    ['{"epochs": {"min": 4, "max": 2}}', 'column 2: epochs: expected min ≤ max, got the empty range 4 to 2'],
    ['{"epochs": {"min": 2, "max": 6}}', 'column 2: epochs: expected an integer ≥ 1, got'],
    ['{"epochs": [2], "numTrainEpochs": [3]}', 'epochs and numTrainEpochs are the same option; remove one'],
    ['{"learningRate": [-1]}', 'learningRate: expected a number > 0, got -1; change the values'],
    ['{"fp16": [true]}', 'fp16: training in float16 is not supported; use bf16 with'],
    ['{"optim": ["lion"]}', 'optim: expected one of adamw, adam, sgd, got "lion"'],
    [
      '{"evalStrategy": ["epoch", "no"]}',
      'column 2: evalStrategy: expected epoch or steps, got no, but trials are compared by their evaluations; change',
    ],
    ['{"metric": [1]}', 'expected a training option, got "metric"'],
    ['{}', 'expected at least one parameter'],
  ])('refuses the space %s before anything is trained', async (written, message) => {
    const { config, out } = setUp();
    const { code, stderr } = await attune(['search', '--config', config, '--space', written, '--out', out]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(existsSync(out)).toBe(false);
  });

  it('says which metrics there are, and names what changed since the search began', async () => {
    const { flags, out, file } = setUp();
    const { code, stderr } = await attune([...flags, '--metric', 'macroF2', '--out', out]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/--metric: there is no metric "macroF2"; use one of loss, accuracy/),
    ]);
    expect(existsSync(out)).toBe(false);
    expect(await attune([...flags, '--trials', '1', '--metric', 'eval_macro_f1', '--out', out])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^trial +macroF1 +learningRate +batchSize\n/),
    });
    writeFileSync(file, '{"learningRate": [1e-3]}');
    expect(await attune(['search', '--resume', '--out', out])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/search\.json: expected the original settings of the search, got another space/),
    });
    expect(await attune(['search', '--resume', '--out', join(out, 'none')])).toMatchObject({ code: 1 });
    const { flags: others, out: other } = setUp({ evalStrategy: 'no' });
    expect(await attune([...others, '--out', other])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('evalStrategy: expected epoch or steps'),
    });
  });
});
