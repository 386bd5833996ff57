import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smallJson, smallVocab } from '../../test/small';
import { tokenizerFromJson } from '../load/from-json';
import { loadTokenizer, saveTokenizer } from '.';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'attune-tokenizer-'));
});
afterEach(() => rm(directory, { recursive: true }));

const write = (name: string, contents: string | object) =>
  writeFile(join(directory, name), typeof contents === 'string' ? contents : JSON.stringify(contents));
const tokensOf = async (text: string) => (await loadTokenizer(directory)).encode(text).tokens.slice(1, -1);
const size = smallVocab.length;

/** BERT's template of a pair, with a type id for the last separator. */
const pairOf = (type: number) => [
  { SpecialToken: { id: '[CLS]', type_id: 0 } },
  { Sequence: { id: 'A', type_id: 0 } },
  { SpecialToken: { id: '[SEP]', type_id: 0 } },
  { Sequence: { id: 'B', type_id: 1 } },
  { SpecialToken: { id: '[SEP]', type_id: type } },
];

describe('tokens that only tokenizer_config.json and older files name', () => {
  const markers = { '[E1]': size, '[/E1]': size + 1 };
  const text = 'a [E1] nurse [/E1]';
  const apart = ['a', '[E1]', 'nurse', '[/E1]'];

  it.each(['vocab.txt', 'tokenizer.json'])('are whole, with their ids, beside %s', async (file) => {
    await write(file, file === 'vocab.txt' ? smallVocab.join('\n') : smallJson());
    await write('tokenizer_config.json', { tokenizer_class: 'BertTokenizer' });
    await write('added_tokens.json', markers);
    await write('special_tokens_map.json', { additional_special_tokens: Object.keys(markers) });
    expect(await tokensOf(text)).toEqual(apart);
    const older = await loadTokenizer(directory);
    expect([older.vocabSize, older.tokenToId('[/E1]')]).toEqual([size + 2, size + 1]);
    expect(older.decode(older.encode(text).ids)).toBe('a nurse');
    const decoder = Object.fromEntries(
      Object.entries(markers).map(([content, id]) => [
        id,
        { content, special: false, normalized: false, lstrip: true },
      ]),
    );
    await write('tokenizer_config.json', { tokenizer_class: 'BertTokenizer', added_tokens_decoder: decoder });
    const newer = await loadTokenizer(directory);
    expect(newer.encode(text).tokens.slice(1, -1)).toEqual(apart);
    expect(newer.decode(newer.encode(text).ids)).toBe('a [E1] nurse [/E1]');
    const added = newer.toJson().added_tokens?.find(({ content }) => content === '[E1]');
    expect(added).toMatchObject({ id: size, lstrip: true, special: false });
  });

  it('are whole where the vocabulary has them', async () => {
    await write('vocab.txt', ['[PAD]', '[E1]', ...smallVocab.slice(1)].join('\n'));
    await write('tokenizer_config.json', { additional_special_tokens: ['[E1]', '[none]'] });
    expect(await tokensOf('[E1] a')).toEqual(['[E1]', 'a']);
    expect((await loadTokenizer(directory)).tokenToId('[none]')).toBeUndefined();
    await write('vocab.txt', smallVocab.join('\n'));
    await write('tokenizer.json', smallJson({ added_tokens: [] }));
    await write('tokenizer_config.json', { mask_token: '[MASK]', cls_token: '[CLS]', sep_token: { content: '[SEP]' } });
    expect(await tokensOf('a [MASK]')).toEqual(['a', '[MASK]']);
    const tokenizer = await loadTokenizer(directory);
    expect(tokenizer.decode(tokenizer.encode('a [MASK]').ids)).toBe('a');
  });

  it('get another id where theirs is taken', async () => {
    await write('tokenizer.json', smallJson());
    await write('added_tokens.json', { '[E1]': 7, nurse: 3 });
    const tokenizer = await loadTokenizer(directory);
    expect([tokenizer.tokenToId('[E1]'), tokenizer.tokenToId('nurse')]).toEqual([size, smallVocab.indexOf('nurse')]);
  });
});

describe('settings of tokenizer_config.json', () => {
  it('count where tokenizer.json has others', async () => {
    await write('tokenizer.json', smallJson());
    await write('tokenizer_config.json', { tokenizer_class: 'BertTokenizer', do_lower_case: true });
    expect(await tokensOf('é')).toEqual(['e']);
    await write('tokenizer_config.json', { tokenizer_class: 'BertTokenizer', strip_accents: false });
    expect(await tokensOf('é')).toEqual(['é']);
    const stage = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true };
    const model = { type: 'BPE', vocab: { a: 0, Ġ: 1, Ġa: 2 }, merges: ['Ġ a'], unk_token: '<unk>' };
    const parts = { ...{ added_tokens: [], normalizer: null, post_processor: null }, decoder: stage, model };
    await write('tokenizer.json', { ...parts, pre_tokenizer: stage });
    const plain = async () => (await loadTokenizer(directory)).encode('a a').tokens;
    expect(await plain()).toEqual(['a', 'Ġa']);
    await write('tokenizer_config.json', { add_prefix_space: true });
    expect(await plain()).toEqual(['Ġa', 'Ġa']);
  });

  it.each([
    [{ tokenizer_class: 'BertTokenizer' }, { lowercase: false }, ['a']],
    [{ tokenizer_class: 'PreTrainedTokenizerFast', do_lower_case: true }, { lowercase: false }, ['[UNK]']],
    [{ do_lower_case: true }, { lowercase: false }, ['[UNK]']],
    [{ tokenizer_class: 'MPNetTokenizer', tokenize_chinese_chars: false }, {}, ['a', '中', '[UNK]']],
  ])('count as in their class: %j beside %j', async (config, fields, expected) => {
    const normalizer = { ...smallJson().normalizer, ...fields };
    await write('tokenizer.json', smallJson({ normalizer }));
    await write('tokenizer_config.json', config);
    const text = expected.length > 1 ? 'A 中国' : 'A';
    expect(await tokensOf(text)).toEqual(expected);
  });

  it('give tokens of tokenizer.json the flags of added_tokens_decoder', async () => {
    const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
    const added_tokens = [{ id: 4, content: '[MASK]', ...flags }];
    await write('tokenizer.json', smallJson({ added_tokens }));
    const decoder = { 4: { content: '[MASK]', ...flags, lstrip: true } };
    await write('tokenizer_config.json', { tokenizer_class: 'BertTokenizer', added_tokens_decoder: decoder });
    const [token, ...others] = (await loadTokenizer(directory)).toJson().added_tokens ?? [];
    expect([token, others]).toEqual([{ id: 4, content: '[MASK]', ...flags, lstrip: true }, []]);
  });

  it('name the side that is cut, which is also saved', async () => {
    const truncation = { max_length: 5, strategy: 'LongestFirst', stride: 0, direction: 'Left' };
    const cut = async () =>
      (await loadTokenizer(directory)).encode('a b c d e', { truncation: { maxLength: 5 } }).tokens;
    await write('tokenizer.json', smallJson({ truncation }));
    expect(await cut()).toEqual(['[CLS]', 'c', 'd', 'e', '[SEP]']);
    await write('tokenizer_config.json', { truncation_side: 'right' });
    expect(await cut()).toEqual(['[CLS]', 'a', 'b', 'c', '[SEP]']);
    await write('tokenizer.json', smallJson());
    await write('tokenizer_config.json', { truncation_side: 'left' });
    expect(await cut()).toEqual(['[CLS]', 'c', 'd', 'e', '[SEP]']);
    const tokenizer = await loadTokenizer(directory);
    const { ids } = tokenizer.encodeBatch(['a b c d e'], { truncation: { maxLength: 4 } });
    expect(Array.from(ids, (id) => tokenizer.idToToken(id))).toEqual(['[CLS]', 'd', 'e', '[SEP]']);
    await saveTokenizer(await loadTokenizer(directory), directory);
    const saved = JSON.parse(await readFile(join(directory, 'tokenizer_config.json'), 'utf8'));
    expect(saved.truncation_side).toBe('left');
  });

  it.each([
    [{ tokenizer_class: 'BertJapaneseTokenizer' }, {}, 'tokenizer_class expected BertTokenizer'],
    [{}, { tokenizer_class: 'BertJapaneseTokenizer' }, 'got "BertJapaneseTokenizer"'],
    [{ tokenizer_class: 'BertTokenizer', word_tokenizer_type: 'mecab' }, {}, 'word_tokenizer_type expected "basic"'],
    [{ subword_tokenizer_type: 'character' }, {}, 'subword_tokenizer_type expected "wordpiece" to read vocab.txt'],
    [{ tokenizer_class: 'EsmTokenizer' }, {}, 'use a model with a tokenizer.json, or convert it'],
  ])('refuse a vocab.txt of words that are split otherwise: %j %j', async (tokenizer, config, message) => {
    await write('vocab.txt', smallVocab.join('\n'));
    await write('tokenizer_config.json', tokenizer);
    await write('config.json', { model_type: 'bert', ...config });
    await expect(loadTokenizer(directory)).rejects.toMatchObject({
      code: 'TOKENIZER_UNSUPPORTED',
      message: expect.stringContaining(message),
    });
  });

  it('may name no class, also as null', async () => {
    await write('vocab.json', { '<s>': 0, '</s>': 1, '<pad>': 2, '<unk>': 3, '<mask>': 4, a: 5 });
    await write('merges.txt', '#version: 0.2\n');
    await write('config.json', { model_type: 'roberta', tokenizer_class: null });
    expect(await tokensOf('a')).toEqual(['a']);
    await write('tokenizer_config.json', { tokenizer_class: null });
    expect(await tokensOf('a')).toEqual(['a']);
  });
});

describe('the class that a tokenizer is saved with', () => {
  const saved = async (changes: Record<string, unknown>) => {
    await saveTokenizer(tokenizerFromJson(smallJson(changes)), directory);
    const { tokenizer_class: name } = JSON.parse(await readFile(join(directory, 'tokenizer_config.json'), 'utf8'));
    return [name, (await readdir(directory)).includes('vocab.txt')];
  };
  const { normalizer, model } = smallJson();

  it('is BERT’s where that makes the same tokenizer', async () => {
    expect(await saved({})).toEqual(['BertTokenizer', true]);
    const processor = { type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] };
    expect(await saved({ post_processor: processor })).toEqual(['BertTokenizer', true]);
  });

  it.each([
    ['no post-processor', { post_processor: null }],
    ['shorter words', { model: { ...model, max_input_chars_per_word: 4 } }],
    ['another type of the last separator', { post_processor: { ...smallJson().post_processor, pair: pairOf(0) } }],
    ['another pre-tokenizer', { pre_tokenizer: { type: 'Whitespace' } }],
    ['control characters kept', { normalizer: { ...normalizer, clean_text: false } }],
    ['another prefix', { model: { ...model, continuing_subword_prefix: '@@' } }],
  ])('reads tokenizer.json as it is with %s', async (_, changes) => {
    expect((await saved(changes))[0]).toBe('PreTrainedTokenizerFast');
  });

  it('has no vocab.txt of BPE, as HerBERT is', async () => {
    const vocab = { '<s>': 0, '</s>': 1, a: 2, 'a</w>': 3 };
    const herbert = {
      ...{ added_tokens: [], decoder: { type: 'BPEDecoder', suffix: '</w>' } },
      post_processor: { type: 'BertProcessing', sep: ['</s>', 1], cls: ['<s>', 0] },
      model: { type: 'BPE', vocab, merges: [], end_of_word_suffix: '</w>' },
    };
    expect(await saved(herbert)).toEqual(['PreTrainedTokenizerFast', false]);
  });
});
