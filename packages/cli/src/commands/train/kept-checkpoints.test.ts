// What a run keeps once it has ended, and how it is made longer.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { attune } from '../../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory, tinyLlamaConfig } from '../../../test/files';
import { tinyTraining } from '../../../test/tiny-run';
import { Interrupted } from '../../program/process';

const directory = temporaryDirectory(afterAll);
const place = (...path: string[]) => join(directory, ...path);
const data = fileIn(directory, 'data.csv', csv(farmAndCode(60)));
const json = (...path: string[]) => JSON.parse(readFileSync(place(...path), 'utf8'));
const weights = (run: string) => readFileSync(place(run, 'model', 'model.safetensors'));
const bytesOf = (run: string) =>
  readdirSync(place(run), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => [parentPath, name, readFileSync(join(parentPath, name), 'base64')]);

/** Ends well; gives what was printed. */
async function ran(...argv: string[]) {
  const { code, stdout, stderr } = await attune(argv);
  if (code !== 0) throw new Error(stderr);
  return { stdout, stderr };
}
const train = (run: string, ...more: string[]) =>
  ran(...tinyTraining(directory, data), '--epochs', '2', '--baseline', 'none', ...more, '--out', place(run));
const resume = (run: string, ...more: string[]) => ran('train', '--resume', '--out', place(run), ...more);
const refused = async (run: string, ...more: string[]) =>
  (await attune(['train', '--resume', '--out', place(run), ...more])).stderr;

/** Resumes, and is interrupted two steps later. */
async function interrupted(run: string, ...more: string[]): Promise<void> {
  const stop = new AbortController();
  const before = log(run).length;
  const running = attune(['train', '--resume', '--out', place(run), ...more], { signal: stop.signal });
  await vi.waitUntil(() => log(run).length > before, { interval: 1, timeout: 20_000 });
  stop.abort(new Interrupted('SIGINT'));
  expect((await running).code).toBe(130);
}

/** The log, but for times. */
const log = (run: string) =>
  readFileSync(place(run, 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line, (key, value) => (/^time$|tokensPerSecond/.test(key) ? undefined : value)));

describe('a run that has ended', () => {
  beforeAll(async () => {
    await train('ended');
  });

  it('keeps no checkpoints; resumed, it says that it had ended, prints its results and changes nothing', async () => {
    expect(readdirSync(place('ended')).sort()).toEqual([
      'config.json',
      'metrics.jsonl',
      'model',
      'predictions.jsonl',
      'report.html',
      'summary.json',
    ]);
    const before = bytesOf('ended');
    const { stdout, stderr } = await resume('ended', '--json');
    expect(JSON.parse(stdout)).toEqual(json('ended', 'summary.json'));
    expect(stderr).toContain('has already ended and kept no checkpoints to continue from');
    expect(stderr).toContain(
      `${place('ended')}: nothing was written; report in ${place('ended', 'report.html')}, model in`,
    );
    expect(bytesOf('ended')).toEqual(before);
  });

  it('is not made longer, and says how its model is trained further, as it can be typed', async () => {
    await ran('train', '--config', place('ended', 'config.json'), '--keep-checkpoints', '--out', place('base'));
    const options = [
      ...['train', '--task', 'sequence-classification', '--data', data, '--text', 'text', '--label', 'label'],
      ...['--model', place('base', 'model'), '--epochs', '1', '--batch-size', '8', '--engine', 'onnx'],
    ];
    await ran(...options, '--out', place('short'));
    for (const longer of [
      ['--epochs', '20'],
      ['--num-train-epochs', '20'],
      ['--max-steps', '99'],
    ]) {
      const stderr = await refused('short', ...longer);
      expect(stderr).toContain('expected a run that kept its checkpoints (--keep-checkpoints)');
      expect(stderr).toContain(
        `start a run from it: --model ${place('short', 'model')}, such as npx attune train --config`,
      );
    }
    const command = (await refused('short', '--epochs', '2')).match(/such as npx attune (.*)\n/)?.[1] ?? '';
    await ran(...command.split(' '));
    expect(json('short-further', 'config.json').model).toBe(place('short', 'model'));
    expect(await refused('ended', '--epochs', '20')).toContain(
      `start a run from it: --model ${place('ended', 'model')}\n`,
    );
  });

  it('of adapters beside a base is trained anew, as it can be typed', async () => {
    const task = ['train', '--task', 'causal-lm', '--data', data, '--prompt-template', '{title}:'];
    const options = [...task, '--completion', ' {label}', '--engine', 'onnx', '--max-steps', '1'];
    const llama = ['--model', 'new', '--model-config', fileIn(directory, 'llama.json', tinyLlamaConfig)];
    await ran(...options, ...llama, '--out', place('writer'));
    const adapted = ['--model', place('writer', 'model'), '--lora-r', '4', '--quantize', 'int4'];
    await ran(...options, ...adapted, '--out', place('beside'));
    const command = (await refused('beside', '--max-steps', '2')).match(/train again: npx attune (.*)\n/)?.[1] ?? '';
    await ran(...command.split(' '));
    expect(json('beside-longer', 'summary.json').steps).toBe(2);
  });

  it('is kept whole where its report cannot be written, which resuming then does', async () => {
    await train('unreported', '--keep-checkpoints');
    rmSync(place('unreported', 'report.html'));
    mkdirSync(place('unreported', 'report.html'));
    const config = json('unreported', 'config.json');
    const { keepCheckpoints: _, ...options } = config.options;
    fileIn(place('unreported'), 'config.json', JSON.stringify({ ...config, options }));
    expect((await resume('unreported')).stderr).toContain('report.html: not written');
    expect(existsSync(place('unreported', 'checkpoints'))).toBe(true);
    rmSync(place('unreported', 'report.html'), { recursive: true });
    await resume('unreported');
    expect(existsSync(place('unreported', 'report.html'))).toBe(true);
    expect(existsSync(place('unreported', 'checkpoints'))).toBe(false);
  });

  it('keeps what is not its own', async () => {
    await train('others', '--keep-checkpoints');
    fileIn(place('others', 'checkpoints'), 'notes.txt', 'mine');
    const config = json('others', 'config.json');
    const { keepCheckpoints: _, ...options } = config.options;
    fileIn(place('others'), 'config.json', JSON.stringify({ ...config, options }));
    await resume('others');
    expect(readdirSync(place('others', 'checkpoints'))).toEqual(['notes.txt']);
  });
});

describe('a run that kept its checkpoints', () => {
  it('is made longer to the bytes of one that was begun so, where the schedule allows it', async () => {
    const constant = ['--lr-scheduler-type', 'constant', '--logging-steps', '6'];
    await train('whole', ...constant, '--epochs', '4');
    await train('constant', ...constant, '--keep-checkpoints');
    const { stderr } = await resume('constant', '--epochs', '4');
    expect(stderr).toContain('Extended from 12 to 24 steps. The model is the same as that of a run of 24 steps.');
    expect(weights('constant').equals(weights('whole'))).toBe(true);
    expect(log('constant')).toEqual(log('whole'));
    expect(json('constant', 'summary.json')).toMatchObject({ epochs: 4, epochsDone: 4, steps: 24 });
    expect(json('constant', 'config.json')).toMatchObject({
      arguments: { numTrainEpochs: 4 },
      options: { numTrainEpochs: '4', keepCheckpoints: true },
    });
    await resume('constant'); // as long as it now is
    expect(weights('constant').equals(weights('whole'))).toBe(true);
    expect(await refused('constant', '--epochs', '1')).toMatch(/--epochs: expected at least 4 .* 24 steps, got 1/);
  });

  it('is made longer though it is interrupted on the way, and an interrupted run is made longer too', async () => {
    const constant = ['--lr-scheduler-type', 'constant', '--logging-steps', '1'];
    await train('uncut', ...constant, '--epochs', '4');
    await train('cut', ...constant, '--keep-checkpoints');
    for (const longer of [['--epochs', '4'], []]) await interrupted('cut', ...longer);
    await resume('cut');
    expect(weights('cut').equals(weights('uncut'))).toBe(true);
  });

  it('that stopped early stays as it is', async () => {
    const early = ['--early-stopping-patience', '1', '--early-stopping-threshold', '9', '--epochs', '5'];
    await train('early', ...early, '--lr-scheduler-type', 'constant', '--keep-checkpoints');
    const { stderr } = await resume('early', '--epochs', '9');
    expect(stderr).toContain(
      'the run had stopped early, after 1 evaluation without a better one, and takes no more steps',
    );
    expect(json('early', 'summary.json')).toMatchObject({ epochs: 9, epochsDone: 2 });
  });

  it('says what is not equal, and goes on with the rates of the longer schedule', async () => {
    await train('linear', '--keep-checkpoints', '--logging-steps', '1');
    const { stderr } = await resume('linear', '--epochs', '4');
    expect(stderr).toContain(
      'Extended from 12 to 24 steps. The model differs from that of a run of 24 steps because the first 12 steps used the shorter schedule (linear).',
    );
    const rates = log('linear').flatMap(({ type, learningRate }) => (type === 'train' ? [learningRate] : []));
    expect(rates.slice(10, 13)).toEqual([1e-2 * (2 / 12), 1e-2 * (1 / 12), 1e-2 * (12 / 24)]);
    expect(rates).toHaveLength(24);
  });

  it('takes steps where it was begun with steps, and folds are all as long', async () => {
    await train('steps', '--max-steps', '4', '--keep-checkpoints');
    expect(await refused('steps', '--epochs', '9')).toContain('--epochs: has no effect with --resume');
    await resume('steps', '--max-steps', '6');
    expect(json('steps', 'summary.json').steps).toBe(6);
    await train('folds', '--folds', '2', '--epochs', '1');
    expect(existsSync(place('folds', 'fold-1', 'checkpoints'))).toBe(false);
    expect(await refused('folds', '--epochs', '9')).toContain('--epochs: cannot be used with --resume of folds');
    const before = bytesOf('folds').filter(([, name]) => name !== 'summary.json');
    expect((await resume('folds')).stderr).toContain('(finished earlier)');
    expect(bytesOf('folds').filter(([, name]) => name !== 'summary.json')).toEqual(before);
  });

  it('goes on with the arguments and adapters that it recorded, whatever the defaults are by now', async () => {
    await train('model');
    const options = [
      ...['train', '--task', 'sequence-classification', '--data', data, '--text', 'text', '--label', 'label'],
      ...['--model', place('model', 'model'), '--epochs', '1', '--batch-size', '8', '--engine', 'onnx'],
      ...['--lora-r', '16', '--logging-steps', '1', '--keep-checkpoints', '--lr-scheduler-type', 'constant'],
    ];
    await ran(...options, '--out', place('adapted'));
    const config = json('adapted', 'config.json');
    expect(config).toMatchObject({ arguments: { learningRate: 2e-4 }, lora: { r: 16, alpha: 32 } });
    const former = { arguments: { ...config.arguments, learningRate: 5e-5 }, lora: { ...config.lora, alpha: 6 } };
    writeFileSync(place('adapted', 'config.json'), JSON.stringify({ ...config, ...former }));
    await resume('adapted', '--epochs', '2');
    const rates = log('adapted').flatMap(({ type, learningRate }) => (type === 'train' ? [learningRate] : []));
    expect(rates).toEqual([...new Array(6).fill(2e-4), ...new Array(6).fill(5e-5)]);
    expect(json('adapted', 'adapter', 'adapter_config.json').lora_alpha).toBe(6);
    expect(json('adapted', 'config.json')).toMatchObject({ arguments: { learningRate: 5e-5 }, lora: { alpha: 6 } });
    writeFileSync(place('adapted', 'config.json'), JSON.stringify({ ...config, arguments: { learningRate: 'high' } }));
    expect(await refused('adapted')).toMatch(/config\.json: arguments\.learningRate expected .*, got "high"; restore/);
  });
});
