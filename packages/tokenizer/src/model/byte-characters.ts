/**
 * The character that stands for each byte in a byte-level vocabulary: printable ones for themselves, the others for the next
 * ones from U+0100 on. A space is `Ġ`.
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

/** What SentencePiece calls a byte: `<0x0A>`. */
export function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}
