import type { Encoding } from '../encode/encoding';
import type { Tokenizer } from '../tokenizer';
import { bare, checkEncoding, specialIdsOf, tokensOf, whole } from './encoding-checks';
import { ensure, quoted, refuses, same } from './expect';

const directions = ['right', 'left'] as const;

/** Truncation keeps `maxLength` tokens, and the overflow has the rest in windows that overlap by the stride. */
export function checkTruncation(tokenizer: Tokenizer, texts: readonly string[]): void {
  for (const text of texts) {
    const full = tokenizer.encode(text, whole);
    const special = specialIdsOf(full);
    const { ids, wordIds, offsets } = tokensOf(full, 0);
    for (const direction of directions)
      for (const [kept, stride] of [
        [1, 0],
        [4, 0],
        [5, 2],
        [ids.length, 0],
      ]) {
        if (kept === 0) continue;
        const what = `${quoted(text)} cut to ${kept} tokens on the ${direction}, stride ${stride}`;
        const truncation = { maxLength: kept + special.length, stride, direction };
        const parts = partsOf(tokenizer.encode(text, { truncation, padding: false }));
        const windows = windowsOf(ids.length, { size: kept, stride, direction });
        same(`${what}: parts`, parts.length, windows.length);
        for (const [i, [start, end]] of windows.entries()) {
          const part = tokensOf(parts[i], 0);
          checkEncoding(`${what}: part ${i}`, parts[i], tokenizer, () => text);
          same(`${what}: special tokens of part ${i}`, specialIdsOf(parts[i]), special);
          same(`${what}: ids of part ${i}`, part.ids, ids.slice(start, end));
          same(`${what}: word ids of part ${i}`, part.wordIds, wordIds.slice(start, end));
          // A first token may keep the space before it.
          same(`${what}: offsets of part ${i}`, part.offsets.slice(1), offsets.slice(start + 1, end));
        }
      }
  }
  checkNothingKept(tokenizer);
}

const partsOf = (encoding: Encoding) => [encoding, ...encoding.overflowing];

/** Ranges of the windows of a sequence, the one that is kept first. */
function windowsOf(
  length: number,
  { size, stride, direction }: { size: number; stride: number; direction: 'right' | 'left' },
): [number, number][] {
  const windows: [number, number][] = [];
  for (let start = 0; windows.length === 0 || windows[windows.length - 1][1] < length; start += size - stride)
    windows.push([start, Math.min(start + size, length)]);
  return direction === 'right' ? windows : windows.map(([start, end]) => [length - end, length - start]);
}

function checkNothingKept(tokenizer: Tokenizer): void {
  const special = specialIdsOf(tokenizer.encode('nurse', whole));
  const encoding = tokenizer.encode('nurse', { padding: false, truncation: { maxLength: special.length } });
  same('cut to special tokens alone', encoding.ids, special);
}

/** A pair is cut to `maxLength` by each strategy, which leaves the other text whole. */
export function checkPairTruncation(tokenizer: Tokenizer, [first, second]: readonly [string, string]): void {
  const full = tokenizer.encodePair(first, second, whole);
  const lengths = [0, 1].map((sequence) => tokensOf(full, sequence).ids.length);
  const encode = (strategy: 'longest_first' | 'only_first' | 'only_second', maxLength: number) =>
    tokenizer.encodePair(first, second, { padding: false, truncation: { maxLength, strategy } });
  ensure(Math.min(...lengths) > 3, () => `expected more than 3 tokens of each text, got ${lengths.join(' and ')}`);
  const maxLength = full.ids.length - 3;
  for (const [strategy, expected] of [
    ['only_first', [lengths[0] - 3, lengths[1]]],
    ['only_second', [lengths[0], lengths[1] - 3]],
  ] as const) {
    const encoding = encode(strategy, maxLength);
    const kept = [0, 1].map((sequence) => tokensOf(encoding, sequence).ids.length);
    same(`${strategy}: tokens kept of each text`, kept, expected);
    ensure(encoding.overflowing.length > 0, () => `${strategy}: expected an overflow, got none`);
    refuses(
      `${strategy} that cannot reach maxLength`,
      () => encode(strategy, full.ids.length - 500),
      'ARGUMENT_INVALID',
    );
  }
  for (let cut = 0; cut <= lengths[0] + lengths[1]; cut++) {
    const encoding = encode('longest_first', full.ids.length - cut);
    same(`longest_first, ${cut} fewer: tokens`, encoding.ids.length, full.ids.length - cut);
    const [a, b] = [0, 1].map((sequence) => tokensOf(encoding, sequence).ids.length);
    const [moreCut, lessCut] = lengths[0] > lengths[1] ? [a, b] : [b, a];
    const isFair = lessCut === Math.min(...lengths) || Math.abs(moreCut - lessCut) <= 1;
    ensure(isFair, () => `longest_first, ${cut} fewer: expected the longer text to be cut, got ${a} and ${b} tokens`);
  }
}

/** Padding goes to either side, is marked in every column, and leaves the rest as it was. */
export function checkPadding(tokenizer: Tokenizer, texts: readonly string[]): void {
  const padId = tokenizer.padId ?? 0;
  for (const direction of directions) {
    for (const text of texts) {
      const full = tokenizer.encode(text, whole);
      const what = `${quoted(text)} padded on the ${direction}`;
      const padding = { length: full.ids.length + 3, direction, padId, padTypeId: 1 };
      const padded = tokenizer.encode(text, { truncation: false, padding });
      checkEncoding(what, padded, tokenizer, () => text);
      const [start, end] = direction === 'left' ? [3, full.ids.length + 3] : [0, full.ids.length];
      for (const column of [
        'ids',
        'typeIds',
        'attentionMask',
        'specialTokensMask',
        'wordIds',
        'sequenceIds',
      ] as const) {
        same(`${what}: ${column} of the text`, padded[column].subarray(start, end), full[column]);
        const added = direction === 'left' ? padded[column].subarray(0, 3) : padded[column].subarray(end);
        const value = { ids: padId, typeIds: 1, attentionMask: 0, specialTokensMask: 1, wordIds: -1, sequenceIds: -1 };
        same(`${what}: ${column} of the padding`, added, Array(3).fill(value[column]));
      }
      same(`${what}: offsets of the text`, padded.offsets.subarray(2 * start, 2 * end), full.offsets);
      const multiple = tokenizer.encode(text, { truncation: false, padding: { padToMultipleOf: 8 } }).ids.length;
      same(`${what}: length as a multiple of 8`, multiple, Math.ceil(full.ids.length / 8) * 8);
      const cut = { truncation: { maxLength: full.ids.length, stride: 0 }, padding };
      for (const part of partsOf(tokenizer.encode(text, cut)))
        same(`${what}: length of a part`, part.ids.length, padding.length);
    }
    checkBatchPadding(tokenizer, texts, direction);
  }
}

function checkBatchPadding(tokenizer: Tokenizer, texts: readonly string[], direction: 'right' | 'left'): void {
  const padding = { direction, padId: tokenizer.padId ?? 0 };
  const batch = tokenizer.encodeBatch(texts, { truncation: false, padding, offsets: true });
  const longest = Math.max(...texts.map((text) => tokenizer.encode(text, whole).ids.length));
  same(
    'padded batch: starts',
    batch.starts,
    [...texts.keys(), texts.length].map((i) => i * longest),
  );
  for (const [i, text] of texts.entries()) {
    const { ids, offsets } = tokenizer.encode(text, { truncation: false, padding: { ...padding, length: longest } });
    const what = `padded batch: ${quoted(text)} on the ${direction}`;
    same(`${what}: ids`, batch.ids.subarray(i * longest, (i + 1) * longest), ids);
    same(`${what}: offsets`, batch.offsets.subarray(2 * i * longest, 2 * (i + 1) * longest), offsets);
  }
}

/** Arguments of a wrong type throw a TypeError, values out of range an AttuneError ARGUMENT_INVALID. */
export function checkArguments(tokenizer: Tokenizer): void {
  const untyped = tokenizer as unknown as Record<string, (...values: unknown[]) => unknown>;
  refuses('encode of a number', () => untyped.encode(5), TypeError);
  refuses('encodePair with null', () => untyped.encodePair('a', null), TypeError);
  refuses('encodeWords of a string', () => untyped.encodeWords('a b'), TypeError);
  refuses('encodeBatch with undefined', () => untyped.encodeBatch(['a', undefined]), TypeError);
  refuses('truncation: true', () => untyped.encode('a', { truncation: true }), TypeError);
  refuses('padding: true', () => untyped.encode('a', { padding: true }), TypeError);
  refuses('addSpecialTokens: 1', () => untyped.encode('a', { addSpecialTokens: 1 }), TypeError);
  const encode = (truncation: object) => () => untyped.encode('a nurse and a nurse', { ...bare, truncation });
  refuses('maxLength -1', encode({ maxLength: -1 }), 'ARGUMENT_INVALID');
  refuses('stride -1', encode({ maxLength: 4, stride: -1 }), 'ARGUMENT_INVALID');
  refuses('a stride of all tokens that are kept', encode({ maxLength: 2, stride: 2 }), 'ARGUMENT_INVALID');
  refuses('only_second of one text', encode({ maxLength: 2, strategy: 'only_second' }), 'ARGUMENT_INVALID');
  refuses('padding.length -1', () => untyped.encode('a', { padding: { length: -1 } }), 'ARGUMENT_INVALID');
  const { length } = specialIdsOf(tokenizer.encode('a', whole));
  if (length === 0) return;
  const truncation = { maxLength: length - 1 };
  refuses('maxLength below the special tokens', () => tokenizer.encode('a', { truncation }), 'ARGUMENT_INVALID');
}
