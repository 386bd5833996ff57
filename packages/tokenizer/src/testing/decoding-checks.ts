import { tokenizerFromJson } from '../load/from-json';
import type { Tokenizer } from '../tokenizer';
import { bare, whole } from './encoding-checks';
import { ensure, quoted, same } from './expect';
import { randomIds } from './texts';

/** Tokens and ids map to each other, and `vocabSize` is the largest id plus 1. */
export function checkVocabulary(tokenizer: Tokenizer): void {
  const { vocabSize } = tokenizer;
  for (let id = 0; id < vocabSize; id++) {
    const token = tokenizer.idToToken(id);
    if (token === undefined) continue;
    const found = tokenizer.tokenToId(token);
    ensure(found === id, () => `id of the token ${quoted(token)}: expected ${id}, got ${found}`);
  }
  ensure(tokenizer.idToToken(vocabSize - 1) !== undefined, () => `token of ${vocabSize - 1}: expected one, got none`);
  for (const id of [-1, vocabSize, 0.5]) same(`token of ${id}`, tokenizer.idToToken(id), undefined);
  same('id of no token', tokenizer.tokenToId('\u0000 no token \u0000'), undefined);
  for (const role of ['unkId', 'padId', 'clsId', 'sepId', 'maskId'] as const) {
    const id = tokenizer[role];
    const isToken = id === undefined || tokenizer.idToToken(id) !== undefined;
    ensure(isToken, () => `${role}: expected the id of a token or undefined, got ${id}`);
  }
  for (const { content, id } of tokenizer.toJson().added_tokens ?? [])
    same(`id of the added token ${quoted(content)}`, tokenizer.tokenToId(content), id);
}

/** Lists of ids decode to the same text at once, in a batch and id by id; ids without a token are skipped. */
export function checkStreams(tokenizer: Tokenizer, texts: readonly string[], random: () => number): void {
  const lists = [
    ...texts.map((text) => [...tokenizer.encode(text, whole).ids]),
    ...randomIds(random, tokenizer.vocabSize, 100),
  ];
  for (const skipSpecialTokens of [true, false]) {
    const decoded = lists.map((ids) => tokenizer.decode(ids, { skipSpecialTokens }));
    same('decodeBatch', tokenizer.decodeBatch(lists, { skipSpecialTokens }), decoded);
    for (const [i, ids] of lists.entries()) {
      const stream = tokenizer.decodeStream({ skipSpecialTokens });
      same(`stream of ${ids.join()}`, ids.map((id) => stream.push(id)).join('') + stream.end(), decoded[i]);
      const others = [tokenizer.vocabSize, ...ids, -1];
      same(`${others.join()}, two of which have no token`, tokenizer.decode(others, { skipSpecialTokens }), decoded[i]);
      same(`typed array of ${ids.join()}`, tokenizer.decode(Int32Array.from(ids), { skipSpecialTokens }), decoded[i]);
      const cleaned = tokenizer.decode(ids, { skipSpecialTokens, cleanUpTokenizationSpaces: true });
      same(`${ids.join()} cleaned up`, withoutSpaces(cleaned), withoutSpaces(decoded[i]));
    }
  }
}

const withoutSpaces = (text: string) => text.replaceAll(' ', '');

/** Special tokens are skipped in decoded text unless they are requested. */
export function checkSpecialTokens(tokenizer: Tokenizer, texts: readonly string[]): void {
  const special = (tokenizer.toJson().added_tokens ?? []).filter((token) => token.special);
  const ids = new Set(special.map(({ id }) => id));
  for (const { id, content } of special) {
    same(`decoded ${content}`, tokenizer.decode([id]), '');
    const kept = tokenizer.decode([id], { skipSpecialTokens: false });
    ensure(kept.includes(content.trim()), () => `decoded ${content}, with special tokens: got ${quoted(kept)}`);
  }
  for (const text of texts) {
    const { ids: all } = tokenizer.encode(text, whole);
    const others = all.filter((id) => !ids.has(id));
    same(`${quoted(text)}, decoded`, tokenizer.decode(all), tokenizer.decode(others, { skipSpecialTokens: false }));
  }
}

/**
 * A text decodes to itself, lone surrogates to U+FFFD. Texts with added tokens, around which spaces may move, are
 * skipped.
 */
export function checkLossless(tokenizer: Tokenizer, texts: readonly string[]): void {
  for (const text of plainTexts(tokenizer, texts)) {
    const decoded = tokenizer.decode(tokenizer.encode(text, bare).ids, { skipSpecialTokens: false });
    same(`${quoted(text)}, decoded`, decoded, text.replace(/\p{Surrogate}/gu, '\ufffd'));
  }
}

/**
 * A text that was encoded and decoded stays the same afterwards, except for spaces at its start, of which each round
 * may drop one.
 */
export function checkStable(tokenizer: Tokenizer, texts: readonly string[]): void {
  const roundTrip = (text: string) => tokenizer.decode(tokenizer.encode(text, whole).ids);
  for (const text of plainTexts(tokenizer, texts)) {
    const once = roundTrip(text);
    same(`${quoted(text)}, decoded twice`, roundTrip(once).trimStart(), once.trimStart());
  }
}

/** Texts without added tokens, and without `▁`, which represents a space in many vocabularies. */
function plainTexts(tokenizer: Tokenizer, texts: readonly string[]): string[] {
  const contents = (tokenizer.toJson().added_tokens ?? []).map(({ content }) => content);
  return texts.filter((text) => ![...contents, '▁'].some((content) => text.includes(content)));
}

/**
 * A tokenizer made from `toJson` encodes and decodes the same, and changes to the JSON do not affect the
 * tokenizer.
 */
export function checkJson(tokenizer: Tokenizer, texts: readonly string[]): void {
  const json = tokenizer.toJson();
  const text = JSON.stringify(json);
  const again = tokenizerFromJson(text);
  same('JSON of the tokenizer that was read back', JSON.stringify(again.toJson()) === text, true);
  for (const each of texts) {
    const encoding = tokenizer.encode(each);
    same(
      `${quoted(each)}, read back`,
      again.encode(each, { padding: false }),
      tokenizer.encode(each, { padding: false }),
    );
    same(`${quoted(each)}, decoded after reading back`, again.decode(encoding.ids), tokenizer.decode(encoding.ids));
  }
  json.added_tokens = [];
  json.model.vocab = {};
  same('JSON after a copy was changed', JSON.stringify(tokenizer.toJson()) === text, true);
}
