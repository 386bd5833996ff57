import { describe, expect, it } from 'vitest';
import { describeWith } from '../../test/needs';
import { readShared, shared } from '../../test/shared';
import { smallJson, smallTokenizer } from '../../test/small';
import type { EncodeOptions } from '../encode/options';
import { trainBpe } from '../training/train-bpe';
import { bpeFromJson, tokenizerFromJson, wordPieceFromJson } from './from-json';

describe('encode', () => {
  const tokenizer = smallTokenizer();

  it('gives the pieces, where they are, and what they are', () => {
    const encoding = tokenizer.encode('Registered  nürse [MASK]!');
    expect(encoding.tokens).toEqual(['[CLS]', 'regis', '##tered', 'nurse', '[MASK]', '!', '[SEP]']);
    expect([...encoding.offsets]).toEqual([0, 0, 0, 5, 5, 10, 12, 17, 18, 24, 24, 25, 0, 0]);
    expect([...encoding.wordIds]).toEqual([-1, 0, 0, 1, 2, 3, -1]);
    expect([...encoding.specialTokensMask]).toEqual([1, 0, 0, 0, 0, 0, 1]);
    expect([...encoding.attentionMask]).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(encoding.ids[4]).toBe(tokenizer.maskId);
  });

  it('takes a lone surrogate for U+FFFD, which is dropped, and counts it in offsets', () => {
    const { tokens, offsets } = tokenizer.encode('\ud835nurse\udc1a and');
    expect(tokens).toEqual(['[CLS]', 'nurse', 'and', '[SEP]']);
    expect([...offsets]).toEqual([0, 0, 1, 6, 8, 11, 0, 0]);
  });

  it('lower-cases sigma to σ wherever it stands', () => {
    expect(tokenizer.encode('Σ').tokens[1]).toBe('σ');
  });

  it('leaves special tokens out on request', () => {
    expect(tokenizer.encode('nurse', { addSpecialTokens: false }).tokens).toEqual(['nurse']);
    expect([...tokenizer.encodeBatch(['nurse', ''], { addSpecialTokens: false }).starts]).toEqual([0, 1, 1]);
  });

  it('pads what overflowed too', () => {
    const truncation = { maxLength: 4, stride: 1 };
    const { ids, overflowing } = tokenizer.encode('a b c d e', { truncation, padding: { length: 5 } });
    expect([...ids]).toEqual([2, 5, 6, 3, 0]);
    expect(overflowing.map((part) => part.tokens)).toEqual([
      ['[CLS]', 'b', 'c', '[SEP]', '[PAD]'],
      ['[CLS]', 'c', 'd', '[SEP]', '[PAD]'],
      ['[CLS]', 'd', 'e', '[SEP]', '[PAD]'],
    ]);
    expect([...overflowing[2].attentionMask]).toEqual([1, 1, 1, 1, 0]);
  });

  it('combines the overflow of both texts of a pair in the reference’s order', () => {
    const { overflowing } = tokenizer.encodePair('a b c', 'd e f', { truncation: { maxLength: 7 } });
    expect(overflowing.map((part) => part.tokens.filter((token) => token.length === 1).join(''))).toEqual([
      'cde',
      'cf',
      'abf',
    ]);
  });
});

describe('arguments', () => {
  const tokenizer = smallTokenizer();
  const encode = (options: unknown) => () => tokenizer.encode('a', options as EncodeOptions);

  it.each([
    [{ truncation: { maxLength: -1 } }, 'ARGUMENT_INVALID', 'encode: maxLength expected an integer ≥ 2, got -1'],
    [{ truncation: { maxLength: 2.5 } }, 'ARGUMENT_INVALID', 'encode: maxLength expected an integer ≥ 2, got 2.5'],
    [
      { max_length: 8 },
      TypeError,
      'encode: expected options that it knows, got max_length; did you mean truncation: { maxLength: … }?',
    ],
    [
      { add_special_tokens: false },
      TypeError,
      'encode: expected options that it knows, got add_special_tokens; did you mean addSpecialTokens?',
    ],
    [
      { truncation: { maxLength: 8, strat: 'only_first' } },
      TypeError,
      'encode: expected options that it knows, got strat; did you mean strategy?',
    ],
    [{ truncation: {} }, TypeError, 'encode: maxLength expected an integer ≥ 2, got undefined'],
    [{ truncation: true }, TypeError, 'encode: truncation expected false or an object, got true'],
    [
      { truncation: { maxLength: 8, stride: -1 } },
      'ARGUMENT_INVALID',
      'encode: stride expected an integer ≥ 0, got -1',
    ],
    [
      { truncation: { maxLength: 8, strategy: 'longest' } },
      'ARGUMENT_INVALID',
      'encode: strategy expected one of longest_first, only_first, only_second; got "longest"',
    ],
    [{ padding: { length: '8' } }, TypeError, 'encode: padding.length expected an integer ≥ 0, got "8"'],
    [{ padding: { direction: 'up' } }, 'ARGUMENT_INVALID', 'encode: direction expected one of right, left; got "up"'],
    [{ addSpecialTokens: 1 }, TypeError, 'encode: addSpecialTokens expected a boolean, got 1'],
    [512, TypeError, 'encode: options expected an object, got 512'],
    [null, TypeError, 'encode: options expected an object, got null'],
  ])('%j', (options, kind, message) => {
    const error = typeof kind === 'string' ? expect.objectContaining({ name: 'AttuneError', code: kind }) : kind;
    expect(encode(options)).toThrow(error);
    expect(encode(options)).toThrow(message);
  });

  it('must be text', () => {
    const untyped = tokenizer as unknown as Record<string, (...values: unknown[]) => unknown>;
    expect(() => untyped.encode(5)).toThrow(new TypeError('encode: text expected a string, got 5'));
    expect(() => untyped.encodePair('a', null)).toThrow(
      new TypeError('encodePair: second expected a string, got null'),
    );
    expect(() => untyped.encodeWords('a b')).toThrow('encodeWords: words expected an array of strings, got "a b"');
    expect(() => untyped.encodeBatch(['a', undefined])).toThrow(
      'encodeBatch: texts[1] expected a string, got undefined',
    );
  });

  it('must leave room for special tokens, of which a pair has more', () => {
    const truncation = { maxLength: 2 };
    expect(tokenizer.encode('a', { truncation }).tokens).toEqual(['[CLS]', '[SEP]']);
    expect(() => tokenizer.encodePair('a', 'b', { truncation })).toThrow(
      'encodePair: maxLength expected an integer ≥ 3',
    );
    expect(tokenizer.encode('a', { truncation: { maxLength: 0 }, addSpecialTokens: false }).tokens).toEqual([]);
  });
});

describe('ids and tokens', () => {
  const tokenizer = smallTokenizer();

  it('know the special tokens, and the rows an embedding needs', () => {
    const { padId, unkId, clsId, sepId, maskId } = tokenizer;
    expect([padId, unkId, clsId, sepId, maskId]).toEqual([0, 1, 2, 3, 4]);
    expect(tokenizer.idToToken(tokenizer.vocabSize - 1)).toBe("'");
    expect(tokenizer.idToToken(tokenizer.vocabSize)).toBeUndefined();
    expect(tokenizer.tokenToId('nobody')).toBeUndefined();
  });

  it('decode, without ids that nothing has', () => {
    const { ids } = tokenizer.encode('engineer and nurse.');
    expect(tokenizer.decode([...ids, 99999, -1])).toBe('engineer and nurse.');
    expect(tokenizer.decode(ids, { skipSpecialTokens: false })).toBe('[CLS] engineer and nurse. [SEP]');
  });

  it('decode bigints, which onnxruntime returns', () => {
    const { ids } = tokenizer.encode('engineer and nurse.');
    const bigints = BigInt64Array.from(ids, BigInt);
    expect(tokenizer.decode(bigints)).toBe('engineer and nurse.');
    expect(tokenizer.decode([...bigints, 99999n, -1n, 2n ** 64n])).toBe('engineer and nurse.');
    expect(tokenizer.decodeBatch([bigints, ids, Float32Array.from(ids), []])).toEqual([
      ...new Array(3).fill('engineer and nurse.'),
      '',
    ]);
    const stream = tokenizer.decodeStream();
    expect(Array.from(bigints, (id) => stream.push(id)).join('') + stream.end()).toBe('engineer and nurse.');
    expect(tokenizer.idToToken(2n)).toBe('[CLS]');
  });

  it.each<[string, unknown, string]>([
    ['decode', [[2, 3]], 'ids[0] expected an integer, got an array; for several lists of ids use decodeBatch'],
    [
      'decode',
      [Int32Array.of(2)],
      'ids[0] expected an integer, got an Int32Array; for several lists of ids use decodeBatch',
    ],
    ['decode', 5, 'ids expected an array of ids, got 5; write [5]'],
    ['decode', 5n, 'ids expected an array of ids, got 5; write [5]'],
    ['decode', [2, '1'], 'ids[1] expected an integer, got "1"; convert it: Number(…)'],
    ['decode', [2, 54.5], 'ids[1] expected an integer, got 54.5; pass the ids of tokens, not their scores'],
    [
      'decode',
      Float32Array.of(Number.NaN),
      'ids[0] expected an integer, got NaN; pass the ids of tokens, not their scores',
    ],
    ['decode', [2, undefined], 'ids[1] expected an integer, got undefined; remove it'],
    ['decode', null, 'ids expected an array of ids, got null'],
    ['decode', undefined, 'ids expected an array of ids, got undefined'],
    ['decode', '12', 'ids expected an array of ids, got "12"'],
    ['decode', { ids: [2] }, 'ids expected an array of ids, got an object; pass its ids'],
    [
      'decode',
      { dims: [1, 1], data: BigInt64Array.of(2n) },
      'ids expected an array of ids, got an object; pass its data',
    ],
    ['decode', Promise.resolve([2]), 'ids expected an array of ids, got a promise; await it'],
    ['decodeBatch', [[2], 2], 'batch[1] expected an array of ids, got 2; for one list of ids use decode'],
    [
      'decodeBatch',
      Int32Array.of(2),
      'batch expected an array of lists of ids, got an Int32Array; for one list of ids use decode',
    ],
    [
      'decodeBatch',
      [[2], [3, 0.5]],
      'batch[1][1] expected an integer, got 0.5; pass the ids of tokens, not their scores',
    ],
    ['decodeBatch', [[[2]]], 'batch[0][0] expected an integer, got an array; flatten it: ids.flat()'],
  ])('decode nothing else: %s of %s', (name, ids, message) => {
    const untyped = tokenizer as unknown as Record<string, (ids: unknown) => unknown>;
    expect(() => untyped[name](ids)).toThrow(new TypeError(`${name}: ${message}`));
  });

  it('decode with options that they know', () => {
    const { ids } = tokenizer.encode('nurse');
    const options = { skip_special_tokens: false } as never;
    const message = 'expected options that it knows, got skip_special_tokens; did you mean skipSpecialTokens?';
    expect(() => tokenizer.decode(ids, options)).toThrow(new TypeError(`decode: ${message}`));
    expect(() => tokenizer.decodeBatch([ids], options)).toThrow(new TypeError(`decodeBatch: ${message}`));
    expect(() => tokenizer.decodeStream(options)).toThrow(new TypeError(`decodeStream: ${message}`));
    expect(() => tokenizer.decodeStream({ cleanUpTokenizationSpaces: true } as never)).toThrow(
      'decodeStream: expected options that it knows, got cleanUpTokenizationSpaces; it knows skipSpecialTokens',
    );
    expect(() => tokenizer.decode(ids, { cleanUpTokenizationSpaces: 'no' } as never)).toThrow(
      new TypeError('decode: cleanUpTokenizationSpaces expected a boolean, got "no"'),
    );
    expect(() => tokenizer.decode(ids, false as never)).toThrow('decode: options expected an object, got false');
    expect(tokenizer.decode(ids, { skipSpecialTokens: undefined })).toBe('nurse');
    const { push } = tokenizer.decodeStream();
    expect(() => push(1.5)).toThrow(
      new TypeError('push: id expected an integer, got 1.5; pass the ids of tokens, not their scores'),
    );
    expect(() => push([1] as never)).toThrow('push: id expected an integer, got an array; push its ids one by one');
  });
});

describe('added tokens', () => {
  it('may be ordinary, normalized, and beyond the vocabulary', () => {
    const token = { id: 300, content: 'Node.JS', single_word: false, lstrip: false, rstrip: false, normalized: true };
    const added = [...(smallJson().added_tokens ?? []), { ...token, special: false }];
    const tokenizer = tokenizerFromJson(smallJson({ added_tokens: added }));
    const { ids, offsets } = tokenizer.encode('and node.js!');
    expect([...ids.subarray(2, 3)]).toEqual([300]);
    expect([...offsets.subarray(4, 6)]).toEqual([4, 11]);
    expect([...tokenizer.encodeBatch(['and node.js!']).ids]).toEqual([...ids]);
    expect(tokenizer.decode(ids)).toBe('and node.js!'); // what it was looked for as, as in the reference
    expect(tokenizer.vocabSize).toBe(301);
  });

  it('must not contradict the vocabulary', () => {
    const token = { content: 'nurse', special: false, id: 3 };
    expect(() => tokenizerFromJson(smallJson({ added_tokens: [token] }))).toThrow(
      /^tokenizer\.json: added_tokens\[0\]\.id expected \d+, its id in model\.vocab, got 3$/,
    );
    expect(() => tokenizerFromJson(smallJson({ added_tokens: [{ ...token, content: 'new' }] }))).toThrow(
      'added_tokens[0].id expected an id other than that of "[SEP]", got 3',
    );
  });
});

describe('post-processors', () => {
  it('BertProcessing is the template with [CLS] and [SEP]', () => {
    const bert = { type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] };
    const pair = tokenizerFromJson(smallJson({ post_processor: bert })).encodePair('a b', 'c');
    expect(pair).toEqual(smallTokenizer().encodePair('a b', 'c'));
    expect([...pair.typeIds]).toEqual([0, 0, 0, 0, 1, 1]);
  });

  it('none adds no special tokens', () => {
    const pair = tokenizerFromJson(smallJson({ post_processor: null })).encodePair('a b', 'c');
    expect(pair.tokens).toEqual(['a', 'b', 'c']);
    expect([...pair.typeIds]).toEqual([0, 0, 1]);
  });

  it('a template may begin with several ids and give any type', () => {
    const template = {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: { id: 'start', type_id: 2 } }, { Sequence: { id: 'A', type_id: 1 } }],
      pair: [{ Sequence: { id: 'B', type_id: 0 } }, { Sequence: { id: 'A', type_id: 1 } }],
      special_tokens: { start: { id: 'start', ids: [2, 4], tokens: ['[CLS]', '[MASK]'] } },
    };
    const tokenizer = tokenizerFromJson(smallJson({ post_processor: template }));
    expect(tokenizer.encode('nurse').tokens).toEqual(['[CLS]', '[MASK]', 'nurse']);
    expect([...tokenizer.encode('nurse').typeIds]).toEqual([2, 2, 1]);
    expect([...tokenizer.encodeBatch(['nurse']).ids]).toEqual([...tokenizer.encode('nurse').ids]);
    expect(tokenizer.encodePair('a', 'b').tokens).toEqual(['b', 'a']);
  });
});

describe('stages that are not supported', () => {
  const split = (pattern: string) => ({ type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated' });
  const unigram = (vocab: unknown, unk_id?: number) => ({ model: { type: 'Unigram', vocab, unk_id } });
  const charsmap = (map: unknown) => ({ normalizer: { type: 'Precompiled', precompiled_charsmap: map } });
  const cases: [Record<string, unknown>, string, string][] = [
    [{ normalizer: { type: 'Nmt' } }, 'normalizer type "Nmt"', 'TOKENIZER_UNSUPPORTED'],
    [charsmap(5), 'normalizer.precompiled_charsmap expected a string, got 5', 'TOKENIZER_INVALID'],
    [charsmap('no base64!'), "expected SentencePiece's character map in base64", 'TOKENIZER_INVALID'],
    [charsmap(btoa('\x08\0')), 'got "2 bytes with a trie of 0"', 'TOKENIZER_INVALID'],
    [charsmap(btoa('\x40\0\0\0abcd')), 'got "8 bytes with a trie of 64"', 'TOKENIZER_INVALID'],
    [charsmap(btoa('\x04\0\0\0\0\0\0\0\xff')), 'whose texts are UTF-8', 'TOKENIZER_INVALID'],
    [charsmap(btoa('\x04\0\0\0\x05\0\0\x80a\0')), 'got "place 5 of 2 bytes"', 'TOKENIZER_INVALID'],
    [{ pre_tokenizer: { type: 'ByteLevel' } }, 'pre_tokenizer type "ByteLevel"', 'TOKENIZER_UNSUPPORTED'],
    [{ model: { type: 'WordLevel', vocab: {} } }, 'model type "WordLevel"', 'TOKENIZER_UNSUPPORTED'],
    [unigram([['a', 0]]), 'model.unk_id expected the place of the unknown token', 'TOKENIZER_INVALID'],
    [unigram([['a', 0]], 1), 'in model.vocab, from 0 to 0, got 1', 'TOKENIZER_INVALID'],
    [unigram({ a: 0 }, 0), 'model.vocab expected an array, got object', 'TOKENIZER_INVALID'],
    [unigram(['a'], 0), 'model.vocab[0] expected an array, got "a"', 'TOKENIZER_INVALID'],
    [
      unigram([['a', '-1']], 0),
      'model.vocab[0][1] expected the score of the token, a number, got "-1"',
      'TOKENIZER_INVALID',
    ],
    [
      unigram(
        [
          ['a', -1],
          ['\ud800', -1],
        ],
        0,
      ),
      'model.vocab[1][0] expected a token',
      'TOKENIZER_INVALID',
    ],
    [
      { ...unigram([['a', 0]], 0), pre_tokenizer: { type: 'ByteLevel' } },
      'pre_tokenizer type "ByteLevel" before a Unigram model is not supported',
      'TOKENIZER_UNSUPPORTED',
    ],
    [{ model: { merges: [], vocab: {}, dropout: 0.1 } }, 'model.dropout 0.1 is not supported', 'TOKENIZER_UNSUPPORTED'],
    [{ model: { merges: ['a b c'], vocab: { a: 0 } } }, 'model.merges[0] expected "left right"', 'TOKENIZER_INVALID'],
    [{ model: { merges: ['a b'], vocab: { a: 0 } } }, 'expected tokens of model.vocab, got "b"', 'TOKENIZER_INVALID'],
    [{ model: { merges: [], vocab: {}, unk_token: 'u' } }, 'model.unk_token expected a token', 'TOKENIZER_INVALID'],
    [{ pre_tokenizer: split('(?<=a)b') }, 'pre_tokenizer.pattern "(?<=a)b"', 'TOKENIZER_UNSUPPORTED'],
    [{ pre_tokenizer: split('\\bword') }, 'pre_tokenizer.pattern', 'TOKENIZER_UNSUPPORTED'],
    [{ pre_tokenizer: split('a++') }, 'pre_tokenizer.pattern "a++"', 'TOKENIZER_UNSUPPORTED'],
    [{ pre_tokenizer: split('(?i:straße)') }, 'pre_tokenizer.pattern', 'TOKENIZER_UNSUPPORTED'],
    [{ pre_tokenizer: split('a*') }, 'pre_tokenizer.pattern "a*"', 'TOKENIZER_UNSUPPORTED'],
    [{ pre_tokenizer: { type: 'UnicodeScripts' } }, 'pre_tokenizer type "UnicodeScripts"', 'TOKENIZER_UNSUPPORTED'],
    [
      { normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Nmt' }] } },
      'normalizer type "Nmt"',
      'TOKENIZER_UNSUPPORTED',
    ],
    [{ decoder: { type: 'CTC' } }, 'decoder type "CTC"', 'TOKENIZER_UNSUPPORTED'],
    [
      { post_processor: { type: 'RobertaProcessing' } },
      'post_processor.cls expected an array, got undefined',
      'TOKENIZER_INVALID',
    ],
    [{ decoder: { type: 'Metaspace' } }, 'decoder.replacement expected a string', 'TOKENIZER_INVALID'],
    [{ version: '2.0' }, 'version "2.0"', 'TOKENIZER_UNSUPPORTED'],
    [
      { post_processor: { type: 'TemplateProcessing', single: [], pair: [], special_tokens: {} } },
      'post_processor.single with the sequences (none) is not supported; supported: A, once each',
      'TOKENIZER_UNSUPPORTED',
    ],
    [
      { post_processor: { type: 'TemplateProcessing', single: [{ SpecialToken: { id: 'x' } }], special_tokens: {} } },
      'post_processor.special_tokens["x"] expected an object, got undefined',
      'TOKENIZER_INVALID',
    ],
    [{ model: undefined }, 'model expected an object, got undefined', 'TOKENIZER_INVALID'],
    [{ model: { type: 'WordPiece', vocab: { a: 0 } } }, 'model.unk_token expected', 'TOKENIZER_INVALID'],
    [
      { model: { type: 'WordPiece', vocab: { a: -1 } } },
      'model.vocab["a"] expected a whole number',
      'TOKENIZER_INVALID',
    ],
    [{ model: { type: 'WordPiece', vocab: { a: 1, b: 1 } } }, 'an id other than that of "a"', 'TOKENIZER_INVALID'],
    [{ truncation: { max_length: 'x', strategy: 'LongestFirst' } }, 'truncation.max_length', 'TOKENIZER_INVALID'],
    [
      { truncation: { max_length: 8, strategy: 'Longest' } },
      'truncation.strategy expected one of',
      'TOKENIZER_INVALID',
    ],
    [{ padding: { strategy: 'Fixed' } }, 'padding.strategy expected', 'TOKENIZER_INVALID'],
    [{ added_tokens: {} }, 'added_tokens expected an array', 'TOKENIZER_INVALID'],
    [
      { added_tokens: [{ id: 5, content: 5 }] },
      'added_tokens[0].content expected a string, got 5',
      'TOKENIZER_INVALID',
    ],
  ];
  it.each(cases)('%j', (changes, message, code) => {
    const load = () => tokenizerFromJson(smallJson(changes));
    expect(load).toThrow(message);
    expect(load).toThrow(expect.objectContaining({ name: 'AttuneError', code }));
  });

  it('text that is no JSON', () => {
    const load = () => tokenizerFromJson('{"model": {"vo');
    expect(load).toThrow(expect.objectContaining({ name: 'AttuneError', code: 'TOKENIZER_NOT_JSON' }));
    expect(() => tokenizerFromJson('[]')).toThrow('tokenizer.json: the file expected an object, got an array');
  });
});

describe('toJson', () => {
  it('is a copy of what was loaded', () => {
    const json = smallJson({ truncation: { max_length: 9, strategy: 'OnlyFirst', stride: 2 }, extra: [1] });
    const tokenizer = tokenizerFromJson(JSON.stringify(json));
    expect(tokenizer.toJson()).toEqual(json);
    tokenizer.toJson().model.vocab = {};
    expect(tokenizer.toJson()).toEqual(json);
  });
});

describeWith([shared], 'a file with truncation and padding', () => {
  const text = readShared('weights/minilm-l6/tokenizer.json');
  const load = () => tokenizerFromJson(text);
  const long = 'Forklift operator, night shift. '.repeat(60);

  it('has them honored', () => {
    const short = load().encode('Forklift operator');
    expect(short.ids.length).toBe(128);
    expect(short.attentionMask.reduce((sum, value) => sum + value)).toBe(5);
    expect([...short.ids.subarray(0, 6)]).toEqual([101, 9292, 18412, 6872, 102, 0]);
    expect(load().encode(long).ids.length).toBe(128);
    expect(load().encode(long).overflowing.length).toBeGreaterThan(1);
  });

  it('has them overridden', () => {
    const off = { truncation: false, padding: false } as const;
    expect(load().encode('Forklift operator', off).ids.length).toBe(5);
    expect(load().encode(long, off).ids.length).toBeGreaterThan(400);
    expect(load().encode(long, { truncation: { maxLength: 16 }, padding: false }).ids.length).toBe(16);
  });

  it('has a batch truncated, and padded only on request', () => {
    const { starts } = load().encodeBatch(['Forklift operator', long]);
    expect([...starts]).toEqual([0, 5, 133]);
    expect(load().encodeBatch(['Forklift operator', long], { truncation: false }).starts[2]).toBeGreaterThan(400);
    expect([...load().encodeBatch(['Forklift operator', long], { padding: {} }).starts]).toEqual([0, 128, 256]);
  });

  it('keeps them', () => {
    expect(load().toJson()).toEqual(JSON.parse(text));
  });
});

describe('wordPieceFromJson', () => {
  it('is tokenizerFromJson for BERT', () => {
    const text = 'Engineering, [MASK] Café 中文';
    expect(wordPieceFromJson(smallJson()).encode(text)).toEqual(tokenizerFromJson(smallJson()).encode(text));
  });

  it.each([
    [{ normalizer: null }, 'normalizer type "null"'],
    [{ pre_tokenizer: { type: 'Whitespace' } }, 'pre_tokenizer type "Whitespace"'],
    [{ model: { type: 'BPE', vocab: {}, merges: [] } }, 'model type "BPE"'],
    [{ decoder: { type: 'ByteLevel' } }, 'decoder type "ByteLevel"'],
  ])('refuses other stages: %j', (changes, message) => {
    expect(() => wordPieceFromJson(smallJson(changes))).toThrow(message);
  });
});

describe('bpeFromJson', () => {
  const texts = ['Night nurse wanted', 'Nursing assistant, nights', 'Café 中文 👩‍👩‍👧'];

  it.each(['byte-level', 'metaspace'] as const)('is tokenizerFromJson for BPE, %s', (style) => {
    const json = trainBpe(texts, { vocabSize: 400, style }).toJson();
    const options = { offsets: true } as const;
    expect(bpeFromJson(json).encodeBatch(texts, options)).toEqual(tokenizerFromJson(json).encodeBatch(texts, options));
    expect(bpeFromJson(json).encode(texts[2])).toEqual(tokenizerFromJson(json).encode(texts[2]));
  });

  it.each([
    [{}, 'normalizer type "BertNormalizer"'],
    [{ normalizer: null }, 'pre_tokenizer type "BertPreTokenizer"'],
    [{ normalizer: null, pre_tokenizer: null }, 'model type "WordPiece"'],
  ])('refuses other stages: %j', (changes, message) => {
    expect(() => bpeFromJson(smallJson(changes))).toThrow(message);
  });
});
