import type { SpecialTokens } from '../tokenizer';
import type { Piece, SentencePieceModel } from './model-file';

/** Settings of a `tokenizer_config.json` that affect the conversion. */
export type ConversionSettings = Readonly<Record<string, unknown>>;

/** How a tokenizer class reads a SentencePiece model: its ids, special tokens and stages. */
export interface Family {
  /** `model_type` of its models in `config.json`. */
  readonly modelTypes: readonly string[];
  /** Tokens in the order of their ids. */
  vocabulary(model: SentencePieceModel): readonly Scored[];
  readonly unkId?: number;
  readonly byteFallback?: boolean;
  /** Special tokens by role, with `bos` and `eos` if there is no `cls` and `sep`, in the order in which they are added. */
  readonly specialTokens: Readonly<Partial<Record<Role, string>>>;
  /** Further special tokens. */
  readonly additional?: readonly string[];
  /** Flags of special tokens, by role, that differ from the usual ones. */
  readonly flags?: Readonly<Partial<Record<Role, { readonly lstrip?: boolean; readonly normalized?: boolean }>>>;
  normalizer(characters: readonly object[], settings: ConversionSettings): object | null;
  preTokenizer(settings: ConversionSettings): object | null;
  decoder(settings: ConversionSettings): object;
  /** Templates of a text and a pair: special tokens by role, `A` and `B`, each with its type id. */
  template(settings: ConversionSettings): Template;
}

export type Scored = Pick<Piece, 'text' | 'score'>;
export type Role = 'bos' | 'eos' | 'unk' | 'sep' | 'pad' | 'cls' | 'mask';
export type TemplatePart = readonly [Role | 'A' | 'B', number];

export interface Template {
  readonly single: readonly TemplatePart[];
  readonly pair: readonly TemplatePart[];
}

/** Names of the roles in `SpecialTokens`. */
export const roleNames: Readonly<Partial<Record<Role, keyof SpecialTokens>>> = {
  unk: 'unkToken',
  sep: 'sepToken',
  pad: 'padToken',
  cls: 'clsToken',
  mask: 'maskToken',
};

const mark = '▁';
const metaspace = (scheme = 'always', split = true) => ({
  type: 'Metaspace',
  replacement: mark,
  prepend_scheme: scheme,
  split,
});
const sequence = (normalizers: readonly object[]) => ({ type: 'Sequence', normalizers });
const replace = (pattern: object, content: string) => ({ type: 'Replace', pattern, content });
const spacesBy = (content: string) => replace({ Regex: ' {2,}' }, content);
const strip = (left: boolean) => ({ type: 'Strip', strip_left: left, strip_right: true });
const zero = (text: string): Scored => ({ text, score: 0 });

/** A boolean setting. */
export function isSet(settings: ConversionSettings, name: string, fallback: boolean): boolean {
  const value = settings[name];
  return typeof value === 'boolean' ? value : fallback;
}

/** The special tokens of fairseq's vocabularies. */
export const fairseqTokens = {
  ...{ bos: '<s>', eos: '</s>', unk: '<unk>', sep: '</s>', pad: '<pad>', cls: '<s>', mask: '<mask>' },
} as const;

const bertTemplate: Template = {
  single: [
    ['cls', 0],
    ['A', 0],
    ['sep', 0],
  ],
  pair: [
    ['cls', 0],
    ['A', 0],
    ['sep', 0],
    ['B', 1],
    ['sep', 1],
  ],
};

/** Ids of fairseq: its special tokens come before the pieces. */
const fairseq = {
  unkId: 3,
  specialTokens: fairseqTokens,
  flags: { mask: { lstrip: true } },
  normalizer: (characters) => sequence([...characters, strip(false), spacesBy(mark)]),
  preTokenizer: () => metaspace(),
  decoder: () => metaspace(),
  template: () => ({
    single: bertTemplate.single,
    pair: [...bertTemplate.single, ['sep', 0], ['B', 0], ['sep', 0]],
  }),
} as const satisfies Partial<Family>;

const xlmRoberta: Family = {
  ...fairseq,
  modelTypes: ['xlm-roberta'],
  vocabulary: ({ pieces }) => [...['<s>', '<pad>', '</s>', '<unk>'].map(zero), ...pieces.slice(3), zero('<mask>')],
};

const notUsed = ['<s>NOTUSED', '</s>NOTUSED', '<unk>NOTUSED'];

const camembert: Family = {
  ...fairseq,
  modelTypes: ['camembert'],
  additional: notUsed,
  vocabulary: ({ pieces }) => [
    ...['<s>NOTUSED', '<pad>', '</s>NOTUSED', '<unk>'].map(zero),
    { text: '<unk>NOTUSED', score: -100 },
    ...pieces.slice(1),
    zero('<mask>'),
  ],
};

const albert: Family = {
  modelTypes: ['albert'],
  vocabulary: ({ pieces }) =>
    pieces.map(({ text, score }) => ({ text, score: /\p{Nd},$/u.test(text) ? score - 100 : score })),
  specialTokens: {
    ...{ bos: '[CLS]', eos: '[SEP]', unk: '<unk>', sep: '[SEP]', pad: '<pad>', cls: '[CLS]', mask: '[MASK]' },
  },
  flags: { mask: { lstrip: true } },
  normalizer: (characters, settings) =>
    sequence([
      ...['``', "''"].map((quotes) => replace({ String: quotes }, '"')),
      ...(isSet(settings, 'keep_accents', false) ? [] : [{ type: 'NFKD' }, { type: 'StripAccents' }]),
      ...(isSet(settings, 'do_lower_case', true) ? [{ type: 'Lowercase' }] : []),
      ...characters,
      spacesBy(' '),
    ]),
  preTokenizer: () => metaspace(),
  decoder: () => metaspace(),
  template: () => bertTemplate,
};

const deberta: Family = {
  modelTypes: ['deberta-v2'],
  vocabulary: ({ pieces }) => pieces,
  specialTokens: {
    ...{ bos: '[CLS]', eos: '[SEP]', unk: '[UNK]', sep: '[SEP]', pad: '[PAD]', cls: '[CLS]', mask: '[MASK]' },
  },
  flags: { unk: { normalized: true } },
  normalizer: (characters, settings) =>
    sequence([
      ...(isSet(settings, 'do_lower_case', false) ? [{ type: 'Lowercase' }] : []),
      strip(true),
      ...characters,
      spacesBy(' '),
    ]),
  preTokenizer: (settings) => ({
    type: 'Sequence',
    pretokenizers: [
      ...(isSet(settings, 'split_by_punct', false) ? [{ type: 'Punctuation', behavior: 'Isolated' }] : []),
      metaspace(),
    ],
  }),
  decoder: () => metaspace(),
  template: () => bertTemplate,
};

const llama: Family = {
  modelTypes: ['llama', 'mistral'],
  byteFallback: true,
  unkId: 0,
  vocabulary: ({ pieces }) => [...pieces.slice(0, 3).map(({ text }) => zero(text)), ...pieces.slice(3)],
  specialTokens: { bos: '<s>', eos: '</s>', unk: '<unk>' },
  normalizer(_, settings) {
    if (!isSet(settings, 'legacy', true)) return null;
    const prefix = isSet(settings, 'add_prefix_space', true) ? [{ type: 'Prepend', prepend: mark }] : [];
    return sequence([...prefix, replace({ String: ' ' }, mark)]);
  },
  preTokenizer(settings) {
    if (isSet(settings, 'legacy', true)) return null;
    return metaspace(isSet(settings, 'add_prefix_space', true) ? 'first' : 'never', false);
  },
  decoder: (settings) => ({
    type: 'Sequence',
    decoders: [
      replace({ String: mark }, ' '),
      { type: 'ByteFallback' },
      { type: 'Fuse' },
      ...(isSet(settings, 'add_prefix_space', true) ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : []),
    ],
  }),
  template(settings) {
    const part = (text: 'A' | 'B', typeId: number): TemplatePart[] => [
      ...(isSet(settings, 'add_bos_token', true) ? [['bos', typeId] as const] : []),
      [text, typeId],
      ...(isSet(settings, 'add_eos_token', false) ? [['eos', typeId] as const] : []),
    ];
    return { single: part('A', 0), pair: [...part('A', 0), ...part('B', 1)] };
  },
};

/** Families by class name, without `Tokenizer` and `TokenizerFast`. */
export const families: Readonly<Record<string, Family>> = {
  XLMRoberta: xlmRoberta,
  Camembert: camembert,
  Albert: albert,
  DebertaV2: deberta,
  Llama: llama,
};
