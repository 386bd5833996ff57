/**
 * Unicode normalization by the tables of the reference's normalizers, which are those of Unicode 9.0, whatever version
 * the JavaScript engine has. `codePointSet` documents the notation of the tables.
 */

import { codePointSet } from './code-points';

/** Marks (M*) of Unicode 9.0. */
const markRuns =
  'lc:34 7n:7 7b:19 1 1:2 1:2 1 20:b 1c:l g 2t:7 2:6 2:2 1:4 z u:r 2j:b 1m:9 y:4 1:9 1:3 1:5 17:3 3c:e 1:x 1i:3 1:i ' +
  '1:7 a:2 t:3 1k 1:7 2:2 2:3 9 a:2 t:3 1k 1:5 4:2 2:3 3 u:2 3 b:3 1k 1:8 1:3 1:3 k:2 t:3 1k 1:7 2:2 2:3 8:2 a:2 u ' +
  '1n:5 3:3 1:4 9 14:4 1m:7 1:3 1:4 7:2 b:2 t:3 1k 1:7 1:3 1:4 7:2 b:2 t:3 1m:7 1:3 1:4 9 a:2 u:2 1y 4:6 1 1:8 i:2 ' +
  '1p 2:7 c:8 2q 2:6 1:2 b:6 22:2 r 1 1 4:2 1d:k 1:2 5:b 1:10 9 2s:k n:4 4:3 1:3 2:7 3:4 d:c 1 a:4 jj:3 qa:3 t:3 ' +
  't:2 u:2 1s:w 9 19:3 3b:2 y 3a:c 4:c 63:5 1l:a 1:t 2 1c:f 1t:5 1b:h 12:9 c:3 u:d 1k:e 1c:k 48:3 1:l 4 4:3 3:2 ' +
  '5i:1i 5:5 k0:x 2da:3 3x 2o:w fe:6 2x:2 n9w:4 1:a w:2 28:2 7k 3 4 n:5 2g:2 1e:i q:i 1g:8 p:d 18:4 1b:e 10 1v:e c ' +
  '8:2 19:3 1e 1:3 2:2 5:2 1 15:5 5:2 6k:8 1:2 fn4 kh:g g:g r1 6a 45:5 1ae:3 1:2 5:4 14:3 4 4l:2 109:3 1h:f 1k:4 ' +
  '19:b 1x:3 10:e 1q c:3 1c:e 9:3 2n:c 6 4g:c l:4 1k 1:7 2:2 2:3 9 a:2 2:7 3:5 5c:i 2x:k 6j:7 2:9 r:2 2a:h 2y:d ' +
  '2t:f zn:8 1:8 2a:m 1:e fg9:5 1n:7 t6:1a g:4 f7u:2 43q:5 3:6 8:8 2:7 u:4 44:3 1iz:1j 4:1e 8 e m:5 1:f 11s:7 1:h ' +
  '2:7 1:2 1:5 1ph:7 31:7 gzhx:6o';

/**
 * The code points that Unicode decomposes or reorders since its version 10.0. To the reference they are characters like
 * any other.
 */
const newerFormRuns =
  '1kt 49:9 16:a 8a fx 72:2 al 1ne q1:v 2:c lm:5 45g n3l:4 1j n0 hun q bg:5 1:16 1:9 12h:4 1t:5 8t:2 25:2 1:3 1y:b ' +
  '1d:4 6i ju 1z 1 8 2 1f 1:2 5:3 3x re:2 71 4:2 4 4c 2b i 29 iw 1:2 29 bt:2 d0e:8 6 2ew:3 hx:2 ick:10 3sm:1q x ' +
  '4g:7 af 1p:4 e4:4 72:2 6r 2 7:2 5 22e 22r:a';

/** Whether a code point is a mark (M*), which the normalizer `StripAccents` drops. */
export const isCombiningMark = /* @__PURE__ */ codePointSet(markRuns);

/** Whether Unicode decomposes or reorders a code point only since version 10.0. */
export const isNewerForm = /* @__PURE__ */ codePointSet(newerFormRuns);

/** Whether a text has a character of `isNewerForm`. */
export function hasNewerForm(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (mayBeNewer(unit) && isNewerForm(text.codePointAt(i) as number)) return true;
  }
  return false;
}

/** Skips ranges without newer forms: Latin, signs and symbols, Chinese, Hangul. */
function mayBeNewer(unit: number): boolean {
  if (unit < 0x7fd) return false;
  return unit < 0x1e00 || unit === 0x32ff || (unit >= 0xa7f1 && unit <= 0xab69) || (unit >= 0xd800 && unit <= 0xdbff);
}

/** NFD by the reference's tables. */
export function nfd(text: string): string {
  let done = '';
  let rest = '';
  for (const character of text) {
    if (isNewerForm(character.codePointAt(0) as number)) {
      done += rest.normalize('NFD') + character;
      rest = '';
    } else rest += character;
  }
  return done + rest.normalize('NFD');
}

const anyMark = /^\p{M}/u;

/**
 * Whether a decomposed character has a canonical combining class other than 0, so that NFD may move it.
 *
 * JavaScript does not expose the property, but it can be observed: such a character trades places with a mark of class
 * 1 (U+0334) set after it, or, when its own class is 1, with one of class 230 (U+0301) set before it.
 */
export function isNonStarter(character: string): boolean {
  if (!anyMark.test(character)) return false; // only marks are non-starters
  if (isNewerForm(character.codePointAt(0) as number)) return false; // to the reference it is a starter
  const followed = `${character}\u0334`;
  const preceded = `\u0301${character}`;
  return followed.normalize('NFD') !== followed || preceded.normalize('NFD') !== preceded;
}
