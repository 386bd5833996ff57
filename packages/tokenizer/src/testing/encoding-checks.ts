import type { Encoding } from '../encode/encoding';
import type { EncodeOptions } from '../encode/options';
import type { Tokenizer } from '../tokenizer';
import { ensure, quoted, same } from './expect';

/** Options that override those of a tokenizer's file. */
export const whole = { truncation: false, padding: false } as const;
/** The same without special tokens. */
export const bare = { ...whole, addSpecialTokens: false } as const;

const columns = ['typeIds', 'attentionMask', 'specialTokensMask', 'wordIds', 'sequenceIds', 'tokens'] as const;

/** Entries of the tokens of one text, without special tokens. */
export interface TextTokens {
  readonly ids: readonly number[];
  readonly wordIds: readonly number[];
  readonly offsets: readonly (readonly [number, number])[];
}

/** Positions for which a test holds. */
const positionsOf = ({ ids }: Encoding, holds: (position: number) => boolean) =>
  Array.from(ids, (_, i) => i).filter(holds);

/** The tokens of one text of an encoding. */
export function tokensOf(encoding: Encoding, sequence: number): TextTokens {
  const positions = positionsOf(encoding, (i) => encoding.sequenceIds[i] === sequence);
  return {
    ids: positions.map((i) => encoding.ids[i]),
    wordIds: positions.map((i) => encoding.wordIds[i]),
    offsets: positions.map((i) => [encoding.offsets[2 * i], encoding.offsets[2 * i + 1]]),
  };
}

/** Ids of the tokens that the template added. */
export function specialIdsOf(encoding: Encoding): number[] {
  const { ids, specialTokensMask, attentionMask } = encoding;
  return positionsOf(encoding, (i) => specialTokensMask[i] === 1 && attentionMask[i] === 1).map((i) => ids[i]);
}

/**
 * Checks what holds for every encoding: columns of one length; tokens that are those of the ids; only ids for
 * tokens that were added; valid places, in order, for all others. `textOf` is the text that the offsets of a token
 * refer to, which with `inWords` is a word.
 */
export function checkEncoding(
  what: string,
  encoding: Encoding,
  tokenizer: Tokenizer,
  textOf: (position: number) => string,
  { inWords = false } = {},
): void {
  const { ids, offsets, wordIds, sequenceIds, specialTokensMask, attentionMask, tokens } = encoding;
  for (const column of columns) same(`${what}: length of ${column}`, encoding[column].length, ids.length);
  same(`${what}: length of offsets`, offsets.length, 2 * ids.length);
  same(`${what}: tokens`, tokens, Array.from(ids, tokenizer.idToToken));
  const last = { sequence: -1, word: -1, start: 0, end: 0 };
  for (let i = 0; i < ids.length; i++) {
    const entry = [offsets[2 * i], offsets[2 * i + 1], wordIds[i], sequenceIds[i]];
    const [start, end, word, sequence] = entry;
    const isAdded = specialTokensMask[i] === 1;
    const check = (holds: boolean, expected: string) =>
      ensure(holds, () => `${what}: token ${i}: expected ${expected}, got ${entry.join(', ')}`);
    if (isAdded) {
      check(start === 0 && end === 0 && word === -1 && sequence === -1, '0, 0, -1, -1, because it was added');
      continue;
    }
    check(attentionMask[i] === 1, 'an attention mask of 1, because it is of a text');
    const text = textOf(i);
    check(start >= 0 && start <= end && end <= text.length, `a range of the ${text.length} units of ${quoted(text)}`);
    check(!cutsPair(text, start) && !cutsPair(text, end), `whole characters of ${quoted(text)}`);
    if (sequence !== last.sequence) Object.assign(last, { word: 0, start: 0, end: 0 });
    check(word >= last.word, `a word from ${last.word} on`);
    if (inWords && word !== last.word) Object.assign(last, { start: 0, end: 0 });
    Object.assign(last, { sequence, word });
    if (start === end) continue; // spaces alone, whose place was trimmed away: they may be at either end of it
    check(start >= last.start && end >= last.end, `a place from ${last.start}, ${last.end} on`);
    Object.assign(last, { start, end });
  }
}

/** Whether a position lies inside a surrogate pair. */
function cutsPair(text: string, position: number): boolean {
  const isHigh = (text.charCodeAt(position - 1) & 0xfc00) === 0xd800;
  return isHigh && (text.charCodeAt(position) & 0xfc00) === 0xdc00;
}

/** Each text gives a valid encoding; special tokens surround its tokens without changing them. */
export function checkTexts(tokenizer: Tokenizer, texts: readonly string[]): void {
  for (const text of texts) {
    const encoding = tokenizer.encode(text, whole);
    const alone = tokenizer.encode(text, bare);
    checkEncoding(quoted(text), encoding, tokenizer, () => text);
    checkEncoding(`${quoted(text)} without special tokens`, alone, tokenizer, () => text);
    same(`${quoted(text)}: special tokens of a bare encoding`, alone.specialTokensMask.indexOf(1), -1);
    same(`${quoted(text)}: tokens other than special ones`, tokensOf(encoding, 0), tokensOf(alone, 0));
    same(`${quoted(text)}: overflow`, [encoding.overflowing, alone.overflowing], [[], []]);
  }
}

/** A pair has the tokens of both texts, each with one type and one sequence id. */
export function checkPairs(tokenizer: Tokenizer, texts: readonly string[]): void {
  for (const [i, second] of texts.entries()) {
    const pair = [texts[(7 * i + 3) % texts.length], second];
    const what = pair.map(quoted).join(' and ');
    for (const options of [whole, bare]) {
      const encoding = tokenizer.encodePair(pair[0], pair[1], options);
      checkEncoding(what, encoding, tokenizer, (position) => pair[encoding.sequenceIds[position]]);
      for (const sequence of [0, 1]) {
        same(
          `${what}: tokens of text ${sequence}`,
          tokensOf(encoding, sequence),
          tokensOf(tokenizer.encode(pair[sequence], bare), 0),
        );
        const types = new Set(encoding.typeIds.filter((_, at) => encoding.sequenceIds[at] === sequence));
        ensure(types.size <= 1, () => `${what}: expected one type of text ${sequence}, got ${[...types].join(', ')}`);
      }
    }
  }
}

/** Words that are passed one by one are encoded like separate texts, with word ids that index them. */
export function checkWords(tokenizer: Tokenizer, texts: readonly string[]): void {
  for (const text of texts) {
    const words = text.split(' ');
    const encoding = tokenizer.encodeWords(words, whole);
    const wordOf = (position: number) => words[encoding.wordIds[position]];
    checkEncoding(quoted(text), encoding, tokenizer, wordOf, { inWords: true });
    const alone = words.map((word) => tokensOf(tokenizer.encode(word, bare), 0));
    const tokens = tokensOf(encoding, 0);
    const expected = {
      ids: alone.flatMap(({ ids }) => ids),
      wordIds: alone.flatMap(({ ids }, word) => ids.map(() => word)),
      offsets: alone.flatMap(({ offsets }) => offsets),
    };
    same(`${quoted(text)} in words: ids`, tokens.ids, expected.ids);
    same(`${quoted(text)} in words: word ids`, tokens.wordIds, expected.wordIds);
    same(`${quoted(text)} in words: offsets`, withoutEmpty(tokens.offsets), withoutEmpty(expected.offsets));
  }
}

/** Position of trimmed spaces: at either end, depending on the text before them. */
const withoutEmpty = (offsets: TextTokens['offsets']) =>
  offsets.map(([start, end]) => (start === end ? null : [start, end]));

/** A batch has the ids and offsets of its texts, with every kind of option. */
export function checkBatches(tokenizer: Tokenizer, texts: readonly string[]): void {
  const { length: added } = specialIdsOf(tokenizer.encode('a', whole));
  const cases: readonly EncodeOptions[] = [
    whole,
    bare,
    ...[added, added + 1, added + 7].flatMap((maxLength) => [
      { padding: false, truncation: { maxLength } } as const,
      { padding: false, truncation: { maxLength, direction: 'left' } } as const,
    ]),
    { padding: false, addSpecialTokens: false, truncation: { maxLength: 3 } },
  ];
  for (const options of cases) {
    const batch = tokenizer.encodeBatch(texts, options);
    const placed = tokenizer.encodeBatch(texts, { ...options, offsets: true });
    same('encodeBatch: ids with offsets', [placed.ids, placed.starts], [batch.ids, batch.starts]);
    same('encodeBatch: starts', [batch.starts.length, batch.starts[0]], [texts.length + 1, 0]);
    for (const [i, text] of texts.entries()) {
      const [start, end] = [batch.starts[i], batch.starts[i + 1]];
      const { ids, offsets } = tokenizer.encode(text, options);
      const what = `encodeBatch: ${quoted(text)} with ${JSON.stringify(options)}`;
      same(`${what}: ids`, batch.ids.subarray(start, end), ids);
      same(`${what}: offsets`, placed.offsets.subarray(2 * start, 2 * end), offsets);
    }
  }
  same('encodeBatch of no texts', tokenizer.encodeBatch([]), { ids: [], starts: [0] });
}
