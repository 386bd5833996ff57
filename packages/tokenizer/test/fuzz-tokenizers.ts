import { characterMap } from './character-map';
import { readShared } from './shared';

type Json = Record<string, unknown> & { model: Record<string, unknown> };

const load = (path: string) => JSON.parse(readShared(`weights/${path}/tokenizer.json`)) as Json;
const typed = (type: string) => ({ type });
const normalizers = (...stages: object[]) => ({ type: 'Sequence', normalizers: stages });
const preTokenizers = (...stages: object[]) => ({ type: 'Sequence', pretokenizers: stages });
const split = (pattern: object, behavior: string, invert = false) => ({ type: 'Split', pattern, behavior, invert });
const bytes = (prefix: boolean, regex: boolean, trim = true) => ({
  type: 'ByteLevel',
  add_prefix_space: prefix,
  use_regex: regex,
  trim_offsets: trim,
});
const metaspace = (scheme: string, cut: boolean) => ({
  type: 'Metaspace',
  replacement: '▁',
  prepend_scheme: scheme,
  split: cut,
});
const withModel = (json: Json, changes: object): Json => ({ ...json, model: { ...json.model, ...changes } });
const qwen =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const generic = "(?i:'s|'t|'re)|[^\\r\\n\\s]?[a-zé]+|[0-9]{1,2}|\\s+|.[a-z\\-]*?x";

/** The `tokenizer.json` in the style of each family: Unigram with character maps, and byte-level BPE. */
export function styleTokenizers(): [string, Json][] {
  const styles = ['albert', 'deberta-v3', 'gemma', 'modernbert', 'qwen', 'roberta', 'smollm', 'xlmr'];
  return styles.map((name) => [`${name}-style`, load(`tokenizers/${name}-style`)]);
}

/** The `tokenizer.json` of every tokenizer there is, and variants that take each stage through its settings. */
export function fuzzTokenizers(): [string, Json][] {
  const gpt2 = load('tokenizers/gpt2-style');
  const llama2 = load('tokenizers/llama2-32k');
  const llama3 = load('tokenizers/llama3-style');
  const stories = withModel(load('stories260K'), { unk_token: '<unk>' });
  const unknown = withModel(stories, { byte_fallback: false });
  const styles = Object.fromEntries(styleTokenizers());
  const xlmr = styles['xlmr-style'];
  const precompiled = (xlmr.normalizer as { normalizers: object[] }).normalizers[0];
  const small = withModel({ ...unknown, normalizer: null, pre_tokenizer: typed('Whitespace') }, {});
  return Object.entries({
    'bert-base-uncased': load('tokenizers/bert-base-uncased'),
    'bert-base-cased': load('tokenizers/bert-base-cased'),
    'gpt2-style': gpt2,
    'llama2-32k': llama2,
    'llama3-style': llama3,
    stories260K: load('stories260K'),
    ...styles,
    'Unigram as transformers converts it': {
      ...xlmr,
      normalizer: normalizers(
        precompiled,
        { type: 'Strip', strip_left: false, strip_right: true },
        { type: 'Replace', pattern: { Regex: ' {2,}' }, content: '▁' },
      ),
      pre_tokenizer: { type: 'Metaspace', replacement: '▁', add_prefix_space: true },
      decoder: { type: 'Metaspace', replacement: '▁', add_prefix_space: true },
    },
    'Unigram behind punctuation': {
      ...xlmr,
      normalizer: normalizers({ type: 'Strip', strip_left: true, strip_right: true }, precompiled, typed('Lowercase')),
      pre_tokenizer: preTokenizers({ type: 'Punctuation', behavior: 'Isolated' }, metaspace('first', true)),
    },
    'a character map of its own': {
      ...xlmr,
      normalizer: { type: 'Precompiled', precompiled_charsmap: characterMap(ownRules) },
    },
    'Unigram without words': { ...xlmr, pre_tokenizer: null },
    'Unigram, one word, first': {
      ...xlmr,
      pre_tokenizer: metaspace('first', false),
      decoder: metaspace('first', false),
    },
    'Unigram, never prefixed': { ...xlmr, pre_tokenizer: metaspace('never', true), decoder: metaspace('never', true) },
    'Unigram with bytes': withModel(xlmr, { byte_fallback: true, vocab: [...scored(xlmr), ...byteTokens] }),
    'Unigram with some bytes': withModel(xlmr, {
      byte_fallback: true,
      vocab: [...scored(xlmr), ...byteTokens.slice(0, 0xe3)],
    }),
    'Unigram with ties': { ...withModel(xlmr, { unk_id: 2, vocab: tiedVocabulary }), added_tokens: [] },
    'Unigram of positive scores': {
      ...withModel(xlmr, {
        unk_id: 0,
        vocab: [
          ['<unk>', 30],
          ['ab', 20],
          ['x', 25],
          ['xx', 60],
          ['n', 20],
          ['ur', 99],
        ],
      }),
      ...{ added_tokens: [], post_processor: null },
    },
    'byte-level with a prefix': { ...gpt2, pre_tokenizer: bytes(true, true) },
    'byte-level without words': {
      ...gpt2,
      pre_tokenizer: bytes(true, false),
      post_processor: bytes(false, true),
    },
    'byte-level, not trimmed': { ...gpt2, post_processor: bytes(false, true, false) },
    RoBERTa: { ...gpt2, pre_tokenizer: bytes(true, true), post_processor: roberta },
    Qwen: {
      ...llama3,
      normalizer: typed('NFC'),
      pre_tokenizer: preTokenizers(split({ Regex: qwen }, 'Isolated'), bytes(false, false)),
    },
    'another pattern': {
      ...llama3,
      pre_tokenizer: preTokenizers(split({ Regex: generic }, 'Removed', true), bytes(false, false)),
    },
    ...Object.fromEntries(['NFC', 'NFD', 'NFKC', 'NFKD'].map((form) => [form, { ...gpt2, normalizer: typed(form) }])),
    'NFKC and lower case': { ...gpt2, normalizer: normalizers(typed('NFKC'), typed('Lowercase')) },
    'NFD without accents': {
      ...gpt2,
      normalizer: normalizers(typed('NFD'), typed('StripAccents'), {
        type: 'Strip',
        strip_left: true,
        strip_right: true,
      }),
    },
    'BERT and replacements': {
      ...gpt2,
      normalizer: normalizers(
        { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
        { type: 'Replace', pattern: { String: 'e' }, content: 'éé' },
        { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
      ),
    },
    'metaspace, first': {
      ...llama2,
      normalizer: null,
      pre_tokenizer: metaspace('first', false),
      decoder: metaspace('first', false),
    },
    'metaspace, always': {
      ...llama2,
      normalizer: null,
      pre_tokenizer: metaspace('always', true),
      decoder: metaspace('always', true),
    },
    'metaspace, never': {
      ...llama2,
      normalizer: null,
      pre_tokenizer: metaspace('never', true),
      decoder: metaspace('never', true),
    },
    'metaspace behind whitespace': {
      ...llama2,
      normalizer: { type: 'Strip', strip_left: true, strip_right: false },
      pre_tokenizer: preTokenizers(typed('WhitespaceSplit'), metaspace('first', true)),
    },
    'unknown, fused': unknown,
    'unknown, each': withModel(unknown, { fuse_unk: false }),
    'unknown left out': withModel(unknown, { unk_token: null }),
    'some bytes': withModel(stories, { vocab: withoutBytes(stories.model.vocab as Record<string, number>) }),
    words: { ...stories, normalizer: null, pre_tokenizer: typed('Whitespace') },
    'punctuation and digits': {
      ...stories,
      normalizer: null,
      pre_tokenizer: preTokenizers(
        { type: 'Punctuation', behavior: 'MergedWithPrevious' },
        { type: 'Digits', individual_digits: true },
      ),
    },
    'runs of punctuation and digits': {
      ...stories,
      normalizer: null,
      pre_tokenizer: preTokenizers(
        { type: 'Punctuation', behavior: 'Contiguous' },
        { type: 'Digits', individual_digits: false },
      ),
    },
    'split before': { ...stories, normalizer: null, pre_tokenizer: split({ String: ' ' }, 'MergedWithNext') },
    'split behind': { ...stories, normalizer: null, pre_tokenizer: split({ String: 'a' }, 'MergedWithPrevious') },
    'split, inverted': { ...stories, normalizer: null, pre_tokenizer: split({ Regex: '[a-m ]+' }, 'Contiguous', true) },
    suffix: {
      ...withModel(small, { ...suffixed, end_of_word_suffix: '</w>' }),
      decoder: { type: 'BPEDecoder', suffix: '</w>' },
    },
    prefix: { ...withModel(small, { ...prefixed, continuing_subword_prefix: '##' }), decoder: null },
    'added tokens': {
      ...llama3,
      normalizer: typed('NFKD'),
      added_tokens: [
        ...(llama3.added_tokens as object[]),
        { id: 4000, content: 'nurse', ...flags, single_word: true, rstrip: true },
        { id: 4001, content: 'Ünder', ...flags },
      ],
    },
  });
}

/** Keys that begin clusters, end them and stand within them. */
const ownRules = {
  ...{
    a: 'b',
    'e\u0301': 'é',
    '\t': ' ',
    '\r': '',
    '\u0600': 'x',
    '\u200d': '',
    क: 'k',
    '\u0924': '',
    한: '',
    '™': 'TM',
  },
  ...{ '\u0301': '', ㅎ: '하', 𝔸: 'AA', '🇩': 'D', '😀': '', no: 'never', '\u11ab': '', 中: '中中中' },
};

const byteTokens = Array.from({ length: 256 }, (_, byte): [string, number] => [
  `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
  0,
]);

/** The vocabulary of a Unigram model, of which some is left out, so that more is unknown. */
function scored({ model }: Json): [string, number][] {
  return (model.vocab as [string, number][]).map(([token, score], id) => [id % 7 === 6 ? `${token}…` : token, score]);
}

/** Scores by length alone, so that most paths are as good as others; a token that comes twice. */
const tiedVocabulary = [
  ...['<s>', '</s>', '<unk>'].map((token) => [token, 0]),
  ...'▁abnursehto'.split('').map((token) => [token, -1]),
  ...['▁n', 'ab', 'ba', 'nu', 'ur', 'rs', 'se', 'th', 'he', '▁t', '▁▁', 'ab'].map((token) => [token, -2]),
  ...['urs', 'nur', '▁th', 'rse', 'aba', '<unk>n'].map((token) => [token, -3]),
];

const flags = { single_word: false, lstrip: true, rstrip: false, normalized: true, special: false };

const roberta = {
  type: 'RobertaProcessing',
  sep: ['<|endoftext|>', 0],
  cls: ['<|endoftext|>', 0],
  trim_offsets: true,
  add_prefix_space: true,
};

const special = { '<unk>': 0, '<s>': 1, '</s>': 2 };

const suffixed = {
  vocab: { ...special, a: 3, 'b</w>': 4, 'ab</w>': 5, 'a</w>': 6, b: 7, 'ba</w>': 9 },
  merges: [
    ['a', 'b</w>'],
    ['b', 'a</w>'],
  ],
};

const prefixed = {
  vocab: { ...special, a: 3, '##b': 4, ab: 5, '##a': 6, b: 7, ba: 9, abab: 10, '##ab': 11 },
  merges: [
    ['a', '##b'],
    ['b', '##a'],
    ['##a', '##b'],
    ['ab', '##ab'],
  ],
};

function withoutBytes(vocab: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(vocab).filter(([token]) => !/^<0x[8C]/.test(token)));
}
