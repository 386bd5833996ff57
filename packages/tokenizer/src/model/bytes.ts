/**
 * Bytes as tokens: UTF-8, the characters that stand for bytes in GPT-2's vocabulary, and the byte tokens of
 * SentencePiece.
 */

/**
 * Characters that stand for the 256 bytes in a byte-level vocabulary: printable bytes stand for themselves, the others
 * are numbered from U+0100. A space is `Ġ`.
 *
 * Source: `bytes_to_unicode` of GPT-2.
 */
export function byteCharacters(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 255 && byte !== 173);
    return String.fromCharCode(printable ? byte : next++);
  });
}

/** Token of a byte in a vocabulary of SentencePiece: `<0x0A>`. */
export function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

/** Spells a word in the characters that stand for its bytes. */
export function byteSpelled(word: string, byteNames: readonly string[]): string {
  const bytes = new Uint8Array(4);
  let spelled = '';
  for (const character of word) {
    const count = utf8(character.codePointAt(0) as number, bytes);
    for (let i = 0; i < count; i++) spelled += byteNames[bytes[i]];
  }
  return spelled;
}

/** Writes the UTF-8 bytes of a code point to `bytes` and returns their number. */
export function utf8(codePoint: number, bytes: Uint8Array): number {
  const length = utf8Length(codePoint);
  if (length === 1) bytes[0] = codePoint;
  else bytes[0] = (0xf00 >> length) | (codePoint >> (6 * length - 6));
  for (let i = 1; i < length; i++) bytes[i] = 0x80 | ((codePoint >> (6 * (length - 1 - i))) & 63);
  return length;
}

/** Number of UTF-8 bytes of a code point. */
export function utf8Length(codePoint: number): number {
  return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
}
