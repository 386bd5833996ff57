import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../../test/capture';
import { csv, fileIn, temporaryDirectory, tinyLlamaConfig } from '../../../test/files';
import { skillSentences } from '../../../test/sentences';

const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

const rows = (count: number, seed: number) =>
  skillSentences(count, seed).map(({ words, tags }) => ({
    description: words.join(' '),
    skills: JSON.stringify(words.filter((_, i) => tags[i] !== 'O')),
  }));
const columns = ['--prompt-template', 'Job: {description}\\nSkills:', '--completion', ' {skills}'];

describe('attune train --quantize', () => {
  const directory = temporaryDirectory(afterAll);
  let held: string;
  let base: string;
  let out: string;
  let flags: string[];
  let printed: string;
  beforeAll(async () => {
    const data = fileIn(directory, 'data.csv', csv(rows(80, 1)));
    held = fileIn(directory, 'held.csv', csv(rows(24, 2)));
    const config = fileIn(directory, 'tiny.json', tinyLlamaConfig);
    const what = ['train', '--task', 'causal-lm', '--data', data, ...columns];
    flags = [...what, '--learning-rate', '1e-2', '--engine', 'onnx', '--epochs', '1'];
    const first = ['--model', 'new', '--model-config', config, '--out', join(directory, 'base')];
    expect(await attune([...flags, ...first])).toMatchObject({ code: 0 });
    base = join(directory, 'base', 'model');
    out = join(directory, 'out');
    const lora = ['--model', base, '--lora-r', '4', '--quantize', 'int4'];
    const { code, stderr } = await attune([...flags, ...lora, '--keep-checkpoints', '--out', out]);
    if (code !== 0) throw new Error(stderr);
    printed = stderr;
  }, 120_000);

  it('says where what it learned is, and writes a card and a page of it', () => {
    expect(printed).toMatch(/note: trains [\d,]+ of [\d,]+ parameters/);
    expect(printed).toContain(
      `loading ${out} also reads the base ${base}, in int4; with --merge-adapter the whole model is also written`,
    );
    expect(printed).toContain(`adapter in ${join(out, 'adapter')}`);
    expect(json(out, 'config.json')).toMatchObject({ quantize: 'int4', model: base, lora: { r: 4 } });
    expect([existsSync(join(out, 'model')), existsSync(join(out, 'report.html'))]).toEqual([false, true]);
    const card = readFileSync(join(out, 'adapter', 'README.md'), 'utf8');
    expect(card).toMatch(/^library_name: peft$/m);
    expect(card).toContain(`loss: ${json(out, 'summary.json').loss.toFixed(4)}`);
  });

  it('is evaluated and written with as it is, and as its parts', async () => {
    const metrics = async (...source: string[]) => {
      const { code, stdout, stderr } = await attune(['eval', ...source, '--data', held, '--json']);
      if (code !== 0) throw new Error(stderr);
      return JSON.parse(stdout);
    };
    const own = await metrics(out);
    const adapter = ['--adapter', join(out, 'adapter')];
    const more = [...columns, '--max-length', `${json(out, 'summary.json').maxLength}`];
    expect(await metrics(base, ...more, ...adapter, '--quantize', 'int4')).toEqual(own);
    expect((await metrics(base, ...more, '--quantize', 'int4')).loss).toBeGreaterThan(own.loss);
    expect((await metrics(out, '--quantize', 'int8')).loss).not.toBe(own.loss);
    const write = ['--prompt', 'Job: we need java\nSkills:', '--max-new-tokens', '10'];
    const [one, two] = [
      await attune(['generate', out, ...write]),
      await attune(['generate', base, ...adapter, '--quantize', 'int4', ...write]),
    ];
    expect([one.code, two.code, two.stdout]).toEqual([0, 0, one.stdout]);
    expect(await attune(['predict', out, '--input', held])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('got a causal language model; generate text with it: npx attune generate'),
    });
    expect(await attune(['push', out, 'owner/name'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('expected a whole model, got a run with separate adapters'),
    });
  }, 60_000);

  it('is left beside a base in float32 too, where that is asked for', async () => {
    const own = join(directory, 'apart');
    const lora = ['--model', base, '--lora-r', '4', '--lora-target-modules', 'lm_head', '--separate-adapter'];
    const { code, stderr } = await attune([...flags, ...lora, '--out', own]);
    expect([stderr, code]).toEqual([expect.stringContaining(`loading ${own} also reads the base ${base}`), 0]);
    expect([existsSync(join(own, 'model')), existsSync(join(own, 'adapter'))]).toEqual([false, true]);
    expect((await attune(['generate', own, '--prompt', 'Job:', '--max-new-tokens', '4'])).code).toBe(0);
  });

  it('goes on, and is printed by a config file to write the whole model too', async () => {
    const before = readFileSync(join(out, 'adapter', 'adapter_model.safetensors'));
    expect((await attune(['train', '--resume', '--out', out])).code).toBe(0);
    expect(readFileSync(join(out, 'adapter', 'adapter_model.safetensors')).equals(before)).toBe(true);
    const options = { model: base, loraR: 4, quantize: 'int4', mergeAdapter: true };
    const config = fileIn(directory, 'merged.json', JSON.stringify(options));
    const merged = join(directory, 'merged');
    const { code, stderr } = await attune([...flags, '--config', config, '--out', merged]);
    expect([code, stderr]).toEqual([0, expect.stringContaining(`model in ${join(merged, 'model')}`)]);
    expect(readdirSync(join(merged, 'adapter'))).toHaveLength(2);
    expect(json(merged, 'summary.json').loss).toBeCloseTo(json(out, 'summary.json').loss, 5);
  }, 60_000);

  it.each<[string, string[], number, RegExp]>([
    ['codes without adapters', ['--quantize', 'int4'], 2, /--quantize: requires --lora-r/],
    ['a merge without adapters', ['--merge-adapter'], 2, /--merge-adapter: requires --lora-r/],
    [
      'adapters that are both merged and not',
      ['--lora-r', '4', '--merge-adapter', '--separate-adapter'],
      2,
      /--separate-adapter: cannot be used with --merge-adapter/,
    ],
    ['another format', ['--lora-r', '4', '--quantize', 'int3'], 2, /--quantize: expected one of int8, int4, nf4/],
    ['a new model', ['--lora-r', '4', '--quantize', 'int4', '--model', 'new'], 1, /expected a trained model, got/],
  ])('refuses %s', async (_, more, code, message) => {
    const all = [...flags, '--model', base, ...more, '--out', join(directory, 'refused')];
    expect(await attune(all)).toMatchObject({ code, stderr: expect.stringMatching(message) });
    expect(existsSync(join(directory, 'refused'))).toBe(false);
  });
});
