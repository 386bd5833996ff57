import { describe, expect, it } from 'vitest';
import { crc32, crc32c } from './encoding';

const ascending = Uint8Array.from({ length: 32 }, (_, i) => i);

describe('CRC-32C', () => {
  // RFC 3720, appendix B.4.
  it.each([
    ['zeros', new Uint8Array(32), 0x8a9136aa],
    ['ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['ascending bytes', ascending, 0x46dd794e],
    ['descending bytes', ascending.slice().reverse(), 0x113fdb5c],
  ])('of 32 bytes of %s is as in RFC 3720', (_, bytes, expected) => expect(crc32c(bytes)).toBe(expected));

  it('is the check value of the catalog for the nine digits', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
  });
});

describe('CRC-32', () => {
  it('is the check value of the catalog for the nine digits', () => {
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });

  it('is 0 for nothing', () => expect(crc32(new Uint8Array())).toBe(0));
});
