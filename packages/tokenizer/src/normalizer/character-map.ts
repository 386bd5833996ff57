import { invalid } from '../json/fields';
import { utf8 } from '../model/bytes';
import { unitsOf } from '../unicode/code-points';

/**
 * SentencePiece's map from characters to text, as its models hold it: a trie of UTF-8 keys, whose values are places in a
 * list of texts.
 */
export interface CharacterMap {
  /**
   * Text for the shortest key that the part `[start, end)` of a text begins with, `undefined` if it begins with none.
   */
  find(text: string, start: number, end: number): string | undefined;
}

/**
 * Reads `precompiled_charsmap`: in base64, the size of the trie in bytes (a little-endian `uint32`), the trie, a double
 * array of `uint32`, and the texts in UTF-8, each ended by a 0.
 *
 * Source: `normalizer.cc` and `darts.h` of SentencePiece; the crate `spm_precompiled`.
 *
 * @throws AttuneError TOKENIZER_INVALID naming `path`
 */
export function readCharacterMap(base64: string, path: string): CharacterMap {
  const { units, texts } = parts(base64, path);
  const match = shortestMatch(units);
  const known = new Map<number, string>();
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  function textAt(place: number): string {
    const seen = known.get(place);
    if (seen !== undefined) return seen;
    const end = texts.indexOf(0, place);
    const text = decoder.decode(texts.subarray(place, end < 0 ? undefined : end));
    known.set(place, text);
    return text;
  }
  return {
    find(text, start, end) {
      const place = match(text, start, end);
      return place < 0 ? undefined : textAt(place);
    },
  };
}

function parts(base64: string, path: string): { units: Uint32Array; texts: Uint8Array } {
  const bytes = decodeBase64(base64);
  if (bytes === undefined) throw invalid(path, "SentencePiece's character map in base64", base64.slice(0, 40));
  const view = new DataView(bytes.buffer);
  const size = bytes.length < 4 ? 0 : view.getUint32(0, true);
  if (size === 0 || size % 4 !== 0 || 4 + size > bytes.length) {
    const found = `${bytes.length} bytes with a trie of ${size}`;
    throw invalid(path, 'a character map of 4 bytes, a trie of a multiple of 4 bytes, and texts', found);
  }
  const units = new Uint32Array(size / 4);
  for (let i = 0; i < units.length; i++) units[i] = view.getUint32(4 + 4 * i, true);
  const texts = bytes.subarray(4 + size);
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(texts);
  } catch {
    throw invalid(path, 'a character map whose texts are UTF-8', 'other bytes');
  }
  const beyond = units.findIndex((unit) => isValue(unit) && placeOf(unit) >= texts.length);
  if (beyond >= 0) {
    const found = `place ${placeOf(units[beyond])} of ${texts.length} bytes`;
    throw invalid(path, 'a character map whose trie names places within its texts', found);
  }
  return { units, texts };
}

function decodeBase64(base64: string): Uint8Array<ArrayBuffer> | undefined {
  let binary: string;
  try {
    binary = atob(base64);
  } catch {
    return undefined;
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Makes a function that walks down the trie by the UTF-8 of a text to the first value; -1 if there is none. */
function shortestMatch(units: Uint32Array): (text: string, start: number, end: number) => number {
  const bytes = new Uint8Array(4);
  return (text, start, end) => {
    let node = offsetOf(units[0]);
    for (let i = start; i < end; ) {
      const codePoint = text.codePointAt(i) as number;
      const count = utf8(codePoint, bytes);
      for (let j = 0; j < count; j++) {
        node ^= bytes[j];
        const unit = units[node];
        if (unit === undefined || codePoint === 0 || labelOf(unit) !== bytes[j]) return -1;
        node ^= offsetOf(unit);
        if (hasValue(unit)) return node < units.length ? placeOf(units[node]) : -1;
      }
      i += unitsOf(codePoint);
    }
    return -1;
  };
}

/*
 * A unit is a step of the trie (bits 0 to 7: the byte; bit 8: whether a key ends here; bits 10 to 30: where the next
 * units are, times 256 if bit 9 is set) or a value (bit 31 is set).
 */

const labelOf = (unit: number) => unit & (0x80000000 | 0xff);
const hasValue = (unit: number) => (unit & 0x100) !== 0;
const offsetOf = (unit: number) => (unit >>> 10) << ((unit & 0x200) >>> 6);
const isValue = (unit: number) => unit >>> 31 === 1;
const placeOf = (unit: number) => unit & 0x7fffffff;
