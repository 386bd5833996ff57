import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join, relative } from 'node:path';
import { loadTokenizer } from '@attune/tokenizer/node';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../../test/capture';
import { farmAndCode, fileIn, temporaryDirectory } from '../../../test/files';
import { tinyRun } from '../../../test/tiny-run';

/** Softmax of each row of logits [rows, width]. */
function probabilities(logits: Float32Array, width: number): number[][] {
  return Array.from({ length: logits.length / width }, (_, row) => {
    const own = Array.from(logits.subarray(row * width, (row + 1) * width), Math.exp);
    const sum = own.reduce((a, b) => a + b, 0);
    return own.map((value) => value / sum);
  });
}

describe('attune export', () => {
  const texts = farmAndCode(60).map(({ title, text }) => `${title}. ${text}`);
  const directory = temporaryDirectory(afterAll);
  let run: string;
  let exported: string;
  beforeAll(async () => {
    ({ run } = await tinyRun(directory));
    exported = join(run, 'export');
    const { code, stdout, stderr } = await attune(['export', run, '--format', 'onnx', '--precision', 'both']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^.*export\/onnx\/model\.onnx {2}[\d.]+ MB {2}\(transformers\.js: dtype 'fp32'\)\n.*export\/onnx\/model_quantized\.onnx {2}[\d.]+ MB {2}\(transformers\.js: dtype 'q8'\)\n$/,
    );
    expect((await attune(['export', '--help'])).stdout.replace(/\s+/g, ' ')).toContain('masked-lm, causal-lm; default');
  });

  const readJson = (name: string) => JSON.parse(readFileSync(join(exported, name), 'utf8'));

  /** Probabilities by the exported files alone: their tokenizer, their labels, their graph. */
  async function scoresOf(file: string): Promise<Record<string, number>[]> {
    const tokenizer = await loadTokenizer(exported);
    const session = await ort.InferenceSession.create(join(exported, 'onnx', file));
    const encodings = texts.map((text) => tokenizer.encode(text, { padding: { length: 40 } }));
    const tensor = (ids: (encoding: (typeof encodings)[number]) => ArrayLike<number>) => {
      const data = encodings.flatMap((encoding) => Array.from(ids(encoding), BigInt));
      return new ort.Tensor('int64', BigInt64Array.from(data), [texts.length, 40]);
    };
    const { logits } = await session.run({
      input_ids: tensor(({ ids }) => ids),
      attention_mask: tensor(({ attentionMask }) => attentionMask),
    });
    const { id2label } = readJson('config.json');
    return probabilities(logits.data as Float32Array, 2).map((row) =>
      Object.fromEntries(row.map((score, id) => [id2label[id], score])),
    );
  }

  async function predicted(): Promise<{ label: string; scores: Record<string, number> }[]> {
    const input = fileIn(directory, 'texts.txt', `${texts.join('\n')}\n`);
    const { stdout } = await attune(['predict', run, '--input', input, '--format', 'lines']);
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  }

  it('writes what transformers.js loads', () => {
    expect(readdirSync(exported).sort()).toEqual([
      'config.json',
      'onnx',
      'special_tokens_map.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'vocab.txt',
    ]);
    expect(readJson('config.json')).toMatchObject({
      model_type: 'distilbert',
      architectures: ['DistilBertForSequenceClassification'],
      id2label: { 0: 'code', 1: 'farm' },
    });
    // What transformers.js cuts texts at: the run's tokenizer would let through more than the model has positions for.
    expect(readJson('tokenizer_config.json')).toMatchObject({
      tokenizer_class: 'DistilBertTokenizer',
      model_max_length: 64,
    });
  });

  it('gives the scores that predict gives', async () => {
    const [own, expected] = [await scoresOf('model.onnx'), await predicted()];
    expected.forEach(({ scores }, i) => {
      for (const [label, score] of Object.entries(scores)) expect(own[i][label]).toBeCloseTo(score, 5);
    });
  });

  // 8 bits move these scores by 1 or 2 %, and a label only where two are as close as that.
  it('gives the same labels and nearly the same scores with 8-bit weights, in a quarter of the bytes', async () => {
    const [own, expected] = [await scoresOf('model_quantized.onnx'), await predicted()];
    const same = expected.filter(({ label, scores }, i) => {
      expect(Math.abs(own[i][label] - scores[label])).toBeLessThan(0.05);
      return Object.values(own[i]).every((score) => score <= own[i][label]);
    });
    expect(same.length).toBeGreaterThanOrEqual(0.95 * texts.length);
    const sizes = ['model_quantized.onnx', 'model.onnx'].map((name) => statSync(join(exported, 'onnx', name)).size);
    expect(sizes[0] / sizes[1]).toBeLessThan(0.55);
  });

  it('takes a model directory and an output, which it replaces only when told to', async () => {
    const output = join(directory, 'web');
    const argv = ['export', join(run, 'model'), '--format', 'onnx', '--precision', 'int8', '--output', output];
    expect((await attune(argv)).code).toBe(0);
    expect(readdirSync(join(output, 'onnx'))).toEqual(['model_quantized.onnx']);
    expect(await attune(argv)).toMatchObject({ code: 1, stderr: expect.stringContaining('empty or a new directory') });
    expect((await attune([...argv, '--overwrite'])).code).toBe(0);
  });

  /** Bytes of all files of a directory, by their paths. */
  const bytesIn = (place: string) =>
    Object.fromEntries(
      readdirSync(place, { recursive: true, withFileTypes: true }).flatMap((entry) => {
        const path = join(entry.parentPath, entry.name);
        return entry.isFile() ? [[relative(place, path), readFileSync(path, 'base64')]] : [];
      }),
    );
  const overwriting = (source: string, output: string, ...more: string[]) =>
    attune(['export', source, '--format', 'onnx', '--output', output, '--overwrite', ...more]);

  it.each<[string, (run: string) => [source: string, output: string], string]>([
    ["the model's own directory", (run) => [run, join(run, 'model')], 'model'],
    ["the model's own directory, by a link", (run) => [join(run, 'model'), join(run, '..', 'link')], 'model'],
    ['the run', (run) => [run, `${run}/../${basename(run)}/`], ''],
    ['the run of the model', (run) => [join(run, 'model'), run], ''],
  ])('writes graphs alone into %s', async (_, pathsOf, place) => {
    const copied = join(temporaryDirectory(), 'run');
    cpSync(run, copied, { recursive: true });
    symlinkSync(join(copied, 'model'), join(copied, '..', 'link'));
    writeFileSync(join(copied, 'notes.txt'), 'of somebody');
    const before = bytesIn(copied);
    const [source, output] = pathsOf(copied);
    const { code, stderr } = await overwriting(source, output);
    expect([code, stderr]).toEqual([0, expect.stringContaining('only onnx/ was written')]);
    const graph = join(place, 'onnx', 'model.onnx');
    const { [graph]: written, ...others } = bytesIn(copied);
    expect(others).toEqual(before);
    expect(written).toBe(readFileSync(join(exported, 'onnx', 'model.onnx'), 'base64'));
    expect((await attune(['predict', copied, '--input', '-'], { stdin: 'corn' })).code).toBe(0);
  });

  it('replaces the files that it writes and no others, and says what stays of an earlier export', async () => {
    const output = join(temporaryDirectory(), 'web');
    expect((await overwriting(run, output, '--precision', 'both')).code).toBe(0);
    for (const name of ['notes.txt', 'onnx/more.bin', 'config.json']) writeFileSync(join(output, name), 'old');
    const { code, stderr } = await overwriting(run, output);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/model_quantized\.onnx is from an earlier export and is kept/),
    ]);
    expect(bytesIn(output)).toEqual({
      ...bytesIn(exported),
      'notes.txt': btoa('old'),
      [join('onnx', 'more.bin')]: btoa('old'),
    });
  });

  it("does not mix with another model's or another run's files", async () => {
    const other = join(temporaryDirectory(), 'other');
    cpSync(run, other, { recursive: true });
    const before = bytesIn(other);
    for (const [output, found] of [
      [other, /got one with (metrics\.jsonl|summary\.json), whose config\.json/],
      [join(other, 'model'), /got one with model\.safetensors, whose config\.json would be replaced/],
    ] as const)
      expect(await overwriting(run, output)).toMatchObject({ code: 1, stderr: expect.stringMatching(found) });
    expect(bytesIn(other)).toEqual(before);
  });

  it('refuses a directory of a person whose files have the names of an export', async () => {
    const output = temporaryDirectory();
    writeFileSync(join(output, 'config.json'), '{"name": "my project"}');
    const { code, stderr } = await overwriting(run, output);
    expect([code, stderr]).toEqual([1, expect.stringContaining('got config.json, which no export wrote')]);
    expect(bytesIn(output)).toEqual({ 'config.json': Buffer.from('{"name": "my project"}').toString('base64') });
  });

  it('removes the graph of an earlier export whose labels were others', async () => {
    const output = join(temporaryDirectory(), 'web');
    expect((await overwriting(run, output, '--precision', 'both')).code).toBe(0);
    const config = JSON.parse(readFileSync(join(output, 'config.json'), 'utf8'));
    writeFileSync(join(output, 'config.json'), JSON.stringify({ ...config, id2label: { 0: 'b', 1: 'c' } }));
    const { code, stderr } = await overwriting(run, output);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/model_quantized\.onnx is removed: .* another model/)]);
    expect(readdirSync(join(output, 'onnx'))).toEqual(['model.onnx']);
  });

  it('refuses a directory that is being written, and leaves no lock', async () => {
    const output = join(temporaryDirectory(), 'web');
    const lock = { pid: process.ppid, host: hostname(), started: '2020-01-01T00:00:00.000Z' };
    writeFileSync(`${output}.lock`, JSON.stringify(lock));
    const message = new RegExp(`lock of process ${process.ppid} on this host`);
    expect(await overwriting(run, output)).toMatchObject({ code: 1, stderr: expect.stringMatching(message) });
    expect(existsSync(output)).toBe(false);
    rmSync(`${output}.lock`);
    expect((await overwriting(run, output)).code).toBe(0);
    expect(existsSync(`${output}.lock`)).toBe(false);
  });

  it('writes a SavedModel, with the tokenizer beside it', async () => {
    const output = join(directory, 'served');
    const { code, stdout } = await attune(['export', run, '--format', 'savedmodel', '--output', output]);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/served\/saved_model\/1\/saved_model\.pb {2}[\d.]+ MB\n$/),
    ]);
    expect(readdirSync(output)).toEqual(expect.arrayContaining(['config.json', 'saved_model', 'tokenizer.json']));
    const bytes = readFileSync(join(output, 'saved_model', '1', 'saved_model.pb'));
    for (const name of ['serving_default', 'input_ids', 'attention_mask', 'logits'])
      expect(bytes.includes(name)).toBe(true);
    expect(bytes.length).toBeGreaterThan(statSync(join(run, 'model', 'model.safetensors')).size);
  });

  it.each<[string, (run: string) => string[], number, RegExp]>([
    ['no format', (run) => ['export', run], 2, /--format: required/],
    [
      'another format',
      (run) => ['export', run, '--format', 'tf'],
      2,
      /--format: expected one of onnx, savedmodel, got "tf"/,
    ],
    [
      'a SavedModel in 8 bits',
      (run) => ['export', run, '--format', 'savedmodel', '--precision', 'int8'],
      2,
      /--precision: expected fp32 with --format savedmodel, got "int8"/,
    ],
    [
      'a precision there is not',
      (run) => ['export', run, '--format', 'onnx', '--precision', 'fp16'],
      2,
      /--precision: expected one of fp32, int8, both, got "fp16"/,
    ],
    [
      'a model for another task',
      (run) => ['export', run, '--format', 'onnx', '--task', 'masked-lm', '--output', `${run}/mlm`],
      1,
      /expected a model trained for masked-lm, but its head is missing \(vocab_transform/,
    ],
    [
      'what is no directory without an output',
      () => ['export', 'owner/name', '--format', 'onnx'],
      2,
      /--output: required for a hub id, and owner\/name is read as one, because there is no such directory; check the path/,
    ],
  ])('refuses %s', async (_, argv, code, message) => {
    const result = await attune(argv(run));
    expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(message) });
    expect(existsSync(join(run, 'mlm'))).toBe(false);
  });
});
