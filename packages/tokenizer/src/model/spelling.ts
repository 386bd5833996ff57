import { IdList } from '../id-list';
import { unitsOf } from '../unicode/well-formed';
import type { BpeOptions } from './bpe';
import { byteToken } from './byte-characters';
import type { Symbols } from './merge-symbols';

/** The symbols of a word, and for each UTF-8 byte they stand for the UTF-16 units of the word `[start, end)` it belongs to. */
export interface Spelling extends Symbols {
  starts: IdList;
  ends: IdList;
}

type SpellingOptions = Omit<BpeOptions, 'pairs' | 'boundary'>;

/** For words of up to so many units one spelling serves all. */
const LONGEST_REUSED = 1024;

/**
 * Spells words in symbols that are yet to be merged; with `byteNames` byte by byte. What it gives holds until it is called again.
 *
 * A symbol is a character; it is its bytes or the unknown token where the vocabulary lacks it, or nothing. As in the
 * reference, an unknown token is set only when a known character follows it, behind bytes that came in between, and what is
 * left out moves the places of all that comes after it.
 */
export function speller(
  options: SpellingOptions,
  byteNames: readonly string[] | undefined,
): (word: string) => Spelling {
  const { vocabulary, unkId, fuseUnk, continuingSubwordPrefix: prefix, endOfWordSuffix: suffix } = options;
  const byteIds = Int32Array.from({ length: 256 }, (_, byte) =>
    options.byteFallback ? (vocabulary.get(byteToken(byte)) ?? -1) : -1,
  );
  const characterId = characterIds(vocabulary);
  const nameCodes = byteNames?.map((name) => name.charCodeAt(0));
  const bytes = new Uint8Array(4);
  const fallback = new Uint8Array(4);
  const reused = emptySpelling();
  let spelling = reused;
  let unknown = 0; // bytes of the unknown token that is yet to be set

  function push(id: number, length: number): void {
    spelling.ids.push(id);
    spelling.lengths.push(length);
  }

  function flush(): void {
    if (unknown > 0) push(unkId as number, unknown);
    unknown = 0;
  }

  function pushBytes(codePoint: number): boolean {
    const count = utf8(codePoint, fallback);
    for (let i = 0; i < count; i++) {
      const id = byteIds[fallback[i]];
      if (id < 0) return false;
      push(id, 1);
    }
    return true;
  }

  /** All its bytes, or none. */
  function fallsBack(codePoint: number, name: string | undefined): boolean {
    const { ids, lengths } = spelling;
    const { length } = ids;
    const all = name
      ? Array.from(name, (each) => each.codePointAt(0) as number).every(pushBytes)
      : pushBytes(codePoint);
    if (!all) ids.length = lengths.length = length;
    return all;
  }

  function add(codePoint: number, start: number, end: number, isLast: boolean): void {
    const isFirst = spelling.starts.length === 0;
    const length = utf8Length(codePoint);
    for (let i = 0; i < length; i++) {
      spelling.starts.push(start);
      spelling.ends.push(end);
    }
    const before = isFirst ? '' : prefix;
    const behind = isLast ? suffix : '';
    const name = before === '' && behind === '' ? undefined : before + String.fromCodePoint(codePoint) + behind;
    const id = name === undefined ? characterId(codePoint) : (vocabulary.get(name) ?? -1);
    if (id >= 0) {
      flush();
      push(id, length);
    } else if (!fallsBack(codePoint, name) && unkId !== undefined) {
      if (!fuseUnk) flush();
      unknown += length;
    }
  }

  return (word) => {
    spelling = word.length > LONGEST_REUSED ? emptySpelling() : reused;
    for (const list of Object.values(spelling)) list.length = 0;
    unknown = 0;
    for (let start = 0, end = 0; start < word.length; start = end) {
      const codePoint = word.codePointAt(start) as number;
      end = start + unitsOf(codePoint);
      const count = nameCodes ? utf8(codePoint, bytes) : 1;
      for (let i = 0; i < count; i++) {
        const isLast = end === word.length && i === count - 1;
        add(nameCodes ? nameCodes[bytes[i]] : codePoint, start, end, isLast);
      }
    }
    flush();
    return spelling;
  };
}

function emptySpelling(): Spelling {
  const [ids, lengths, ranks, starts, ends] = Array.from({ length: 5 }, () => new IdList(64));
  return { ids, lengths, ranks, starts, ends };
}

/** Looks up the ids of single characters, -1 where the vocabulary lacks one. */
function characterIds(vocabulary: ReadonlyMap<string, number>): (codePoint: number) => number {
  const basic = new Int32Array(1 << 16).fill(-1);
  const others = new Map<number, number>();
  for (const [token, id] of vocabulary) {
    const codePoint = token.codePointAt(0);
    if (codePoint === undefined || token.length !== unitsOf(codePoint)) continue;
    if (codePoint <= 0xffff) basic[codePoint] = id;
    else others.set(codePoint, id);
  }
  return (codePoint) => (codePoint <= 0xffff ? basic[codePoint] : (others.get(codePoint) ?? -1));
}

/** Writes the UTF-8 bytes of a code point to `bytes`; how many there are. */
function utf8(codePoint: number, bytes: Uint8Array): number {
  const length = utf8Length(codePoint);
  if (length === 1) bytes[0] = codePoint;
  else bytes[0] = (0xf00 >> length) | (codePoint >> (6 * length - 6));
  for (let i = 1; i < length; i++) bytes[i] = 0x80 | ((codePoint >> (6 * (length - 1 - i))) & 63);
  return length;
}

function utf8Length(codePoint: number): number {
  return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
}

/** A word in characters that stand for its bytes. */
export function byteSpelled(word: string, byteNames: readonly string[]): string {
  const bytes = new Uint8Array(4);
  let spelled = '';
  for (const character of word) {
    const count = utf8(character.codePointAt(0) as number, bytes);
    for (let i = 0; i < count; i++) spelled += byteNames[bytes[i]];
  }
  return spelled;
}
