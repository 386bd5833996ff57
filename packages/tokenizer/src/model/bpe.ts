import { unitsOf } from '../unicode/code-points';
import { byteCharacters, byteSpelled, byteToken, utf8, utf8Length } from './bytes';
import { IntList } from './int-list';
import { mergeSymbols, type PairRanks, type Symbols } from './merge-symbols';
import type { Model, Piece } from './model';
import { remembering } from './remembered';

/** Settings of a BPE model, as `tokenizer.json` has them. */
export interface BpeOptions {
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly pairs: PairRanks;
  /** Id of the unknown token; `undefined` to leave unknown characters out. */
  readonly unkId: number | undefined;
  /** Whether neighboring unknown characters make one unknown token. */
  readonly fuseUnk: boolean;
  /** Whether an unknown character becomes its bytes, `<0x00>` to `<0xFF>`, if the vocabulary has them. */
  readonly byteFallback: boolean;
  /** Whether a word that is itself in the vocabulary is one token. */
  readonly ignoreMerges: boolean;
  /** Whether words are spelled in characters that stand for bytes. */
  readonly byteLevel: boolean;
  readonly continuingSubwordPrefix: string;
  readonly endOfWordSuffix: string;
  /** Character before which a word may be cut, because no merge reaches across it; empty if there is none. */
  readonly boundary: string;
}

/**
 * Byte pair encoding: a word is spelled character by character, and neighbors are merged in the order that training
 * found.
 *
 * Source: Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword Units"; `models/bpe` of Hugging
 * Face tokenizers.
 */
export function bpe(options: BpeOptions): Model {
  const { vocabulary, unkId, boundary } = options;
  const byteNames = options.byteLevel ? byteCharacters() : undefined;
  const spell = speller(options, byteNames);
  const tokenizePart = remembering(tokenizeOnce);

  function tokenizeOnce(word: string): Piece[] {
    if (options.ignoreMerges) {
      const id = vocabulary.get(byteNames ? byteSpelled(word, byteNames) : word);
      if (id !== undefined) return [{ id, end: word.length }];
    }
    const spelling = spell(word);
    mergeSymbols(spelling, options.pairs);
    return piecesOf(spelling);
  }

  function tokenize(word: string): readonly Piece[] {
    const cut = boundary === '' ? word.length : nextBoundary(word, 0, boundary);
    if (cut === word.length) return tokenizePart(word);
    const pieces: Piece[] = [];
    for (let start = 0, end = cut; start < word.length; end = nextBoundary(word, end, boundary)) {
      for (const piece of tokenizePart(word.slice(start, end))) pieces.push(moved(piece, start));
      start = end;
    }
    return pieces;
  }
  return { unkId, vocabulary, tokenize, pieces: tokenizeOnce, boundary };
}

function moved(piece: Piece, by: number): Piece {
  const { id, start, end } = piece;
  return start === undefined ? { id, end: end + by } : { id, start: start + by, end: end + by };
}

/** Next position after `from` at which the boundary follows another character. */
function nextBoundary(word: string, from: number, boundary: string): number {
  for (let at = word.indexOf(boundary, from + 1); at >= 0; at = word.indexOf(boundary, at + 1)) {
    if (word[at - 1] !== boundary) return at;
  }
  return word.length;
}

/** Places symbols, which are counted in bytes, on the characters of the word. */
function piecesOf({ ids, lengths, starts, ends }: Spelling): Piece[] {
  const pieces: Piece[] = [];
  let position = 0;
  let reached = 0;
  for (let i = 0; i < ids.length; i++) {
    const id = ids.values[i];
    const start = position < starts.length ? starts.values[position] : reached;
    position += lengths.values[i];
    const end = position <= ends.length ? ends.values[position - 1] : reached;
    pieces.push(start === reached ? { id, end } : { id, start, end });
    reached = end;
  }
  return pieces;
}

/**
 * Symbols of a word, and for each UTF-8 byte they stand for the UTF-16 units `[start, end)` of the word it belongs to.
 */
interface Spelling extends Symbols {
  readonly starts: IntList;
  readonly ends: IntList;
}

type SpellingOptions = Omit<BpeOptions, 'pairs' | 'boundary'>;

/** Longest word, in UTF-16 units, whose spelling goes into lists that are used again. */
const longestReused = 1024;

/**
 * Makes a function that spells words in symbols to be merged, byte by byte with `byteNames`. A spelling is valid until
 * the next call.
 *
 * A symbol is a character. One that the vocabulary lacks becomes its bytes, the unknown token, or nothing. As in the
 * reference, an unknown token is appended only when a known character follows, after any bytes in between, and
 * characters that are left out move the places of all that comes after them.
 */
function speller(options: SpellingOptions, byteNames: readonly string[] | undefined): (word: string) => Spelling {
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
  let unknown = 0; // bytes of the unknown token that is still to be appended

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

  /** Appends the bytes of a character, all or none. */
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
    spelling = word.length > longestReused ? emptySpelling() : reused;
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
  const [ids, lengths, ranks, starts, ends] = Array.from({ length: 5 }, () => new IntList(64));
  return { ids, lengths, ranks, starts, ends };
}

/** Makes a look-up of the ids of single characters, -1 for those that the vocabulary lacks. */
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
