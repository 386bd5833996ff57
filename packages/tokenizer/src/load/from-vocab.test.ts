import { describe, expect, it } from 'vitest';
import { smallVocab } from '../../test/small';
import { tokenizerFromVocab } from './from-vocab';

const vocab = smallVocab.join('\n');

describe('tokenizerFromVocab', () => {
  it('reads a token a line, whatever ends the line', () => {
    const plain = tokenizerFromVocab(vocab, { lowercase: true });
    const windows = tokenizerFromVocab(`\uFEFF${smallVocab.join('\r\n')}\r\n`, { lowercase: true });
    expect(windows.toJson()).toEqual(plain.toJson());
    expect(plain.vocabSize).toBe(smallVocab.length);
  });

  it('lower-cases and strips accents only on request', () => {
    const tokens = (options: { lowercase: boolean; stripAccents?: boolean }) =>
      tokenizerFromVocab(vocab, options).encode('É', { addSpecialTokens: false }).tokens;
    expect(tokens({ lowercase: true })).toEqual(['e']);
    expect(tokens({ lowercase: true, stripAccents: false })).toEqual(['é']);
    expect(tokens({ lowercase: false, stripAccents: true })).toEqual(['[UNK]']);
    expect(tokens({ lowercase: false })).toEqual(['[UNK]']);
  });

  it('splits off Chinese characters by default', () => {
    const tokens = (tokenizeChineseChars?: boolean) =>
      tokenizerFromVocab(vocab, { lowercase: true, tokenizeChineseChars }).encode('中a', { addSpecialTokens: false })
        .tokens;
    expect(tokens()).toEqual(['中', 'a']);
    expect(tokens(false)).toEqual(['中', '##a']);
  });

  it('takes special tokens of other names', () => {
    const renamed = vocab.replace('[UNK]', '<unk>').replace('[CLS]', '<s>').replace('[SEP]', '</s>');
    const names = { unkToken: '<unk>', clsToken: '<s>', sepToken: '</s>', padToken: '<none>' };
    const tokenizer = tokenizerFromVocab(renamed, { lowercase: true, ...names });
    expect(tokenizer.encode('nurse ☃').tokens).toEqual(['<s>', 'nurse', '<unk>', '</s>']);
    expect([tokenizer.clsId, tokenizer.unkId, tokenizer.padId]).toEqual([2, 1, undefined]);
  });

  it('says what is missing', () => {
    const load = () => tokenizerFromVocab(vocab.replace('[SEP]', '[XEP]'), { lowercase: true });
    expect(load).toThrow(expect.objectContaining({ name: 'AttuneError', code: 'TOKENIZER_INVALID' }));
    expect(load).toThrow(`vocab.txt: expected [SEP] among its ${smallVocab.length} tokens, found none`);
  });
});
