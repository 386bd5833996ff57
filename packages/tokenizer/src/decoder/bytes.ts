import { byteCharacters } from '../model/bytes';
import { type Decoder, wholeTokens } from './decoder';

/** Decodes characters that stand for bytes: `ByteLevel`. Invalid UTF-8 becomes U+FFFD. All tokens become one. */
export const byteLevelDecoder: Decoder = (next) => {
  const bytes = new Map(byteCharacters().map((character, byte) => [character, byte]));
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const encoder = new TextEncoder();
  return wholeTokens(
    (token) => {
      const values = Array.from(token, (character) => bytes.get(character));
      const known = values.every((value) => value !== undefined);
      const text = decoder.decode(known ? Uint8Array.from(values as number[]) : encoder.encode(token), {
        stream: true,
      });
      if (text !== '') next.push(text, false);
    },
    () => {
      next.push(decoder.decode(), true);
      next.end();
    },
  );
};

/**
 * Decodes byte tokens such as `<0xE2>`: `ByteFallback`. A run of them that is valid UTF-8 becomes one token, any other
 * run a U+FFFD per byte. One more byte may make a run invalid, so a run is held back until another token comes.
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
