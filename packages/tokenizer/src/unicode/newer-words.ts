import { codePointSet } from './code-point-set';

/**
 * The word characters of Unicode 17.0 that are none to the reference, whose tables are those of 16.0. Runs as in
 * `categories.ts`.
 */
const NEWER =
  '1ov r0 3j 2r6:f 2:c rtu:2 2 1 s j7y:q 12j:3 1e:2 2g4:8 g8:18 4:a fxy:p 2:p 7y:5 4qp:8 zt:m 2p:37 hjh:v 1:m 8:2 ' +
  '154q:6 4ma:c gsi:3be';

export const isNewerWord = /* @__PURE__ */ codePointSet(NEWER);
