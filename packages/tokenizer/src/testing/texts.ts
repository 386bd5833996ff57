/** Texts for tests of tokenizers: awkward ones, and random ones of all of Unicode. */

/** Texts that have broken tokenizers. */
export const awkwardTexts: readonly string[] = [
  '',
  ' ',
  '    ',
  '\n',
  'a',
  'nurse',
  'engineering engineering nurses nurses',
  'Night nurse wanted in Zürich',
  'Registered nurse (m/f/d), 12345 hours!',
  "don't we're it's I'll",
  ' leading and trailing spaces  ',
  'one  two   three\tfour\nfive\r\nsix',
  'a\u00a0b\u3000c\u2028d\u0085e',
  'before\u0000after \u0000 \u0000',
  'zero\u200bwidth\u200djoin\ufeff',
  'bad \ufffd byte',
  'Café ÉCOLE e\u0301 a\u0323\u0302 a\u0302\u0323',
  'İstanbul ΑΣ ß ﬁ ǆ',
  '中文 and 日本語 한국어 \u1112\u1161\u11ab',
  'क\u093c ש\u05c1\u05bc العربية \u202eabc',
  '😀 👩‍👩‍👧 🇩🇪 𝐚𝐛 𠀀',
  '\ud83d lone \udc00 surrogates \udc00\ud83d',
  '(a)[b]{c}<d> $5 & 10% - _x_ ...!?',
  '½ ① ² ٣',
  'x'.repeat(210),
  'the nurse said '.repeat(12),
];

const parts = [
  ...['nurse', ' nurse', 'Nurse', 'Ünder', 'u\u0308nder', 'hello', 'the', ' the', "don't", 'ab', 'ba', 'a', 'b', 'x'],
  ...["'s", "'S", "'ſ", "'LL", "'re", "'Ve", '  ', '   ', '\n', '\r\n', '\t', '\u00a0', '\u3000', '\u0085', '\u2028'],
  ...['\ufeff', '\u0000', '\ufffd', '<s>', '</s>', '<|endoftext|>', '<|begin_of_text|>', '[MASK]', '▁', '▁▁', 'Ġ'],
  ...['<0x41>', '12345', '1', '½', 'é', 'e\u0301', 'ﬁ', '①', 'ǆ', 'İ', 'ß', 'ş', '\u0344', '\u0f73\u0f74'],
  ...['a\u0323\u0302', 'a\u0302\u0323', 'क\u093c', '\u09c7\u09be', 'אָ', 'ש\u05c1\u05bc', 'ال', '\u202e', '한국어'],
  ...['ㅎㅏㄴ', '\u1112\u1161\u11ab', '中文', '👩‍👩‍👧', '🇩🇪', 'a\u{1d165}b', '\u{1d165}', '\u302e', '𠀀', '丽', '𝔸'],
  ...['.', ',', '...', '!?', '-', '_', '$', '`', '"', '``', "''", '1,', '…', '“', '’', '•', '–'],
  ...['\t\u0301', '\r\n\u0301', '\u0600a', '©\u200d™\u0301', 'ﷺ', '㌀', '½\u0301', '\u200b', '\u200d', '\u00ad'],
  ...['！', 'Ａ', 'ｶ\uff9e', 'か\u3099', '㍿', '한\u0301', 'क्\u0924\u0301', '\u0000\u0301', 'İ', 'Σ', 'ΑΣ', '❤\ufe0f'],
];

/** Makes a seeded source of numbers from 0 to 1 (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Makes a text of words, controls, marks that reorder, added tokens, long words, any code points, and sometimes a lone
 * surrogate.
 */
export function randomText(random: () => number): string {
  const below = (count: number) => Math.floor(random() * count);
  const piece = () => {
    const kind = below(20);
    if (kind < 11) return parts[below(parts.length)];
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

/** Makes lists of ids, of which every third or so is a low one: special tokens and bytes. */
export function randomIds(random: () => number, vocabSize: number, count: number): number[][] {
  const below = (most: number) => Math.floor(random() * most);
  const list = () => Array.from({ length: 1 + below(12) }, () => (below(3) > 0 ? below(vocabSize) : 3 + below(256)));
  return Array.from({ length: count }, list);
}
