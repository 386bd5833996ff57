import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { fileIn, temporaryDirectory } from '../../test/files';
import { tinyRun } from '../../test/tiny-run';

const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

describe("a tokenizer's model_max_length below the model's positions", () => {
  const directory = temporaryDirectory(afterAll);
  const at = (name: string) => join(directory, name);
  let model: string;
  let data: string;
  beforeAll(async () => {
    const made = await tinyRun(directory);
    data = made.data;
    model = at('limited');
    cpSync(join(made.run, 'model'), model, { recursive: true });
    limit(8);
  }, 60_000);

  function limit(length: number) {
    const config = json(model, 'tokenizer_config.json');
    writeFileSync(join(model, 'tokenizer_config.json'), JSON.stringify({ ...config, model_max_length: length }));
  }

  async function trained(name: string, ...flags: string[]) {
    const typed = ['train', '--model', model, '--data', data, '--engine', 'onnx', '--epochs', '1', '--out', at(name)];
    const done = await attune([...typed, ...flags]);
    if (done.code !== 0) throw new Error(done.stderr);
    const { model_max_length: saved } = json(at(name), 'model', 'tokenizer_config.json');
    return { ...done, saved, config: json(at(name), 'config.json') };
  }
  const classifying = ['--task', 'sequence-classification', '--text', '{title}. {text}', '--label', 'label'];

  it('is the maximum length of training and prediction, is said, and is saved', async () => {
    const { stderr, config, saved } = await trained('usual', ...classifying);
    expect(stderr).toContain("note: texts are read up to 8 tokens, the tokenizer's model_max_length");
    expect([config.arguments.maxLength, saved]).toEqual([8, 8]);
    const texts = fileIn(directory, 'long.txt', `${'corn wheat '.repeat(30)}\ncorn\n`);
    const predicted = await attune(['predict', model, '--input', texts, '--format', 'lines', '--engine', 'onnx']);
    expect(predicted.stderr).toMatch(/1 .*8 tokens/);
  }, 30_000);

  it('gives way to a flag, which is saved then, up to the positions', async () => {
    const { config, saved } = await trained('longer', ...classifying, '--max-length', '32');
    expect([config.arguments.maxLength, saved]).toEqual([32, 32]);
    const typed = ['train', '--model', model, '--data', data, '--engine', 'onnx', '--out', at('none'), ...classifying];
    const { stderr } = await attune([...typed, '--max-length', '65']);
    expect(stderr).toContain("--max-length: expected at most 64, the model's positions, got 65");
  }, 30_000);

  it('bounds chunks of masked texts, and is none where it is as large as no model', async () => {
    const lm = ['--task', 'masked-lm', '--text', 'text', '--split', '50/50'];
    expect((await trained('chunks', ...lm)).config.chunkLength).toBe(8);
    limit(1e30);
    const { config, saved } = await trained('unlimited', ...lm);
    expect([config.chunkLength, saved]).toEqual([64, 64]);
  }, 30_000);
});
