/** The remainders of every byte for a polynomial, its bits reversed. */
function remainders(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
    return remainder;
  });
}

function checksum(table: Uint32Array, bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) remainder = (remainder >>> 8) ^ table[(remainder ^ byte) & 0xff];
  return (remainder ^ 0xffffffff) >>> 0;
}

const ieee = remainders(0xedb88320);
const castagnoli = remainders(0x82f63b78);

/** CRC-32 as zlib computes it (IEEE 802.3). */
export const crc32 = (bytes: Uint8Array): number => checksum(ieee, bytes);

/** CRC-32C (Castagnoli; RFC 3720, section 12.1). */
export const crc32c = (bytes: Uint8Array): number => checksum(castagnoli, bytes);
