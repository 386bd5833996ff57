import { plainReference, type ReferenceTokenizer } from './_reference';
import { streamDecoder } from './stream-decoder';
import type { Tokenizer } from './tokenizer';

/** A seeded source of numbers from 0 to 1 (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const PARTS = [
  ...['nurse', ' nurse', 'Nurse', 'Ünder', 'u\u0308nder', 'hello', 'the', ' the', "don't", 'ab', 'ba', 'a', 'b', 'x'],
  ...["'s", "'S", "'ſ", "'LL", "'re", "'Ve", '  ', '   ', '\n', '\r\n', '\t', '\u00a0', '\u3000', '\u0085', '\u2028'],
  ...['\ufeff', '\u0000', '\ufffd', '<s>', '</s>', '<|endoftext|>', '<|begin_of_text|>', '[MASK]', '▁', '▁▁', 'Ġ'],
  ...['<0x41>', '12345', '1', '½', 'é', 'e\u0301', 'ﬁ', '①', 'ǆ', 'İ', 'ß', 'ş', '\u0344', '\u0f73\u0f74'],
  ...['a\u0323\u0302', 'a\u0302\u0323', 'क\u093c', '\u09c7\u09be', 'אָ', 'ש\u05c1\u05bc', 'ال', '\u202e', '한국어'],
  ...[
    'ㅎㅏㄴ',
    '\u1112\u1161\u11ab',
    '中文',
    '👩‍👩‍👧',
    '🇩🇪',
    'a\u{1d165}b',
    '\u{1d165}',
    '\u302e',
    '𠀀',
    '丽',
    '𝔸',
    '.',
    ',',
    '...',
    '!?',
    '-',
    '_',
    '$',
    '`',
    '"',
  ],
];

/** Strings of all of Unicode: words, controls, marks that reorder, added tokens, long words, now and then a lone surrogate. */
export function randomText(random: () => number): string {
  const below = (count: number) => Math.floor(random() * count);
  const piece = () => {
    const kind = below(20);
    if (kind < 11) return PARTS[below(PARTS.length)];
    if (kind < 14) return ' ';
    if (kind < 18) return randomCharacter(below);
    if (kind < 19) return String.fromCodePoint(0x300 + below(0x70));
    return ['a', 'ab', 'x'.repeat(95 + below(100)), ' '.repeat(below(5))][below(4)];
  };
  const text = Array.from({ length: below(12) }, piece).join('');
  return (below(40) === 0 ? '\udc00' : '') + text + (below(40) === 0 ? '\ud83d' : '');
}

function randomCharacter(below: (count: number) => number): string {
  const limit = [0x80, 0x80, 0x800, 0x800, 0x10000, 0x10000, 0x10000, 0x20000, 0x30000, 0x110000][below(10)];
  const codePoint = below(limit);
  return String.fromCodePoint(codePoint >= 0xd800 && codePoint <= 0xdfff ? codePoint - 0x800 : codePoint);
}

/** What differs between a tokenizer and the reference on random strings, in a few words; nothing, if all is well. */
export async function differences(
  tokenizer: Tokenizer,
  reference: ReferenceTokenizer,
  { count, seed }: { count: number; seed: number },
): Promise<string[]> {
  const random = randomNumbers(seed);
  const found: string[] = [];
  for (let done = 0; done < count; done += 200) {
    const texts = Array.from({ length: Math.min(200, count - done) }, () => randomText(random));
    found.push(...(await encodingDifferences(tokenizer, reference, texts)));
    found.push(...(await decodingDifferences(tokenizer, reference, randomIds(tokenizer, random))));
  }
  return found;
}

async function encodingDifferences(tokenizer: Tokenizer, reference: ReferenceTokenizer, texts: string[]) {
  const expected = await reference.encodeBatch(texts);
  const { ids, starts, offsets } = tokenizer.encodeBatch(texts, { offsets: true });
  const { ids: alone } = tokenizer.encodeBatch(texts);
  return texts.flatMap((text, i) => {
    const encoding = tokenizer.encode(text);
    const plain = JSON.stringify({
      ids: [...encoding.ids],
      typeIds: [...encoding.typeIds],
      special: [...encoding.specialTokensMask],
      wordIds: [...encoding.wordIds],
      offsets: [...encoding.offsets],
    });
    const wanted = JSON.stringify(plainReference(expected[i], [text]));
    const [start, end] = [starts[i], starts[i + 1]];
    const batched = `${ids.subarray(start, end).join()} ${offsets.subarray(2 * start, 2 * end).join()}`;
    const known = `${encoding.ids.join()} ${encoding.offsets.join()}`;
    const same = batched === known && alone.subarray(start, end).join() === encoding.ids.join();
    if (plain === wanted && same) return [];
    return [`${JSON.stringify(text)}: ${plain} ${batched}, not ${wanted}`];
  });
}

function randomIds(tokenizer: Tokenizer, random: () => number): number[][] {
  const below = (count: number) => Math.floor(random() * count);
  const list = () =>
    Array.from({ length: 1 + below(12) }, () => (below(3) > 0 ? below(tokenizer.vocabSize) : 3 + below(256)));
  return Array.from({ length: 50 }, list);
}

async function decodingDifferences(tokenizer: Tokenizer, reference: ReferenceTokenizer, lists: number[][]) {
  const found: string[] = [];
  for (const ids of lists) {
    for (const skipSpecialTokens of [true, false]) {
      const wanted = await reference.decode(ids, skipSpecialTokens);
      const stream = streamDecoder(tokenizer, { skipSpecialTokens });
      const streamed = ids.map((id) => stream.push(id)).join('') + stream.end();
      const decoded = tokenizer.decode(ids, { skipSpecialTokens });
      if (decoded !== wanted || streamed !== wanted) {
        found.push(`${ids.join()}: ${JSON.stringify({ decoded, streamed, wanted })}`);
      }
    }
  }
  return found;
}
