import type { AddedTokenJson, TokenizerJson } from '../json/tokenizer-json';
import type { SpecialTokens } from '../tokenizer';
import { type ConversionSettings, type Family, type Role, roleNames, type Scored, type TemplatePart } from './families';
import { mergesOf } from './merges';
import type { Piece, SentencePieceModel } from './model-file';

/** A tokenizer converted from another format. */
export interface ConvertedTokenizer {
  /** Its `tokenizer.json`. */
  readonly path: string;
  readonly json: TokenizerJson;
  /** Special tokens of its class, by role. */
  readonly specialTokens: Partial<SpecialTokens>;
}

/**
 * Converts a SentencePiece model to a `tokenizer.json`, as a tokenizer class reads it.
 *
 * Reference: `convert_slow_tokenizer.py` of transformers 4.57, and the additions of its fast tokenizers.
 */
export function convertSentencePiece(
  model: SentencePieceModel,
  family: Family,
  settings: ConversionSettings,
): TokenizerJson {
  const vocabulary = family.vocabulary(model);
  const ids = new Map(vocabulary.map(({ text }, id) => [text, id]));
  const addedTokens = addedTokensOf(model.pieces, { ids, count: vocabulary.length }, family, settings);
  const { characterMap } = model;
  const characters = characterMap === '' ? [] : [{ type: 'Precompiled', precompiled_charsmap: characterMap }];
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens,
    normalizer: stage(family.normalizer(characters, settings)),
    pre_tokenizer: stage(family.preTokenizer(settings)),
    post_processor: stage(templateJson(family, settings, ids)),
    decoder: stage(family.decoder(settings)),
    model: modelJson(model, vocabulary, family),
  };
}

type StageJson = { type: string } | null;

const stage = (json: object | null) => json as StageJson;

function modelJson(model: SentencePieceModel, vocabulary: readonly Scored[], family: Family): TokenizerJson['model'] {
  const { unkId = model.unkId, byteFallback = false } = family;
  if (model.kind === 'unigram') {
    const vocab = vocabulary.map(({ text, score }) => [text, score] as const);
    return { type: 'Unigram', unk_id: unkId, vocab, byte_fallback: byteFallback };
  }
  const places = new Map(model.pieces.map(({ text }, id) => [text, id]));
  return {
    type: 'BPE',
    ...{ dropout: null, unk_token: model.unkPiece, continuing_subword_prefix: null, end_of_word_suffix: null },
    ...{ fuse_unk: true, byte_fallback: byteFallback, ignore_merges: false },
    vocab: Object.fromEntries(vocabulary.map(({ text }, id) => [text, id])),
    merges: mergesOf(vocabulary, places),
  };
}

/** An added token without its id. */
type Added = Omit<AddedTokenJson, 'id'>;

const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };

/** Special tokens and template of a tokenizer class. */
type Adding = Pick<Family, 'specialTokens' | 'flags' | 'additional'>;

/** The roles for which a class or the settings have a token, in the order in which they are added. */
function rolesOf({ specialTokens }: Adding, settings: ConversionSettings): Role[] {
  const all: readonly Role[] = ['bos', 'eos', 'unk', 'sep', 'pad', 'cls', 'mask'];
  return all.filter((role) => specialTokens[role] !== undefined || (settings[`${role}_token`] ?? null) !== null);
}

/**
 * Added tokens: pieces that are not text, user-defined pieces, those of `added_tokens_decoder` and of `added_tokens.json`, and the special tokens. Tokens
 * that the vocabulary lacks get new ids, which are added to `ids`.
 */
export function addedTokensOf(
  pieces: readonly Piece[],
  { ids, count }: { ids: Map<string, number>; count: number },
  family: Adding,
  settings: ConversionSettings,
): AddedTokenJson[] {
  let next = count;
  const tokens = new Map<number, AddedTokenJson>();
  const add = (token: Added, given?: number) => {
    const id = given ?? ids.get(token.content) ?? next;
    next = Math.max(next, id + 1);
    ids.set(token.content, id);
    tokens.set(id, { id, ...token });
  };
  for (const { text, kind } of pieces) {
    if (kind !== 'other') add({ ...plain, content: text, special: kind === 'control' });
  }
  const decoded = Object.entries(asRecord(settings.added_tokens_decoder) ?? {});
  for (const [id, token] of decoded) {
    const added = asRecord(token);
    if (added && /^\d+$/.test(id)) add(addedToken(added, { normalized: true, special: false }), Number(id));
  }
  const specials = rolesOf(family, settings).map((role) => specialToken(role, family, settings));
  const isAdded = (content: string) => [...tokens.values()].some((token) => token.content === content);
  for (const [content, id] of Object.entries(asRecord(settings.added_tokens) ?? {})) {
    const special = specials.find((token) => token.content === content);
    if (Number.isInteger(id)) add(special ?? { ...plain, content, special: false, normalized: true }, id as number);
  }
  for (const token of specials) if (decoded.length === 0 || !isAdded(token.content)) add(token);
  for (const content of family.additional ?? []) add({ ...plain, content });
  for (const token of [settings.additional_special_tokens ?? []].flat()) {
    const added = typeof token === 'string' ? { ...plain, content: token } : addedToken(asRecord(token) ?? {}, {});
    if (added.content !== '' && !isAdded(added.content)) add(added);
  }
  return [...tokens.values()].sort((a, b) => a.id - b.id);
}

/** Special token of a role: from the settings, otherwise from the family. */
export function specialToken(role: Role, family: Adding, settings: ConversionSettings): Added {
  const { specialTokens, flags } = family;
  const named = settings[`${role}_token`];
  const content = typeof named === 'string' ? named : specialTokens[role];
  const token = asRecord(named);
  if (token) return addedToken(token, { special: true, content });
  return { ...plain, ...flags?.[role], content: content as string };
}

/** Special tokens of a class, by their role in a `Tokenizer`. */
export function specialTokensOf(family: Adding, settings: ConversionSettings): Partial<SpecialTokens> {
  const roles = Object.keys(family.specialTokens) as Role[];
  return Object.fromEntries(
    roles.flatMap((role) => {
      const name = roleNames[role];
      return name === undefined ? [] : [[name, specialToken(role, family, settings).content]];
    }),
  );
}

/** A token as an object of `tokenizer_config.json` describes it. */
function addedToken(token: ConversionSettings, defaults: Partial<Added>): Added {
  const fields = Object.entries({ ...plain, content: '', ...defaults }).map(([name, fallback]) => [
    name,
    typeof token[name] === typeof fallback ? token[name] : fallback,
  ]);
  return Object.fromEntries(fields) as Added;
}

function asRecord(value: unknown): ConversionSettings | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as ConversionSettings)
    : undefined;
}

/** The template's `cls` and `sep` are always the family's; `bos` and `eos` may come from the settings. */
function templateJson(family: Family, settings: ConversionSettings, ids: ReadonlyMap<string, number>): object {
  const { single, pair } = family.template(settings);
  const contentOf = (role: Role) =>
    (role === 'cls' || role === 'sep' ? family.specialTokens[role] : undefined) ??
    specialToken(role, family, settings).content;
  const piece = ([name, typeId]: TemplatePart) =>
    name === 'A' || name === 'B'
      ? { Sequence: { id: name, type_id: typeId } }
      : { SpecialToken: { id: contentOf(name), type_id: typeId } };
  const used = single.flatMap(([name]) => (name === 'A' || name === 'B' ? [] : [contentOf(name)]));
  const entries = used.map((content) => {
    return [content, { id: content, ids: [ids.get(content) as number], tokens: [content] }] as const;
  });
  return {
    type: 'TemplateProcessing',
    single: single.map(piece),
    pair: pair.map(piece),
    special_tokens: Object.fromEntries(entries),
  };
}
