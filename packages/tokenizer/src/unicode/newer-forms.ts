import { codePointSet } from './code-point-set';

/**
 * The code points that Unicode decomposes or reorders since its version 10.0: to the reference, whose tables are those of
 * 9.0, they are characters like any other. Runs as in `categories.ts`.
 */
const NEWER =
  '1kt 49:9 16:a 8a fx 72:2 al 1ne q1:v 2:c lm:5 45g n3l:4 1j n0 hun q bg:5 1:16 1:9 12h:4 1t:5 8t:2 25:2 1:3 1y:b ' +
  '1d:4 6i ju 1z 1 8 2 1f 1:2 5:3 3x re:2 71 4:2 4 4c 2b i 29 iw 1:2 29 bt:2 d0e:8 6 2ew:3 hx:2 ick:10 3sm:1q x ' +
  '4g:7 af 1p:4 e4:4 72:2 6r 2 7:2 5 22e 22r:a';

export const isNewerForm = /* @__PURE__ */ codePointSet(NEWER);

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
