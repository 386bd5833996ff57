// The base of a run that has adapters alone: found again wherever it and the run have gone, and never another in its place.
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { attune } from '../../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory, tinyConfig, tinyLlamaConfig } from '../../../test/files';

const directory = temporaryDirectory(afterAll);
const place = (...path: string[]) => join(directory, ...path);
const home = process.cwd();
beforeAll(() => {
  vi.stubEnv('HF_HOME', place('cache')).stubEnv('HF_HUB_CACHE', place('cache', 'hub'));
});
afterAll(() => {
  process.chdir(home);
  vi.unstubAllEnvs();
});

const rows = farmAndCode(60);
const data = fileIn(directory, 'data.csv', csv(rows));
const tasks = {
  'causal-lm': ['--prompt-template', '{title}:', '--completion', ' {label}'],
  'sequence-classification': ['--text', 'text', '--label', 'label', '--baseline', 'none'],
} as const;
type Task = keyof typeof tasks;

/** Runs a command in a directory; throws what it printed where it does not end well. */
async function inDirectory(cwd: string, argv: readonly string[]) {
  process.chdir(cwd);
  const { code, stdout, stderr } = await attune(argv);
  if (code !== 0) throw new Error(stderr);
  return { stdout, stderr };
}

const trainingOf = (task: Task) => [
  ...['train', '--task', task, '--data', data, ...tasks[task]],
  ...['--learning-rate', '1e-2', '--batch-size', '8', '--engine', 'onnx', '--epochs', '1'],
];
const newModel = (task: Task) => {
  const config = task === 'causal-lm' ? tinyLlamaConfig : tinyConfig;
  return ['--model', 'new', '--model-config', fileIn(directory, `${task}.json`, config)];
};
const adapted = ['--lora-r', '4', '--quantize', 'int4'];

/** The metrics of a run, from a directory in which a stranger's model has the base's path. */
async function metricsOf(run: string, ...more: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await inDirectory(place('elsewhere'), ['eval', run, '--data', data, '--json', ...more]);
  return JSON.parse(stdout);
}

/** What a command prints that ends with 1, from elsewhere. */
async function refusal(...argv: string[]): Promise<string> {
  process.chdir(place('elsewhere'));
  const { code, stderr } = await attune(argv);
  expect([code, stderr]).toEqual([1, stderr]);
  return stderr;
}

const json = (...path: string[]) => JSON.parse(readFileSync(place(...path), 'utf8'));
const moved: [string, string][] = [];
const move = (from: string, to: string) => {
  renameSync(place(from), place(to));
  moved.push([from, to]);
};
afterEach(() => {
  process.chdir(home);
  for (const [from, to] of moved.splice(0).reverse()) renameSync(place(to), place(from));
});

/** What each run's metrics are in its place. */
const expected = {} as Record<Task, Record<string, unknown>>;

beforeAll(async () => {
  const commit = '0123456789abcdef0123456789abcdef01234567';
  for (const path of ['work/models', 'elsewhere/models', 'cache/hub']) mkdirSync(place(path), { recursive: true });
  for (const task of Object.keys(tasks) as Task[]) {
    for (const [name, seed] of [
      ['own', '1'],
      ['stranger', '2'],
    ])
      await inDirectory(directory, [
        ...trainingOf(task),
        ...newModel(task),
        '--seed',
        seed,
        '--out',
        `${name}-${task}`,
      ]);
    cpSync(place(`own-${task}`, 'model'), place('work/models', task), { recursive: true });
    const repository = place('cache/hub', `models--models--${task}`);
    for (const path of [join(repository, 'snapshots', commit), place('elsewhere/models', task)])
      cpSync(place(`stranger-${task}`, 'model'), path, { recursive: true });
    mkdirSync(join(repository, 'refs'));
    writeFileSync(join(repository, 'refs', 'main'), commit);
    const model = ['--model', `models/${task}`, ...adapted];
    await inDirectory(place('work'), [...trainingOf(task), ...model, '--out', `runs/${task}`]);
    const { stdout } = await inDirectory(place('work'), ['eval', `runs/${task}`, '--data', data, '--json']);
    expected[task] = JSON.parse(stdout);
  }
}, 120_000);

describe.each(Object.keys(tasks) as Task[])('the base of a run of %s', (task) => {
  const run = place('work/runs', task);
  const base = place('work/models', task);

  it('is recorded: where it was, seen from the run too, and what it was', () => {
    const record = json('work/runs', task, 'adapter', 'attune.json');
    expect(record).toMatchObject({
      model: `models/${task}`,
      modelDirectory: { absolute: base, fromRun: `../../models/${task}` },
      modelDigest: { files: { 'model.safetensors': { bytes: expect.any(Number) } }, tensors: expect.any(String) },
    });
    expect(json('work/runs', task, 'config.json').modelDigest).toEqual(record.modelDigest);
    expect(json('work/runs', task, 'adapter', 'adapter_config.json').base_model_name_or_path).toBe(base);
    expect(readFileSync(join(run, 'adapter', 'README.md'), 'utf8')).not.toMatch(/^base_model:/m);
  });

  it('is no other: not the directory of its path elsewhere, nor the model of its name on the hub', async () => {
    expect(await metricsOf(run)).toEqual(expected[task]);
    const stranger = place('elsewhere/models', task);
    renameSync(stranger, `${stranger}-away`);
    expect(await metricsOf(run)).toEqual(expected[task]);
    renameSync(`${stranger}-away`, stranger);
  });

  it('is found beside a run that moved together with it, and beside its adapter alone', async () => {
    move('work', 'moved');
    expect(await metricsOf(place('moved/runs', task))).toEqual(expected[task]);
    const columns = tasks[task].slice(0, 4);
    const { loss } = await metricsOf(place('moved/runs', task, 'adapter'), ...columns);
    expect(loss).toBe(expected[task].loss);
  });

  it('is found where it was by a run that moved alone, and by the path as it was typed', async () => {
    move(`work/runs/${task}`, 'alone');
    expect(await metricsOf(place('alone'))).toEqual(expected[task]);
    move('work/models', 'elsewhere/own');
    const strangers = place('elsewhere/models');
    renameSync(strangers, `${strangers}-away`);
    renameSync(place('elsewhere/own'), strangers);
    expect(await metricsOf(place('alone'))).toEqual(expected[task]);
    renameSync(strangers, place('elsewhere/own'));
    renameSync(`${strangers}-away`, strangers);
  });

  it('that moved alone is nowhere: where it was looked for is said, and how to say where it is', async () => {
    move(`work/models/${task}`, 'base-moved');
    move('elsewhere/models', 'elsewhere/others');
    const evaluation = ['eval', run, '--data', data];
    const said = await refusal(...evaluation);
    const looked = `${base}, ${place('elsewhere/models', task)}`;
    expect(said).toContain(
      `expected the model that it began with, the directory models/${task}, found none at ${looked}; put it back, or name the base of its training with base (--base DIR)`,
    );
    expect(await metricsOf(run, '--base', place('base-moved'))).toEqual(expected[task]);
    expect(await refusal(...evaluation, '--base', place(`stranger-${task}`, 'model'))).toMatch(
      /training started from .*, but the model in .* is different/,
    );
  });

  /** Changes a file of the base, and puts it back. */
  async function whileChanged(name: string, change: (bytes: Buffer) => Buffer, check: () => Promise<void>) {
    const path = join(base, name);
    const whole = readFileSync(path);
    writeFileSync(path, change(Buffer.from(whole)));
    try {
      await check();
    } finally {
      writeFileSync(path, whole);
    }
  }

  const uses: [string, string[]][] = {
    'causal-lm': [
      ['eval', ['eval', run, '--data', data]],
      ['eval of its adapter', ['eval', join(run, 'adapter'), '--data', data, ...tasks['causal-lm']]],
      ['eval --adapter', ['eval', base, '--adapter', join(run, 'adapter'), '--data', data, ...tasks['causal-lm']]],
      ['generate', ['generate', run, '--prompt', 'corn:']],
      ['generate --base', ['generate', run, '--base', base, '--prompt', 'corn:']],
    ] as [string, string[]][],
    'sequence-classification': [
      ['eval', ['eval', run, '--data', data]],
      ['predict', ['predict', run, '--input', data]],
      ['predict --base', ['predict', run, '--base', base, '--input', data]],
    ] as [string, string[]][],
  }[task];

  it.each(uses)('that changed is refused by %s', async (_, argv) => {
    const changes: [string, (bytes: Buffer) => Buffer, RegExp][] = [
      ['model.safetensors', (bytes) => flipped(bytes, bytes.length - 3), /expected the original weights, got others/],
      ['model.safetensors', (bytes) => Buffer.concat([bytes, Buffer.alloc(4)]), /model/],
      [
        'config.json',
        (bytes) => Buffer.from(JSON.stringify({ ...JSON.parse(`${bytes}`), rms_norm_eps: 0.5, n_heads: 4 })),
        task === 'causal-lm' ? /config\.json: expected layerNormEps/ : /config\.json: expected heads 2, got 4/,
      ],
    ];
    for (const [name, change, message] of changes)
      await whileChanged(name, change, async () => {
        const said = await refusal(...argv);
        expect(said).toMatch(message);
      });
  });

  it('of an earlier run, which does not say what it was, is found as it was typed and from the directories of the run', async () => {
    const old = place('work/runs', `${task}-old`);
    cpSync(run, old, { recursive: true });
    for (const path of [join(old, 'config.json'), join(old, 'adapter', 'attune.json')]) {
      const { modelDirectory: _, modelDigest: __, ...record } = JSON.parse(readFileSync(path, 'utf8'));
      writeFileSync(path, JSON.stringify(record));
    }
    const { stdout } = await inDirectory(place('work'), ['eval', old, '--data', data, '--json']);
    expect(JSON.parse(stdout)).toEqual(expected[task]);
    move('elsewhere/models', 'elsewhere/others');
    expect(await metricsOf(old)).toEqual(expected[task]);
    rmSync(old, { recursive: true });
  });
});

describe('a base on the hub', () => {
  const task = 'sequence-classification';
  const ref = place('cache/hub', `models--models--${task}`, 'refs', 'main');

  it('is that of its commit, whatever its branch has come to and whatever is called so here', async () => {
    mkdirSync(place('hub'));
    const model = ['--model', `models/${task}`, ...adapted];
    await inDirectory(place('hub'), [...trainingOf(task), ...model, '--out', 'run']);
    const commit = readFileSync(ref, 'utf8');
    expect(json('hub/run/config.json')).toMatchObject({ model: `models/${task}`, modelCommit: commit });
    expect(json('hub/run/config.json')).not.toHaveProperty('modelDirectory');
    expect(readFileSync(place('hub/run/adapter/README.md'), 'utf8')).toContain(`base_model: "models/${task}"`);
    const before = await metricsOf(place('hub/run'));
    const next = commit.replace('0', 'f');
    cpSync(place(`own-${task}`, 'model'), join(ref, '../../snapshots', next), { recursive: true });
    writeFileSync(ref, next);
    const { stdout } = await inDirectory(place('work'), ['eval', place('hub/run'), '--data', data, '--json']);
    expect(JSON.parse(stdout)).toEqual(before);
    expect(await refusal('eval', place('hub/run'), '--data', data, '--revision', 'main')).toMatch(
      /training started from .*, but the model in .* is different/,
    );
    writeFileSync(ref, commit);
  });
});

describe('a run that goes on', () => {
  const task = 'sequence-classification';
  const out = place('work/runs/cut');
  const resume = ['train', '--resume', '--out', out];
  const weights = (run: string) => readFileSync(place('work/runs', run, 'adapter', 'adapter_model.safetensors'));
  beforeAll(async () => {
    const test = fileIn(place('work'), 'test.csv', csv(rows.slice(0, 8)));
    const training = [
      ...trainingOf(task),
      '--model',
      `models/${task}`,
      ...adapted,
      '--test-data',
      test,
      '--keep-checkpoints',
    ];
    await inDirectory(place('work'), [...training, '--out', 'runs/whole']);
    cpSync(place('work/runs/whole'), out, { recursive: true });
    for (const name of ['adapter', 'summary.json', 'report.html']) rmSync(join(out, name), { recursive: true });
  });

  it('begins with the model that it began with, from any directory', async () => {
    await inDirectory(place('elsewhere'), resume);
    expect(weights('cut').equals(weights('whole'))).toBe(true);
    expect(readFileSync(join(out, 'adapter', 'README.md'), 'utf8')).not.toMatch(/^base_model:/m);
  });

  it('refuses a frozen base that changed, says where one that is gone was, and takes the place that it is named', async () => {
    const path = place('work/models', task, 'model.safetensors');
    const whole = readFileSync(path);
    writeFileSync(path, flipped(whole, whole.length - 3));
    expect(await refusal(...resume)).toMatch(/training started from .*, but the model in .* is different/);
    writeFileSync(path, whole);
    move('work/models', 'work/away');
    move('elsewhere/models', 'elsewhere/others');
    expect(await refusal(...resume)).toMatch(
      /found none at .*; put it back, or name it together with --resume: model \(--model DIR\)/,
    );
    await inDirectory(place('elsewhere'), [...resume, '--model', place('work/away', task)]);
    expect(weights('cut').equals(weights('whole'))).toBe(true);
    expect(await refusal(...resume, '--model', place('elsewhere/others', task))).toMatch(
      /but the model in .*others.* is different/,
    );
  });

  it('refuses test data that changed', async () => {
    const whole = readFileSync(place('work/test.csv'), 'utf8');
    writeFileSync(place('work/test.csv'), csv(rows.slice(1, 9)));
    expect(await refusal(...resume)).toContain(
      "expected the run's original test data, got other texts or labels; restore the data",
    );
    writeFileSync(place('work/test.csv'), whole);
    expect(existsSync(`${out}.lock`)).toBe(false);
  });
});

/** With one bit another. */
function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] ^= 1;
  return changed;
}
