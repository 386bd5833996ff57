import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { attune } from '../../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory } from '../../../test/files';
import { tinyRun, tinyTraining } from '../../../test/tiny-run';

describe('attune train on bad data', () => {
  const good = csv(farmAndCode(20));
  it.each<[string, string | Uint8Array, string[], RegExp]>([
    ['an empty file', '', [], /data\.csv: expected rows of data, got an empty file/],
    ['a header alone', 'title,text,label\n', [], /data\.csv line 1: expected rows below the header/],
    [
      'a missing text column',
      good,
      ['--text', 'txt'],
      /data\.csv line 1: expected a column "txt".*did you mean "text"\?/,
    ],
    [
      'a missing column in a template',
      good,
      ['--text', '{titel}'],
      /expected a column "titel".*did you mean "title"\?/,
    ],
    ['a missing label column', good, ['--label', 'lable'], /expected a column "lable".*did you mean "label"\?/],
    [
      'one class',
      good.replaceAll('"code"', '"farm"'),
      [],
      /data\.csv: expected at least two classes in column "label"/,
    ],
    [
      'invalid UTF-8',
      Buffer.from(good.replace('corn', 'c\xf6rn'), 'latin1'),
      [],
      /data\.csv line 2: expected UTF-8.*0xf6/,
    ],
    ['an unclosed quote', good.replace('"farm"\n', '"farm\n'), [], /data\.csv line 2.*quote/],
    [
      'only empty texts',
      'title,text,label\n,,a\n,,b\n',
      ['--text', 'text'],
      /expected texts, got 2 rows with an empty text/,
    ],
    ['a row without a label', good.replace('"code"', '""'), [], /data\.csv line 3: expected a label in column "label"/],
    [
      'an id that is not in the cache',
      good,
      ['--model', 'nobody/nothing'],
      /nobody\/nothing: expected .*cache.*found neither/,
    ],
    ['a value that is out of range', good, ['--max-length', '100000'], /--max-length: expected at most 64/],
  ])('refuses %s before anything is written', async (_, content, more, message) => {
    const directory = temporaryDirectory();
    const data = fileIn(directory, 'data.csv', content);
    const out = join(directory, 'run');
    const flags = tinyTraining(directory, data).filter((flag, i, all) =>
      more.includes('--model') ? flag !== '--model-config' && all[i - 1] !== '--model-config' : true,
    );
    const { code, stdout, stderr } = await attune([...flags, '--out', out, ...more]);
    expect([code, stdout]).toEqual([more.includes('--max-length') ? 2 : 1, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(existsSync(out)).toBe(false);
  });

  it('stops when the loss is no number, and leaves no model', async () => {
    const directory = temporaryDirectory();
    const data = fileIn(directory, 'data.csv', csv(farmAndCode(60)));
    const out = join(directory, 'run');
    const { code, stderr } = await attune([...tinyTraining(directory, data), '--learning-rate', '1e30', '--out', out]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/attune: .*step \d+.*[Ll]ower the learning rate/)]);
    expect(readdirSync(out).filter((name) => name !== 'config.json' && name !== 'metrics.jsonl')).toEqual([]);
  });

  it('handles and counts what can be handled', async () => {
    const directory = temporaryDirectory();
    const rows = farmAndCode(40).map(({ title, text, label }) => ({ title, text, label }));
    const odd = [
      { title: '', text: '  ', label: 'farm' },
      { title: 'long', text: 'corn barn '.repeat(20_000), label: 'farm' },
      { title: 'lone', text: 'only one of its kind', label: 'single' },
    ];
    const data = fileIn(directory, 'data.csv', csv([...rows, ...odd]));
    const flags = [
      ...tinyTraining(directory, data),
      '--text',
      'text',
      '--split',
      '80/20',
      '--out',
      join(directory, 'run'),
    ];
    const { code, stderr } = await attune(flags);
    expect(code).toBe(0);
    expect(stderr).toContain('data.csv: 1 empty text dropped');
    expect(stderr).toContain('1 label has only one example, kept in training: "single"');
    expect(stderr).toMatch(/1 of \d+ training texts reaches 64 tokens and is cut there/);
  });
});

describe('attune train --bf16', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it.each([
    ['onnx', ['--engine', 'onnx']],
    ['cpu', ['--engine', 'auto']],
  ])('is refused by the engine %s (%j) before anything is read', async (engine, typed) => {
    vi.stubEnv('ATTUNE_ENGINE', 'cpu');
    const out = join(temporaryDirectory(), 'run');
    const { code, stderr } = await attune([
      ...['train', '--task', 'sequence-classification', '--data', 'no-such.csv', '--text', 'a', '--label', 'b'],
      ...['--model', 'new', '--out', out, '--bf16', ...typed],
    ]);
    expect([code, stderr]).toEqual([
      2,
      `attune: --bf16: not supported by the engine ${engine}; remove it, or use --engine tfjs-node\n`,
    ]);
    expect(existsSync(out)).toBe(false);
  });
});

describe('attune train from a damaged checkpoint', () => {
  const directory = temporaryDirectory(afterAll);
  let checkpoint: string;
  let data: string;
  let whole: Buffer;
  beforeAll(async () => {
    const trained = await tinyRun(directory);
    checkpoint = join(trained.run, 'model');
    data = trained.data;
    whole = readFileSync(join(checkpoint, 'model.safetensors'));
  });

  const weightsPath = () => join(checkpoint, 'model.safetensors');

  it.each<[string, () => void, RegExp]>([
    [
      'cut short',
      () => truncateSync(weightsPath(), whole.length - 100),
      /model\.safetensors: .*truncated|model\.safetensors: .*expected/,
    ],
    [
      'with offsets that lie',
      () => writeFileSync(weightsPath(), withLyingOffsets(whole)),
      /model\.safetensors: .*offset|model\.safetensors: .*tensor/,
    ],
    ['that is no safetensors file', () => writeFileSync(weightsPath(), 'not weights'), /model\.safetensors: /],
  ])('refuses one %s before anything is written', async (_, damage, message) => {
    writeFileSync(weightsPath(), whole);
    damage();
    expect(await trainFurther()).toMatchObject({ code: 1, stderr: expect.stringMatching(message), wrote: [] });
  });

  it('stops at the first step of one with values that are no numbers', async () => {
    writeFileSync(weightsPath(), withNaN(whole));
    const { code, stderr, wrote } = await trainFurther();
    expect([code, stderr]).toEqual([1, expect.stringContaining('the loss is NaN at step 1')]);
    expect(wrote).toEqual(['config.json']);
    const input = fileIn(temporaryDirectory(), 'in.txt', 'corn\n');
    const predicted = await attune(['predict', checkpoint, '--input', input]);
    expect(predicted).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('expected finite scores, got NaN'),
    });
    const evaluated = await attune(['eval', checkpoint, '--data', data, '--text', 'text', '--label', 'label']);
    expect(evaluated).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('expected finite scores') });
  });

  async function trainFurther() {
    const out = join(temporaryDirectory(), 'run');
    const options = ['train', '--task', 'sequence-classification', '--model', checkpoint, '--data', data];
    const result = await attune([...options, '--text', 'text', '--label', 'label', '--out', out]);
    return { ...result, wrote: existsSync(out) ? readdirSync(out) : [] };
  }
});

/** The file with its first tensor's end moved past the data. */
function withLyingOffsets(file: Buffer): Buffer {
  return editedHeader(file, (header) => {
    const first = Object.values(header).find((entry) => 'data_offsets' in entry) as { data_offsets: number[] };
    first.data_offsets[1] += 4 * 10 ** 6;
  });
}

function withNaN(file: Buffer): Buffer {
  const damaged = Buffer.from(file);
  const start = 8 + Number(file.readBigUInt64LE(0));
  for (let at = start; at + 4 <= file.length; at += 4) damaged.writeFloatLE(Number.NaN, at);
  return damaged;
}

function editedHeader(file: Buffer, edit: (header: Record<string, object>) => void): Buffer {
  const length = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, 8 + length));
  edit(header);
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text, file.subarray(8 + length)]);
}
