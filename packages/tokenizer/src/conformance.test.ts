import { describe, expect, it } from 'vitest';
import { describeWith } from '../test/needs';
import { sentencePieceCases } from '../test/sentencepiece';
import { goldensOf, readShared, shared } from '../test/shared';
import { smallJson, smallTokenizer } from '../test/small';
import { tokenizerFromJson } from './load/from-json';
import { tokenizerFromVocab } from './load/from-vocab';
import { type TestTokenizerOptions, testTokenizer } from './testing';
import { trainBpe } from './training/train-bpe';
import { trainWordPiece } from './training/train-wordpiece';

const lacks = ['lossless decoding'] as const;
/** Characters that are dropped, and spaces in a row that become one, leave other spaces behind the second time. */
const charactersMapped = ['lossless decoding', 'stable decoding'] as const;
const corpus = [
  'Night nurse wanted',
  'Nursing assistant, nights',
  'The engineer said that she was there!',
  'Café 中文',
];

/** But for one whose unknown token is lower-cased, so that the reference takes it for no special one when it decodes. */
const ownSentencePieces = sentencePieceCases().filter(({ name }) => name !== 'deberta-split');

const ownTokenizers: [string, TestTokenizerOptions][] = [
  ['WordPiece, uncased', { open: () => smallTokenizer(true), lacks }],
  ['WordPiece, cased', { open: () => smallTokenizer(false), lacks }],
  ['WordPiece without special tokens', { open: () => tokenizerFromJson(smallJson({ post_processor: null })), lacks }],
  ['WordPiece, trained', { open: () => trainWordPiece(corpus, { vocabSize: 120 }), lacks }],
  ['byte-level BPE, trained', { open: () => trainBpe(corpus, { vocabSize: 300 }) }],
  ['metaspace BPE, trained', { open: () => trainBpe(corpus, { vocabSize: 120, style: 'metaspace' }), lacks }],
  ...ownSentencePieces.map(({ name, tokenizer }): [string, TestTokenizerOptions] => [
    `SentencePiece, ${name}`,
    { open: () => tokenizerFromJson(tokenizer), lacks: charactersMapped },
  ]),
];

describe.each(ownTokenizers)('%s', (_, options) => {
  it.each(testTokenizer(options))('$title', ({ run }) => run());
});

const sharedTokenizers: [string, string, Partial<TestTokenizerOptions>][] = [
  ['bert-base-uncased', 'tokenizers/bert-base-uncased', { lacks }],
  ['bert-base-cased', 'tokenizers/bert-base-cased', { lacks }],
  ['gpt2-style', 'tokenizers/gpt2-style', {}],
  ['llama2-32k', 'tokenizers/llama2-32k', {}],
  ['llama3-style', 'tokenizers/llama3-style', {}],
  ['stories260K', 'stories260K', {}],
  ['roberta-style', 'tokenizers/roberta-style', {}],
  ['qwen-style', 'tokenizers/qwen-style', { lacks }],
  ['modernbert-style', 'tokenizers/modernbert-style', { lacks }],
  ['smollm-style', 'tokenizers/smollm-style', {}],
  ['gemma-style', 'tokenizers/gemma-style', { lacks }],
  ['xlmr-style', 'tokenizers/xlmr-style', { lacks: charactersMapped }],
  ['deberta-v3-style', 'tokenizers/deberta-v3-style', { lacks: charactersMapped }],
  ['albert-style', 'tokenizers/albert-style', { lacks: charactersMapped }],
];

describeWith([shared], 'as the reference', () => {
  describe.each(sharedTokenizers)('%s', (name, path, options) => {
    const open = () => tokenizerFromJson(readShared(`weights/${path}/tokenizer.json`));
    it.each(testTokenizer({ open, goldens: goldensOf(name), ...options }))('$title', ({ run }) => run());
  });

  describe.each(['bert-base-uncased', 'bert-base-cased'])('%s from vocab.txt', (name) => {
    const vocab = readShared(`weights/tokenizers/${name}/vocab.txt`);
    const open = () => tokenizerFromVocab(vocab, { lowercase: name === 'bert-base-uncased' });
    it.each(testTokenizer({ open, goldens: goldensOf(name), lacks, randomTexts: 0 }))('$title', ({ run }) => run());
  });
});

/** The file merges `▁▁` before anything else, which Llama's own does not: spaces in a row come out differently. */
const hasSpacesInARow = (text: string) => /^[ ▁]|[ ▁]{2}/.test(text);

describeWith([shared], "Llama 2's tokenizer elsewhere", () => {
  const load = () => tokenizerFromJson(readShared('weights/tokenizers/llama2-32k/tokenizer.json'));
  const golden = (file: string) => readShared(`weights/tokenizers/golden/${file}`);

  it('encodes as in transformers.js', () => {
    const tokenizer = load();
    const cases = JSON.parse(golden('transformersjs_llama.json')) as Record<
      string,
      Record<string, { text: string; ids: number[] }>
    >;
    const { LLAMA_SPECIAL_TOKENS: _, ...others } = cases['Xenova/llama-tokenizer'];
    for (const [name, { text, ids }] of Object.entries(others)) {
      if (!hasSpacesInARow(text)) expect([...tokenizer.encode(text).ids], name).toEqual(ids);
    }
  });

  it('encodes as in llama.cpp', () => {
    const tokenizer = load();
    const texts = golden('ggml-vocab-llama-spm.gguf.inp').split('\n__ggml_vocab_test__\n').slice(0, -1);
    const lines = golden('ggml-vocab-llama-spm.gguf.out').split('\n');
    for (const [i, text] of texts.entries()) {
      if (hasSpacesInARow(text)) continue;
      const { ids } = tokenizer.encode(text, { addSpecialTokens: false });
      expect([...ids].join(' '), JSON.stringify(text)).toBe(lines[i].trim());
    }
  });
});
