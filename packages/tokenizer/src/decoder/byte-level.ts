import { byteCharacters } from '../model/byte-characters';
import { type Decoder, wholeTokens } from './decoder';

/** Characters that stand for bytes back to text; bytes that are not UTF-8 become U+FFFD. All tokens become one. */
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
