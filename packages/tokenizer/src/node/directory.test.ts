import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeWith } from '../../test/needs';
import { readShared, shared, sharedPath } from '../../test/shared';
import { smallJson, smallTokenizer, smallVocab } from '../../test/small';
import { tokenizerFromJson } from '../load/from-json';
import { loadTokenizer, saveTokenizer } from '.';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'attune-tokenizer-'));
});
afterEach(() => rm(directory, { recursive: true }));

const write = (name: string, text: string | Uint8Array) => writeFile(join(directory, name), text);
const read = async (name: string) => JSON.parse(await readFile(join(directory, name), 'utf8'));

describe('saveTokenizer', () => {
  it('writes what Hugging Face writes, and leaves nothing else behind', async () => {
    const into = join(directory, 'new', 'model');
    await saveTokenizer(smallTokenizer(), into);
    expect((await readdir(into)).sort()).toEqual([
      'special_tokens_map.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'vocab.txt',
    ]);
    expect(await read('new/model/tokenizer_config.json')).toEqual({
      tokenizer_class: 'BertTokenizer',
      do_lower_case: true,
      strip_accents: null,
      tokenize_chinese_chars: true,
      model_max_length: 512,
      pad_token: '[PAD]',
      unk_token: '[UNK]',
      cls_token: '[CLS]',
      sep_token: '[SEP]',
      mask_token: '[MASK]',
    });
    expect((await read('new/model/special_tokens_map.json')).mask_token).toBe('[MASK]');
    expect(await readFile(join(into, 'vocab.txt'), 'utf8')).toBe(`${smallVocab.join('\n')}\n`);
  });

  it('says what a model takes: its tokenizer class, its inputs, no more tokens than it has positions', async () => {
    const save = async (modelType: string, maxPositions: number, typeVocabSize: number, given?: number) => {
      const tokenizer = tokenizerFromJson(smallJson(), { modelMaxLength: given });
      await saveTokenizer(tokenizer, directory, { model: { modelType, maxPositions, typeVocabSize } });
      const { tokenizer_class, model_max_length, model_input_names } = await read('tokenizer_config.json');
      return [tokenizer_class, model_max_length, model_input_names];
    };
    const inputs = ['input_ids', 'attention_mask'];
    expect(await save('distilbert', 64, 0)).toEqual(['DistilBertTokenizer', 64, inputs]);
    expect(await save('distilbert', 64, 0, 512)).toEqual(['DistilBertTokenizer', 64, inputs]);
    expect(await save('bert', 1024, 2, 128)).toEqual(['BertTokenizer', 128, undefined]);
    expect(await save('bert', 1024, 2)).toEqual(['BertTokenizer', 1024, undefined]);
  });

  it('names the class that puts separators where it does: MPNet has two between the texts of a pair', async () => {
    const post_processor = { type: 'RobertaProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2], trim_offsets: true };
    const tokenizer = tokenizerFromJson({ ...smallJson(), post_processor });
    await saveTokenizer(tokenizer, directory, { model: { modelType: 'mpnet', maxPositions: 64, typeVocabSize: 0 } });
    expect((await read('tokenizer_config.json')).tokenizer_class).toBe('MPNetTokenizer');
  });

  it('keeps everything on the way out and back', async () => {
    const truncation = { max_length: 9, strategy: 'LongestFirst', stride: 0, direction: 'Right' };
    const original = tokenizerFromJson(smallJson({ truncation }), { modelMaxLength: 40 });
    await saveTokenizer(original, directory);
    const loaded = await loadTokenizer(directory);
    expect(loaded.toJson()).toEqual(original.toJson());
    expect(loaded.modelMaxLength).toBe(40);
    expect(loaded.encode('engineering nurse')).toEqual(original.encode('engineering nurse'));
  });

  it('writes no vocab.txt where line numbers would not be ids', async () => {
    const model = { type: 'WordPiece', vocab: { '[UNK]': 0, a: 2 } };
    const parts = { added_tokens: [], post_processor: null, model };
    await saveTokenizer(tokenizerFromJson(smallJson(parts)), directory);
    expect(await readdir(directory)).not.toContain('vocab.txt');
  });
});

describe('loadTokenizer', () => {
  it('reads vocab.txt as tokenizer_config.json says', async () => {
    await write('vocab.txt', smallVocab.join('\n').replace('[MASK]', '<mask>'));
    const mask = { content: '<mask>', lstrip: false };
    await write(
      'tokenizer_config.json',
      JSON.stringify({ do_lower_case: false, mask_token: mask, model_max_length: 1e30 }),
    );
    const tokenizer = await loadTokenizer(directory);
    expect(tokenizer.encode('nurse NURSE').tokens).toEqual(['[CLS]', 'nurse', '[UNK]', '[SEP]']);
    expect(tokenizer.maskId).toBe(4);
    expect(tokenizer.modelMaxLength).toBeUndefined();
  });

  it('reads vocab.txt alone as that of a lower-cased BERT, and says so', async () => {
    await write('vocab.txt', smallVocab.join('\n'));
    const notes: string[] = [];
    const tokenizer = await loadTokenizer(directory, { onNote: (note) => notes.push(note) });
    expect(tokenizer.encode('NURSE').tokens).toEqual(['[CLS]', 'nurse', '[SEP]']);
    expect(notes).toEqual([
      `${join(directory, 'vocab.txt')}: read as the vocabulary of a BERT that is lower-cased, the default without tokenizer_config.json; for a cased model write {"do_lower_case": false} into that file`,
    ]);
    await write('tokenizer_config.json', '{"do_lower_case": false}');
    const cased = await loadTokenizer(directory, { onNote: (note) => notes.push(note) });
    expect(cased.encode('NURSE').tokens).toEqual(['[CLS]', '[UNK]', '[SEP]']);
    expect(notes).toHaveLength(1);
  });

  it('reads the vocab.txt of an MPNet with its special tokens, as transformers does', async () => {
    await write('vocab.txt', ['<s>', '<pad>', '</s>', '<unk>', ...smallVocab, '<mask>'].join('\n'));
    await write('config.json', '{"model_type": "mpnet"}');
    const tokenizer = await loadTokenizer(directory);
    const { clsId, padId, sepId, maskId, vocabSize } = tokenizer;
    expect([clsId, padId, sepId, maskId]).toEqual([0, 1, 2, vocabSize - 1]);
    expect(tokenizer.encodePair('nurse', 'a  <mask>').tokens).toEqual([
      ...['<s>', 'nurse', '</s>', '</s>', 'a', '<mask>', '</s>'],
    ]);
    expect(tokenizer.toJson().post_processor).toEqual({
      ...{ type: 'RobertaProcessing', sep: ['</s>', 2], cls: ['<s>', 0], trim_offsets: true, add_prefix_space: false },
    });
    expect(tokenizer.toJson().added_tokens?.map(({ content, lstrip }) => [content, lstrip])).toEqual([
      ...[
        ['<s>', false],
        ['<pad>', false],
        ['</s>', false],
        ['[UNK]', false],
        ['<mask>', true],
      ],
    ]);
  });

  it('takes special tokens of special_tokens_map.json where there is no added_tokens_decoder, as transformers does', async () => {
    await write('tokenizer.json', JSON.stringify(smallJson()));
    await write('tokenizer_config.json', '{"pad_token": "[UNK]", "max_len": 64}');
    await write('special_tokens_map.json', '{"pad_token": {"content": "[MASK]", "lstrip": false}}');
    const older = await loadTokenizer(directory);
    expect([older.padId, older.modelMaxLength]).toEqual([older.tokenToId('[MASK]'), 64]);
    await write('tokenizer_config.json', '{"pad_token": "[UNK]", "added_tokens_decoder": {}}');
    const newer = await loadTokenizer(directory);
    expect(newer.padId).toBe(newer.tokenToId('[UNK]'));
    await write('tokenizer_config.json', '{}');
    await write('special_tokens_map.json', '{"pad_token": ');
    await expect(loadTokenizer(directory)).rejects.toMatchObject({
      code: 'TOKENIZER_NOT_JSON',
      message: expect.stringContaining('special_tokens_map.json'),
    });
  });

  const fails = (code: string, message: string) =>
    expect(loadTokenizer(directory)).rejects.toThrow(
      expect.objectContaining({ name: 'AttuneError', code, message: expect.stringContaining(message) }),
    );

  it('says what is missing', async () => {
    await fails(
      'TOKENIZER_MISSING',
      `${directory}: expected tokenizer.json, vocab.txt, vocab.json and merges.txt, or a SentencePiece model, found nothing`,
    );
    await write('config.json', '{}');
    await fails('TOKENIZER_MISSING', "found config.json; copy it from the model's source");
    await write('vocab.txt', '[UNK]');
    await fails('TOKENIZER_INVALID', `${join(directory, 'vocab.txt')}: expected [CLS] among its 1 tokens`);
    await rm(directory, { recursive: true });
    await fails('TOKENIZER_MISSING', 'no such directory');
    directory = await mkdtemp(join(tmpdir(), 'attune-tokenizer-'));
  });

  it.each(['tekken.json'])('gives the command that converts %s', async (name) => {
    await write('config.json', '{}');
    await write('tokenizer_config.json', '{}');
    await write(name, 'pieces');
    await fails('TOKENIZER_MISSING', `${name} is not supported: convert it in that directory with Python: pip install`);
    await fails('TOKENIZER_MISSING', "T.from_pretrained('.').backend_tokenizer.save('tokenizer.json')");
  });

  it.each(['tokenizer.json', 'tokenizer_config.json', 'vocab.txt', 'spiece.model'])(
    'says that %s is a Git LFS pointer',
    async (name) => {
      await write(name, 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 5069051\n');
      await fails('LFS_POINTER', `${join(directory, name)}: expected the file itself, got a Git LFS pointer to it`);
    },
  );

  it('names the file that is damaged', async () => {
    await write('tokenizer_config.json', '{"do_lower_case": true');
    await fails('TOKENIZER_NOT_JSON', join(directory, 'tokenizer_config.json'));
    await write('tokenizer_config.json', '{"do_lower_case": "yes"}');
    await fails('TOKENIZER_INVALID', 'do_lower_case expected true, false or null, got "yes"');
    await write('tokenizer_config.json', '{}');
    await write('vocab.txt', '[PAD]');
    await fails('TOKENIZER_INVALID', `${join(directory, 'vocab.txt')}: expected [UNK]`);
    await write('tokenizer.json', JSON.stringify(smallJson()).slice(0, 100));
    await fails('TOKENIZER_NOT_JSON', join(directory, 'tokenizer.json'));
    await write('tokenizer.json', JSON.stringify(smallJson({ normalizer: { type: 'Nmt' } })));
    await fails('TOKENIZER_UNSUPPORTED', `${join(directory, 'tokenizer.json')}: normalizer type "Nmt"`);
    await write('tokenizer.json', Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d));
    await fails('TOKENIZER_INVALID', 'expected UTF-8');
  });
});

describeWith([shared], 'a checkpoint', () => {
  it('comes out as it went in', async () => {
    const original = await loadTokenizer(sharedPath('weights/minilm-l6'));
    expect(original.modelMaxLength).toBe(512);
    await saveTokenizer(original, directory);
    expect(await read('tokenizer.json')).toEqual(JSON.parse(readShared('weights/minilm-l6/tokenizer.json')));
    expect(await readFile(join(directory, 'vocab.txt'), 'utf8')).toBe(readShared('weights/minilm-l6/vocab.txt'));
  });
});

describe('patterns of a tokenizer.json', () => {
  const bpe = (normalizer: object, preTokenizer: object) =>
    JSON.stringify({
      version: '1.0',
      added_tokens: [],
      normalizer,
      pre_tokenizer: preTokenizer,
      model: { type: 'BPE', vocab: { a: 0, b: 1 }, merges: [], unk_token: null },
    });
  const split = (pattern: string) => ({
    type: 'Split',
    pattern: { Regex: pattern },
    behavior: 'Isolated',
    invert: false,
  });
  const replacing = (pattern: string) => ({ type: 'Replace', pattern: { Regex: pattern }, content: 'b' });

  it('are tried when it is loaded, each by its field', async () => {
    await write('tokenizer.json', bpe(replacing('a{2}'), { type: 'Sequence', pretokenizers: [split('(?:a+)+b')] }));
    await expect(loadTokenizer(directory)).rejects.toThrow(
      expect.objectContaining({
        code: 'TOKENIZER_UNSUPPORTED',
        message: expect.stringContaining(
          'tokenizer.json: pre_tokenizer.pretokenizers[0].pattern "(?:a+)+b": expected a regular expression that matches 2,000 characters within seconds',
        ),
      }),
    );
  }, 60_000);

  it('are taken where they come to an end', async () => {
    await write('tokenizer.json', bpe(replacing('b*a'), split('(?:a|b)+')));
    expect((await loadTokenizer(directory)).encode('bba').tokens).toEqual(['b']);
  });
});
