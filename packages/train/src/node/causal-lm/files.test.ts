import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { modelForTask, parseModelConfig } from '@attune/models';
import { tokenizerFromVocab } from '@attune/tokenizer';
import { afterAll, describe, expect, it } from 'vitest';
import { generatorFiles, tokenizersEnd } from './files';

const root = mkdtempSync(join(tmpdir(), 'attune-files-'));
afterAll(() => rmSync(root, { recursive: true }));

const sizes = { vocab_size: 40, hidden_size: 8, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 16 };
const config = parseModelConfig({ model_type: 'llama', ...sizes, max_position_embeddings: 64 }, 'config.json');
const model = modelForTask(config, 'causal-lm');

/** The files that go with a model of a directory with these. */
async function filesOf(
  contents: Readonly<Record<string, string | object>>,
  maxLength?: number,
): Promise<Record<string, string>> {
  const directory = mkdtempSync(join(root, 'model-'));
  for (const [name, content] of Object.entries(contents)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return generatorFiles({ model, directory, maxLength });
}

const tokenizerOf = async (contents: Readonly<Record<string, string | object>>) =>
  JSON.parse((await filesOf(contents))['tokenizer_config.json']);

describe('generatorFiles', () => {
  it('has the template in tokenizer_config.json too, where transformers.js looks', async () => {
    const contents = {
      'chat_template.jinja': '{{ new }}',
      'tokenizer_config.json': { bos_token: '<s>', chat_template: '{{ old }}' },
    };
    expect((await filesOf(contents))['chat_template.jinja']).toBe('{{ new }}');
    expect(await tokenizerOf(contents)).toMatchObject({ bos_token: '<s>', chat_template: '{{ new }}' });
    expect(await tokenizerOf({ 'chat_template.jinja': '{{ new }}' })).toMatchObject({ chat_template: '{{ new }}' });
    expect(await tokenizerOf({ 'tokenizer_config.json': { chat_template: '{{ old }}' } })).toMatchObject({
      chat_template: '{{ old }}',
    });
  });

  it('keeps templates by name beside the one of the file', async () => {
    const tools = { name: 'tool_use', template: '{{ tools }}' };
    const chat_template = [{ name: 'default', template: '{{ old }}' }, tools];
    expect((await tokenizerOf({ 'tokenizer_config.json': { chat_template } })).chat_template).toEqual(chat_template);
    const both = { 'chat_template.jinja': '{{ new }}', 'tokenizer_config.json': { chat_template } };
    expect((await tokenizerOf(both)).chat_template).toEqual([{ name: 'default', template: '{{ new }}' }, tools]);
  });

  it('has all templates of a model with additional_chat_templates/ in one file, since a file with one hides the others', async () => {
    const contents = {
      'chat_template.jinja': '{{ new }}',
      'additional_chat_templates/tool_use.jinja': '{{ tools }}',
      'tokenizer_config.json': { chat_template: '{{ old }}' },
    };
    const files = await filesOf(contents);
    expect(Object.keys(files)).toEqual(['tokenizer_config.json']);
    expect(JSON.parse(files['tokenizer_config.json']).chat_template).toEqual([
      { name: 'default', template: '{{ new }}' },
      { name: 'tool_use', template: '{{ tools }}' },
    ]);
  });

  it.each([
    [{}, 64],
    [{ model_max_length: 1e30 }, 64],
    [{ model_max_length: 128 }, 64],
    [{ model_max_length: -1 }, 64],
    [{ model_max_length: 32 }, 32],
  ])('reads no more tokens than the model has positions: %j', async (own, length) => {
    expect((await tokenizerOf({ 'tokenizer_config.json': own })).model_max_length).toBe(length);
  });

  it('allows for texts as long as those that it was trained on', async () => {
    const contents = { 'tokenizer_config.json': { model_max_length: 32 } };
    const lengthOf = async (maxLength: number) =>
      JSON.parse((await filesOf(contents, maxLength))['tokenizer_config.json']).model_max_length;
    expect([await lengthOf(16), await lengthOf(48)]).toEqual([32, 48]);
  });

  it('takes generation_config.json with every token that ends a text', async () => {
    const generation = { eos_token_id: [2, 13], do_sample: false };
    const files = await filesOf({ 'generation_config.json': generation });
    expect(JSON.parse(files['generation_config.json'])).toEqual(generation);
  });
});

describe('tokenizersEnd', () => {
  const tokenizer = tokenizerFromVocab(['[UNK]', '[CLS]', '[SEP]', 'a'].join('\n'), { lowercase: true });
  it.each([
    [{ 'tokenizer_config.json': { eos_token: '[SEP]' } }, 2],
    [{ 'special_tokens_map.json': { eos_token: { content: '[CLS]' } } }, 1], // of before tokenizer_config.json had them
    [{ 'tokenizer_config.json': {}, 'special_tokens_map.json': { eos_token: '[CLS]' } }, 1],
    [{ 'tokenizer_config.json': {} }, undefined],
  ])('is of %j token %s', async (contents, id) => {
    const directory = mkdtempSync(join(root, 'tokenizer-'));
    for (const [name, content] of Object.entries(contents))
      writeFileSync(join(directory, name), JSON.stringify(content));
    expect(await tokenizersEnd({ tokenizer, directory })).toBe(id);
  });
});
