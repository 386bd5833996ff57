import type { BpeOptions } from './bpe';
import { byteToken } from './byte-characters';
import type { Symbols } from './merge-symbols';

/** A word as the model reads it, and for each of its UTF-8 bytes the UTF-16 units of the word `[start, end)` it belongs to. */
export interface Spelling {
  text: string;
  starts: number[];
  ends: number[];
}

type SpellingOptions = Omit<BpeOptions, 'pairs' | 'boundary'>;

/** Spells words in symbols that are yet to be merged; with `byteNames` byte by byte. */
export function speller(options: SpellingOptions, byteNames: readonly string[] | undefined) {
  const encoder = new TextEncoder();
  const byteIds = Array.from({ length: 256 }, (_, byte) => options.vocabulary.get(byteToken(byte)));
  const all = { ...options, byteIds };
  return (word: string): { symbols: Symbols; spelling: Spelling } => {
    const spelling = byteNames ? spellBytes(word, byteNames, encoder) : spellCharacters(word);
    return { symbols: symbolsOf(spelling.text, all, encoder), spelling };
  };
}

function spellCharacters(word: string): Spelling {
  const starts: number[] = [];
  const ends: number[] = [];
  let position = 0;
  for (const character of word) {
    addPlaces({ starts, ends }, utf8Length(character), position, character.length);
    position += character.length;
  }
  return { text: word, starts, ends };
}

function spellBytes(word: string, byteNames: readonly string[], encoder: InstanceType<typeof TextEncoder>): Spelling {
  const spelling: Spelling = { text: '', starts: [], ends: [] };
  let position = 0;
  for (const character of word) {
    for (const byte of utf8Of(character, encoder)) {
      const name = byteNames[byte];
      spelling.text += name;
      addPlaces(spelling, utf8Length(name), position, character.length);
    }
    position += character.length;
  }
  return spelling;
}

function addPlaces(
  { starts, ends }: Pick<Spelling, 'starts' | 'ends'>,
  bytes: number,
  start: number,
  units: number,
): void {
  for (let i = 0; i < bytes; i++) {
    starts.push(start);
    ends.push(start + units);
  }
}

/** The bytes of a text, of one character without a call of the encoder. */
function utf8Of(text: string, encoder: InstanceType<typeof TextEncoder>): ArrayLike<number> & Iterable<number> {
  const code = text.codePointAt(0) as number;
  if (text.length > (code > 0xffff ? 2 : 1)) return encoder.encode(text);
  if (code < 0x80) return [code];
  const last = 0x80 | (code & 63);
  if (code < 0x800) return [0xc0 | (code >> 6), last];
  const third = 0x80 | ((code >> 6) & 63);
  if (code < 0x10000) return [0xe0 | (code >> 12), third, last];
  return [0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), third, last];
}

function utf8Length(character: string): number {
  if (character.length === 2) return 4;
  const code = character.charCodeAt(0);
  return code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
}

/**
 * A symbol a character; bytes or the unknown token where the vocabulary lacks it, or nothing.
 *
 * As in the reference, an unknown token is set only when a known character follows it, behind bytes that came in between, and
 * what is left out moves the places of all that comes after it.
 */
function symbolsOf(
  text: string,
  options: SpellingOptions & { byteIds: ByteIds },
  encoder: InstanceType<typeof TextEncoder>,
): Symbols {
  const { vocabulary, unkId, fuseUnk, byteFallback, byteIds, continuingSubwordPrefix, endOfWordSuffix } = options;
  const symbols: Symbols = { ids: [], lengths: [] };
  let unknown = 0; // bytes of the unknown token that is yet to be set
  const add = (id: number, length: number) => {
    symbols.ids.push(id);
    symbols.lengths.push(length);
  };
  const flush = () => {
    if (unknown > 0) add(unkId as number, unknown);
    unknown = 0;
  };
  let position = 0;
  for (const character of text) {
    const length = utf8Length(character);
    const prefix = position > 0 ? continuingSubwordPrefix : '';
    position += character.length;
    const name = prefix + character + (position === text.length ? endOfWordSuffix : '');
    const id = vocabulary.get(name);
    if (id !== undefined) {
      flush();
      add(id, length);
      continue;
    }
    const bytes = byteFallback ? idsOfBytes(utf8Of(name, encoder), byteIds) : undefined;
    if (bytes !== undefined) for (const byte of bytes) add(byte, 1);
    else if (unkId !== undefined) {
      if (!fuseUnk) flush();
      unknown += length;
    }
  }
  flush();
  return symbols;
}

/** The ids of `<0x00>` to `<0xFF>`, as far as the vocabulary has them. */
type ByteIds = readonly (number | undefined)[];

function idsOfBytes(bytes: Iterable<number>, byteIds: ByteIds): number[] | undefined {
  const ids: number[] = [];
  for (const byte of bytes) {
    const id = byteIds[byte];
    if (id === undefined) return undefined;
    ids.push(id);
  }
  return ids;
}
