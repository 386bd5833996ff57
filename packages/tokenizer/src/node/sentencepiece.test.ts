import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeWith } from '../../test/needs';
import { sentencePieceCases } from '../../test/sentencepiece';
import { readShared, shared, sharedPath } from '../../test/shared';
import { tokenizerFromJson } from '../load/from-json';
import { loadTokenizer, saveTokenizer } from '.';

const fixtures = fileURLToPath(new URL('../../fixtures/sentencepiece/', import.meta.url));

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'attune-tokenizer-'));
});
afterEach(() => rm(directory, { recursive: true }));

const write = (name: string, contents: string | Uint8Array) => writeFile(join(directory, name), contents);
const writeConfig = (config: object) => write('tokenizer_config.json', JSON.stringify(config));
const fails = (code: string, message: string) =>
  expect(loadTokenizer(directory)).rejects.toThrow(
    expect.objectContaining({ name: 'AttuneError', code, message: expect.stringContaining(message) }),
  );

describe('a directory with a SentencePiece model', () => {
  it.each(sentencePieceCases())(
    '$name is what transformers makes of it',
    async ({ model, file, config, tokenizer }) => {
      await cp(join(fixtures, model), join(directory, file));
      await writeConfig(config);
      const loaded = await loadTokenizer(directory);
      expect(loaded.toJson()).toEqual(tokenizer);
      const encode = (text: string) => Array.from(loaded.encode(text).ids);
      expect(encode('Night nurse, ﬁrst café')).toEqual(
        Array.from(tokenizerFromJson(tokenizer).encode('Night nurse, ﬁrst café').ids),
      );
    },
  );

  it('has the special tokens of its class, without a tokenizer_config.json by the type of its model', async () => {
    await cp(join(fixtures, 'fairseq.model'), join(directory, 'sentencepiece.bpe.model'));
    await write('config.json', JSON.stringify({ model_type: 'xlm-roberta' }));
    const xlmRoberta = await loadTokenizer(directory);
    const { padId, unkId, clsId, sepId, maskId, vocabSize, modelMaxLength } = xlmRoberta;
    expect([clsId, padId, sepId, unkId]).toEqual([0, 1, 2, 3]);
    expect(maskId).toBe(vocabSize - 1);
    expect(modelMaxLength).toBeUndefined();
    await writeConfig({ tokenizer_class: 'CamembertTokenizer', model_max_length: 512 });
    const camembert = await loadTokenizer(directory);
    expect([camembert.clsId, camembert.padId, camembert.sepId, camembert.unkId]).toEqual([5, 1, 6, 3]);
    expect(camembert.modelMaxLength).toBe(512);
  });

  it('is saved as a tokenizer.json, which comes back the same', async () => {
    await cp(join(fixtures, 'albert.model'), join(directory, 'spiece.model'));
    await writeConfig({ tokenizer_class: 'AlbertTokenizer' });
    const original = await loadTokenizer(directory);
    await saveTokenizer(original, join(directory, 'saved'));
    const saved = await loadTokenizer(join(directory, 'saved'));
    expect(saved.toJson()).toEqual(original.toJson());
    expect(saved.maskId).toBe(original.maskId);
    expect(saved.encode('(a night nurse)')).toEqual(original.encode('(a night nurse)'));
  });

  it('gives ids of its own to tokens that the model lacks, and those of added_tokens_decoder', async () => {
    await cp(join(fixtures, 'llama.model'), join(directory, 'tokenizer.model'));
    const chat = { content: '<|im_start|>', special: true, normalized: false };
    await writeConfig({ tokenizer_class: 'LlamaTokenizer', added_tokens_decoder: { 340: chat } });
    const tokenizer = await loadTokenizer(directory);
    expect(tokenizer.tokenToId('<|im_start|>')).toBe(340);
    expect(tokenizer.encode('<|im_start|>', { addSpecialTokens: false }).tokens).toEqual(['<|im_start|>']);
  });
});

describe("a tokenizer.json beside files that name no special tokens, as xlm-roberta-base's", () => {
  const roles = async () => {
    const { padId, unkId, clsId, sepId, maskId } = await loadTokenizer(directory);
    return [clsId, padId, sepId, unkId, maskId];
  };

  it('has those of its class, or of the type of its model', async () => {
    const { tokenizer } = sentencePieceCases()[0];
    const maskId = (tokenizer.model.vocab as unknown[]).length - 1;
    await write('tokenizer.json', JSON.stringify(tokenizer));
    await writeConfig({ model_max_length: 512 });
    expect(await roles()).toEqual([undefined, undefined, undefined, 3, undefined]);
    await write('config.json', JSON.stringify({ model_type: 'xlm-roberta' }));
    expect(await roles()).toEqual([0, 1, 2, 3, maskId]);
    await writeConfig({ tokenizer_class: 'XLMRobertaTokenizerFast', pad_token: '</s>' });
    expect(await roles()).toEqual([0, 2, 2, 3, maskId]);
  });
});

describe('a SentencePiece model that is not read', () => {
  it('is named with the classes that are', async () => {
    await cp(join(fixtures, 'fairseq.model'), join(directory, 'spiece.model'));
    await writeConfig({ tokenizer_class: 'T5Tokenizer' });
    await fails(
      'TOKENIZER_UNSUPPORTED',
      `${join(directory, 'tokenizer_config.json')}: tokenizer_class expected XLMRobertaTokenizer, CamembertTokenizer, ` +
        'AlbertTokenizer, DebertaV2Tokenizer, LlamaTokenizer to read spiece.model, got "T5Tokenizer"; add it ' +
        'if it is one of them, or convert it in that directory with Python: pip install transformers sentencepiece',
    );
    await rm(join(directory, 'tokenizer_config.json'));
    await fails('TOKENIZER_UNSUPPORTED', 'to read spiece.model, got undefined');
  });

  it('is refused wherever it was cut off', async () => {
    await writeConfig({ tokenizer_class: 'XLMRobertaTokenizer' });
    const bytes = await readFile(join(fixtures, 'fairseq.model'));
    for (let length = 0; length < bytes.length; length += length < bytes.length - 700 ? 37 : 1) {
      await write('sentencepiece.bpe.model', bytes.subarray(0, length));
      const cut = await loadTokenizer(directory).then(
        () => undefined,
        (error) => error,
      );
      expect(cut, `cut off after ${length} bytes`).toMatchObject({ name: 'AttuneError', code: 'TOKENIZER_INVALID' });
    }
  });

  it('is refused where it is of another kind', async () => {
    await writeConfig({ tokenizer_class: 'LlamaTokenizer' });
    await write('tokenizer.model', 'IQ== 0\nIg== 1\nIw== 2\n');
    await fails('TOKENIZER_INVALID', `${join(directory, 'tokenizer.model')}: expected a SentencePiece model, got`);
    await fails('TOKENIZER_INVALID', 'is the file complete, and not another kind of .model?');
    await cp(join(fixtures, 'word.model'), join(directory, 'tokenizer.model'));
    await fails('TOKENIZER_UNSUPPORTED', 'expected a SentencePiece model of type unigram or bpe, got word');
  });
});

describeWith([shared], "XLM-R's shape of model", () => {
  it('has the vocabulary of the tokenizer.json beside it', async () => {
    const name = 'sentencepiece.bpe.model';
    await cp(sharedPath(`weights/tokenizers/xlmr-style/${name}`), join(directory, name));
    await writeConfig({ tokenizer_class: 'XLMRobertaTokenizer' });
    const { model } = (await loadTokenizer(directory)).toJson();
    expect(model).toEqual(JSON.parse(readShared('weights/tokenizers/xlmr-style/tokenizer.json')).model);
  });
});
