import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadTokenizer } from '@attune/tokenizer/node';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { farmAndCode, fileIn, temporaryDirectory } from '../../test/files';
import { tinyRun } from '../../test/tiny-run';

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
    expect(stdout).toMatch(/^.*export\/onnx\/model\.onnx {2}[\d.]+ MB\n.*export\/onnx\/model_quantized\.onnx {2}/);
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
    expect(readJson('tokenizer_config.json')).toMatchObject({ tokenizer_class: 'BertTokenizer', model_max_length: 64 });
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
      /expected a model trained for masked-lm, its head is missing \(vocab_transform/,
    ],
    ['a hub id without an output', () => ['export', 'owner/name', '--format', 'onnx'], 2, /--output: required/],
  ])('refuses %s', async (_, argv, code, message) => {
    const result = await attune(argv(run));
    expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(message) });
    expect(existsSync(join(run, 'mlm'))).toBe(false);
  });
});
