import { type Decoder, wholeTokens } from './decoder';

/**
 * Tokens such as `<0xE2>` back to text: a run of them that is UTF-8 becomes one token, any other a U+FFFD for each. One more may
 * spoil the run, so it is held back until another kind of token comes.
 */
export const byteFallbackDecoder: Decoder = (next) => {
  let run: number[] = [];
  const finishRun = () => {
    if (run.length === 0) return;
    const text = decodeStrictly(run);
    if (text !== undefined) next.push(text, true);
    else for (const _ of run) next.push('\uFFFD', true);
    run = [];
  };
  return wholeTokens(
    (token) => {
      const byte = /^<0x([0-9A-Fa-f]{2}|\+[0-9A-Fa-f])>$/.exec(token);
      if (byte !== null) run.push(Number.parseInt(byte[1], 16));
      else {
        finishRun();
        next.push(token, true);
      }
    },
    () => {
      finishRun();
      next.end();
    },
  );
};

function decodeStrictly(bytes: number[]): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}
