/**
 * Extended grapheme clusters by the tables of Unicode 17.0, which are the reference's, whatever version the JavaScript
 * engine has. `codePointSet` documents the notation of the tables.
 *
 * Source: Unicode Standard Annex 29, "Unicode Text Segmentation", table 1c and rules GB3 to GB13.
 */

import { codePointSet, unitsOf } from './code-points';

/** Code points that belong to the cluster before them: `Extend`, `SpacingMark` and the zero-width joiner. */
const joiningRuns =
  'lc:34 7n:7 7b:19 1 1:2 1:2 1 20:b 1c:l g 2t:7 2:6 2:2 1:4 z u:r 2j:b 1m:9 9 o:4 1:9 1:3 1:5 17:3 1n:9 16:o 1:x ' +
  '1i:3 1:i 1:7 a:2 t:3 1k 1:7 2:2 2:3 9 a:2 q 2:3 1k 1:5 4:2 2:3 3 u:2 3 b:3 1k 1:8 1:3 1:3 k:2 m:6 1:3 1k 1:7 2:2 ' +
  '2:3 7:3 a:2 u 1n:5 3:3 1:4 9 14:5 1j 1:7 1:3 1:4 7:2 b:2 t:3 1k 1:7 1:3 1:4 7:2 b:2 f c:4 1j:2 1:7 1:3 1:4 9 a:2 ' +
  't:3 1y 4:6 1 1:8 i:2 1p 1:8 c:8 2q 1:a b:7 21:2 r 1 1 4:2 1d:k 1:2 5:b 1:10 9 2u:b 1:6 n:4 4:3 g:4 d 1:3 6 f ' +
  'jj:3 qa:4 s:3 t:2 u:2 1s:w 9 19:3 1 39:2 y 3a:c 4:c 63:5 1l:a 1 1 2:o 2 1c:1a 2:c k:5 1b:h 12:9 c:3 u:d 1k:e ' +
  '1c:k 48:3 1:l 4 6 2:3 5i:1s ek:2 5e:x 2da:3 3x 2o:w fe:6 2x:2 n9w:4 1:a w:2 28:2 7k 3 4 n:5 4 2b:2 1e:i q:i d ' +
  '12:8 p:d 18:4 1b:e 10 1v:e c 8:2 1a 1f 1:3 2:2 5:2 1 15:5 5:2 6k:8 1:2 fn4 kh:g g:g a6:2 gt 6a 45:5 1ae:3 1:2 ' +
  '5:4 14:3 4 4l:2 fx:4 1t:5 8t:2 25:6 1y:b 1d:4 3e:3 1h:f 15 2:2 a:4 19:b 7 1p:3 10:e g:2 18 c:3 1c:e 8:4 1:2 2k:c ' +
  '6 2 4d:c l:4 1j:2 1:7 2:2 2:3 9 a:2 2:7 3:5 1v:9 1 2 1:4 1:5 1 e:2 2a:i n 29:k 6j:7 2:9 r:2 2a:h 2y:d 2t:3 2:a ' +
  '74:f 6t:6 1:2 2:4 1 1:2 3x:7 2:7 3 s:a 14:7 1:4 8 9:b 1a:g 5i:8 5j:8 1:8 2a:m 1:e 3e:6 3 1:2 1:7 1 1u:5 1:2 1:5 ' +
  '9n:4 9:2 1 1c:7 3:5 n 44l 6:f 8ug:i 1xc:5 1n:7 t4 1:1j 7:4 29 b:2 f57:2 3mp:1a 2:n f2:5 3:6 8:8 2:7 u:4 44:3 ' +
  '1iz:1j 4:1e 8 e m:5 1:f 11s:7 1:h 2:7 1:2 1:5 2s 4g:7 af 1p:4 e4:4 72:2 6r 2 7:2 5 d6:7 31:7 240:5 gx7k:2o 3k:6o';

/** Code points that are always a separate cluster: `Control`, `CR` and `LF`. */
const controlRuns = '0:w 2n:x d 12m 3jl 1ks 2:2 o:7 1d:g 17yn 6o:c';

/** Code points that the cluster behind them belongs to: `Prepend`. */
const prependedRuns = '16o:6 5z 1d ao:2 28 vf 1f8u f 6s:2 el 12l 1 8y:6 jg cb';

/** Consonants of Indic scripts that a linker joins: `InCB=Consonant`. */
const consonantRuns =
  '1sl:11 u:8 o:8 l:k 1:7 1 3:4 y:2 1 g:2 4j:k 1:7 1:2 1:5 1r r:k 1:7 1:2 1:5 y:2 1 h 4j:k 1:g u:3 56:12 jp:17 k ' +
  'g:6 4:4 3 3:2 7:3 4:d c 1dd:1g h8:1h 52:2 6:x h:8 1i:u d:2 b:3 s0b:3 3:10 19:5 2:9 a:5 2p:g 1:3 6 3:2 2o:b 5x:r ' +
  'ilh f:4 1:3 1:t 1cd:10 t 2 fs:a 1 2 1:12 11m:7 2 2:8 1:2 1:o 5s a:14 t b:14 w0:d 1:y';

/** Signs that join two consonants: `InCB=Linker`. */
const linkerRuns = '1u5 3j 73 3j 73 73 kr 1i0 i5 6b 2u s2c 8l itk 1df ik 12l 7c 29 x4';

/** Whether a code point belongs to the cluster before it, unless that is a control character. */
export const isJoining = /* @__PURE__ */ codePointSet(joiningRuns);

/** Whether a code point is always a separate cluster, except in the pair CR LF. */
export const isControl = /* @__PURE__ */ codePointSet(controlRuns);

/** Whether what comes next belongs to the cluster of a code point. */
export const isPrepended = /* @__PURE__ */ codePointSet(prependedRuns);

const isConsonant = /* @__PURE__ */ codePointSet(consonantRuns);
const isLinker = /* @__PURE__ */ codePointSet(linkerRuns);

const picture = /^\p{Extended_Pictographic}/u;
const extending = /^[\p{Grapheme_Extend}\p{Emoji_Modifier}]/u;
const zeroWidthJoiner = 0x200d;
const zeroWidthNonJoiner = 0x200c;

/**
 * State of a cluster, which determines the code points that may follow in it. `fresh` is a cluster of a
 * single code point, which is examined more closely only if a joining one follows.
 */
type State =
  | 'fresh'
  | 'other'
  | 'consonant'
  | 'linked'
  | 'picture'
  | 'joined'
  | 'flag'
  | 'leading'
  | 'vowel'
  | 'trailing';

/** End of the grapheme cluster that begins at `start`, where a cluster has to begin. */
export function graphemeEnd(text: string, start: number): number {
  let codePoint = text.codePointAt(start) as number;
  let end = start + unitsOf(codePoint);
  if (codePoint === 13 && text.charCodeAt(end) === 10) return end + 1;
  if (isControl(codePoint)) return end;
  for (; end < text.length && isPrepended(codePoint); end += unitsOf(codePoint)) {
    codePoint = text.codePointAt(end) as number;
    if (isControl(codePoint)) return end;
  }
  const first = codePoint;
  let state: State = hangulState(first) ?? (isFlagLetter(first) ? 'flag' : 'fresh');
  while (end < text.length) {
    const next = text.codePointAt(end) as number;
    const isJoined = next >= firstJoining && isJoining(next);
    if (isJoined && state === 'fresh') state = firstState(first);
    const follows = isJoined ? afterJoining(state, next) : afterOther(state, next);
    if (follows === undefined) break;
    state = follows;
    end += unitsOf(next);
  }
  return end;
}

const firstJoining = 0x300;

function firstState(codePoint: number): State {
  if (codePoint < 0x80) return 'other';
  if (isConsonant(codePoint)) return 'consonant';
  return isPicture(codePoint) ? 'picture' : 'other';
}

function afterJoining(state: State, next: number): State {
  if (state === 'consonant' || state === 'linked') {
    if (isLinker(next)) return 'linked';
    return next === zeroWidthJoiner || (next !== zeroWidthNonJoiner && isExtending(next)) ? state : 'other';
  }
  if (state !== 'picture') return 'other';
  return next === zeroWidthJoiner ? 'joined' : isExtending(next) ? 'picture' : 'other';
}

/** State after a code point that does not belong to every cluster; `undefined` if it begins a new one. */
function afterOther(state: State, next: number): State | undefined {
  switch (state) {
    case 'linked':
      return isConsonant(next) ? 'consonant' : undefined;
    case 'joined':
      return isPicture(next) ? 'picture' : undefined;
    case 'flag':
      return isFlagLetter(next) ? 'other' : undefined;
    case 'leading':
      return isTrailing(next) ? undefined : hangulState(next);
    case 'vowel':
      return isVowel(next) ? 'vowel' : isTrailing(next) ? 'trailing' : undefined;
    case 'trailing':
      return isTrailing(next) ? 'trailing' : undefined;
    default:
      return undefined;
  }
}

/** The kind of Hangul letter at the end of a letter or syllable; `undefined` for other code points. */
function hangulState(codePoint: number): State | undefined {
  if (isLeading(codePoint)) return 'leading';
  if (isVowel(codePoint)) return 'vowel';
  if (isTrailing(codePoint)) return 'trailing';
  if (codePoint < 0xac00 || codePoint > 0xd7a3) return undefined;
  return (codePoint - 0xac00) % 28 === 0 ? 'vowel' : 'trailing';
}

function isLeading(codePoint: number): boolean {
  return (codePoint >= 0x1100 && codePoint <= 0x115f) || (codePoint >= 0xa960 && codePoint <= 0xa97c);
}

function isVowel(codePoint: number): boolean {
  if (codePoint >= 0x1160 && codePoint <= 0x11a7) return true;
  if (codePoint >= 0xd7b0 && codePoint <= 0xd7c6) return true;
  return codePoint === 0x16d63 || (codePoint >= 0x16d67 && codePoint <= 0x16d6a); // Kirat Rai
}

function isTrailing(codePoint: number): boolean {
  return (codePoint >= 0x11a8 && codePoint <= 0x11ff) || (codePoint >= 0xd7cb && codePoint <= 0xd7fb);
}

/** Whether a code point is a letter or a syllable of Hangul, which its neighbors of Hangul may join. */
export function isHangul(codePoint: number): boolean {
  return hangulState(codePoint) !== undefined;
}

function isFlagLetter(codePoint: number): boolean {
  return codePoint >= 0x1f1e6 && codePoint <= 0x1f1ff;
}

function isPicture(codePoint: number): boolean {
  return picture.test(String.fromCodePoint(codePoint));
}

function isExtending(codePoint: number): boolean {
  return extending.test(String.fromCodePoint(codePoint));
}
