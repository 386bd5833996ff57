import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openCpuEngine } from '@attune/engine';
import { openOnnxEngine } from '@attune/engine/node';
import { causalLanguageModel, initialize, parseModelConfig } from '@attune/models';
import { saveModel } from '@attune/models/node';
import { trainWordPiece } from '@attune/tokenizer';
import { saveTokenizer } from '@attune/tokenizer/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GeneratedText, TextGenerator, TextOptions } from './generator';
import { loadGenerator } from './load';

const engine = openOnnxEngine();
const directory = mkdtempSync(join(tmpdir(), 'attune-generator-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** The pieces of a stream, and what it ends with. */
async function collect(stream: AsyncGenerator<string, GeneratedText>) {
  const pieces: string[] = [];
  let next = await stream.next();
  for (; !next.done; next = await stream.next()) pieces.push(next.value);
  return { pieces, end: next.value };
}

describe('a small model with words of its own', () => {
  const words = ['night', 'nurse', 'day', 'farm', 'wheat', 'corn', 'loan', 'bank', 'ship'];
  const model = join(directory, 'tiny');
  let generator: TextGenerator;
  beforeAll(async () => {
    const tokenizer = trainWordPiece(words, { vocabSize: 80 });
    const sizes = { hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 24 };
    const json = { ...sizes, max_position_embeddings: 64, vocab_size: tokenizer.vocabSize, initializer_range: 0.5 };
    const made = causalLanguageModel(parseModelConfig({ model_type: 'llama', ...json }, 'tiny'));
    mkdirSync(model);
    await saveModel(model, { ...made, parameters: initialize(made.specs, made.config, 3) });
    await saveTokenizer(tokenizer, model);
    generator = await loadGenerator(model, { engine });
  });

  const options: TextOptions = { maxNewTokens: 30, temperature: 2, seed: 5 };

  it('streams what it gives as a whole, and the same with the same seed', async () => {
    const [whole] = await generator.generate(['night nurse'], options);
    const { pieces, end } = await collect(generator.stream('night nurse', options));
    expect([pieces.join(''), end]).toEqual([whole.text, whole]);
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces).not.toContain('');
    expect((await generator.generate(['night nurse'], { ...options, seed: 6 }))[0].text).not.toBe(whole.text);
  });

  it('goes on from several prompts as from each, and ends each at its own stop string', async () => {
    const greedy = { maxNewTokens: 30 };
    const prompts = ['night', 'wheat and corn, a ship', ''];
    const whole = await generator.generate(prompts, greedy);
    const stop = whole[0].text.slice(4, 7);
    const cut = await generator.generate(prompts, { ...greedy, stopStrings: [stop, 'never'] });
    for (const [i, prompt] of prompts.entries()) {
      expect((await generator.generate([prompt], greedy))[0]).toEqual(whole[i]);
      const at = whole[i].text.indexOf(stop);
      expect(cut[i].text).toBe(at < 0 ? whole[i].text : whole[i].text.slice(0, at));
      expect(cut[i].ended).toBe(at < 0 ? whole[i].ended : 'stop');
    }
    expect(cut[0].tokens).toBeLessThan(whole[0].tokens);
    const { pieces } = await collect(generator.stream('night', { ...greedy, stopStrings: [stop] }));
    expect(pieces.join('')).toBe(cut[0].text);
  });

  it('multiplies 8- and 4-bit matrices by 8 bits where it is told to, on the engine that can', async () => {
    const loaded = await loadGenerator(model, { engine, quantize: 'int8', activations: 'int8' });
    const [written] = await loaded.generate(['night nurse'], { maxNewTokens: 3 });
    expect(written.tokens).toBe(3);
    await loaded.close();
    await expect(loadGenerator(model, { engine, activations: 'int8' })).rejects.toMatchObject({
      code: 'EXPORT_UNSUPPORTED',
      message: expect.stringContaining('expected a model in int8 or int4'),
    });
    const other = { engine: openCpuEngine(), quantize: 'int8', activations: 'int8' } as const;
    await expect(loadGenerator(model, other)).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: 'activations: int8 expected the engine onnx, got cpu; remove it, or open that engine',
    });
  });

  it("ends at generation_config.json's tokens", async () => {
    const other = join(directory, 'other-end');
    cpSync(model, other, { recursive: true });
    const everything = Array.from({ length: generator.tokenizer.vocabSize }, (_, id) => id);
    writeFileSync(join(other, 'generation_config.json'), JSON.stringify({ eos_token_id: everything }));
    const ended = await (await loadGenerator(other, { engine })).generate(['night']);
    expect(ended).toEqual([{ text: '', tokens: 0, ended: 'stop' }]);
    writeFileSync(join(other, 'generation_config.json'), '{');
    await expect(loadGenerator(other, { engine })).rejects.toMatchObject({ code: 'CHECKPOINT_CONFIG' });
  });

  it("ends at its tokenizer's eos_token too, which generation_config.json may lack", async () => {
    const other = join(directory, 'own-end');
    cpSync(model, other, { recursive: true });
    const decoded = await collect(generator.stream('night', { maxNewTokens: 12 }));
    const { ids } = generator.tokenizer.encode(decoded.end.text, { addSpecialTokens: false });
    const token = generator.tokenizer.idToToken(ids[1])!;
    writeFileSync(join(other, 'generation_config.json'), JSON.stringify({ eos_token_id: [0] }));
    const path = join(other, 'tokenizer_config.json');
    const config = existsSync(path) ? JSON.parse(await readFile(path, 'utf8')) : {};
    writeFileSync(path, JSON.stringify({ ...config, eos_token: { content: token } }));
    const [ended] = await (await loadGenerator(other, { engine })).generate(['night'], { maxNewTokens: 12 });
    expect(ended.ended).toBe('stop');
    expect(ended.tokens).toBeLessThan(12);
    expect(decoded.end.text.startsWith(ended.text)).toBe(true);
  });

  it('refuses by name what cannot be', async () => {
    const refused = (prompt: string, more: TextOptions, code: string, message: string) =>
      expect(generator.generate([prompt], more)).rejects.toMatchObject({
        name: 'AttuneError',
        code,
        message: expect.stringContaining(message),
      });
    await refused('night '.repeat(70), {}, 'PROMPT_TOO_LONG', "one fewer than the model's context of 64");
    await refused('night', { stopStrings: [''] }, 'ARGUMENT_INVALID', 'stopStrings: expected text');
    await refused('night', { topP: 2 }, 'ARGUMENT_INVALID', 'topP: expected');
    await expect(collect(generator.stream('night '.repeat(70)))).rejects.toMatchObject({ code: 'PROMPT_TOO_LONG' });
  });
});

const stories = fileURLToPath(new URL('../../../../../../shared/weights/stories260K', import.meta.url));

describe.skipIf(!existsSync(stories))('stories260K (needs ../shared/weights)', () => {
  it('tells its story, and goes on from a beginning with the space that belongs there', async () => {
    const { greedy_text: story } = JSON.parse(await readFile(join(stories, 'golden_numpy.json'), 'utf8'));
    const generator = await loadGenerator(stories, { engine });
    const { pieces, end } = await collect(generator.stream('', { maxNewTokens: 200 }));
    expect(end.text).toBe(story.trim());
    expect(pieces.length).toBeGreaterThan(100);
    const [{ text }] = await generator.generate(['Once upon a time'], { maxNewTokens: 50 });
    expect(story.trim()).toContain(`Once upon a time${text}`);
    expect(text).toMatch(/^, there was/);
    const [{ text: next }] = await generator.generate(['Once upon'], { maxNewTokens: 50 });
    expect(next).toMatch(/^ a time, there was/);
  });

  it('does not repeat the end of a prompt that is held back as bytes', async () => {
    const generator = await loadGenerator(stories, { engine });
    const { end } = await collect(generator.stream('She saw 😀', { maxNewTokens: 20 }));
    const ids = [...generator.tokenizer.encode('She saw 😀').ids];
    expect(generator.tokenizer.decode(ids)).toContain('😀');
    expect(end.text).not.toContain('😀');
    expect(end.text.length).toBeGreaterThan(0);
  });
});
